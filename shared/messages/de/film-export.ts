import type { Catalogue } from '../catalogue.ts';

export const filmExportMessages: Catalogue['filmExport'] = {
  saveTitle: 'Exportieren',
  files: 'Ordner und exportierte Dateien',
  emptyFolder: 'In diesem Ordner gibt es keine exportierten Dateien.',
  notExport: (name, endings) =>
    `${name} ist kein Name einer Datei, die sich exportieren lässt. Wählen Sie einen Namen, der auf ${endings} endet.`,
  manyOpen: most => `Es werden schon ${most} Dateien geschrieben. Warten Sie, bis eine davon fertig ist.`,
  notOpen: 'Diese Datei wird nicht mehr geschrieben. Exportieren Sie noch einmal.',
  gap: 'Ein Stück einer Datei wurde abgelehnt, weil es ein großes Loch in ihr ließe.',
};
