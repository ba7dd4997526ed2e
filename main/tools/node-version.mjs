/** Ends the process with a sentence if Node is too old. */
export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `ConvSheet needs Node 20.19 or newer, and this is Node ${process.versions.node}. Install a newer one from ` +
      `nodejs.org and try again.\n`,
  );
  process.exit(1);
}
