/** Films as files: choosing where, how far it has come, and why it can't be. */
export const filmExportMessages = {
  saveTitle: 'Export',
  files: 'Folders and exported files',
  emptyFolder: 'There are no exported files in this folder.',
  notExport: (name: string, endings: string) =>
    `${name} is not the name of a file that can be exported. Choose a name that ends in ${endings}.`,
  manyOpen: (most: number) => `${most} files are being written already. Wait until one of them is done.`,
  notOpen: 'This file is not being written any more. Export it again.',
  gap: 'A piece of a file was refused, because it would leave a large hole in it.',
} as const;
