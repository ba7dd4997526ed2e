/** Ends the process with a sentence where Node is too old for what follows. */
export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `ConvSheet needs Node 20.19 or newer, and this is Node ${process.versions.node}. Install a newer one from ` +
      `nodejs.org and try again.\n`,
  );
  process.exit(1);
}
