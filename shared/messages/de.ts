import type { PartialCatalogue } from './catalogue.ts';
import { cellMessages, layerMessages } from './de/cells.ts';
import { clipboardMessages, gridMessages } from './de/grid.ts';
import { engineMessages } from './de/engine.ts';
import { panelMessages } from './de/frame.ts';
import { menuMessages, trainingPanelMessages, trainMenuMessages } from './de/menu.ts';
import { shellMessages } from './de/shell.ts';
import { writtenMessages } from './de/written.ts';

/** The German catalogue so far: the menu, the sheet, the bars around it and the errors of cells. */
export const de: PartialCatalogue = {
  menu: menuMessages,
  trainMenu: trainMenuMessages,
  trainingPanel: trainingPanelMessages,
  ownImages: { menu: 'Bild als Eingabe öffnen…' },
  cells: cellMessages,
  layers: layerMessages,
  grid: gridMessages,
  written: writtenMessages,
  clipboard: clipboardMessages,
  engine: engineMessages,
  panels: panelMessages,
  shell: shellMessages,
};
