export function findElectron(
  environment?: NodeJS.ProcessEnv,
  platform?: NodeJS.Platform,
  packageFolder?: string,
): string | undefined;
export function installElectron(again: boolean): string | undefined;
