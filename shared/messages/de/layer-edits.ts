import type { Catalogue } from '../catalogue.ts';

export const layerEditMessages: Catalogue['layerEdits'] = {
  inputStays: layer =>
    `${layer} ist der Eingang des Netzes und bleibt die erste Schicht. Höhe, Breite und Kanäle lassen sich ändern.`,
  noLayer: id => `Das Netz hat keine Schicht ${id} mehr. Wählen Sie eine andere.`,
  duringRun:
    'Ein Lauf ist im Gange und trainiert die Schichten, wie sie sind. Beenden Sie ihn zuerst; seine Gewichte bleiben.',
};
