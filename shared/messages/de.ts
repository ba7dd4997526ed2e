import { byHandMessages } from './de/by-hand.ts';
import type { Catalogue } from './catalogue.ts';
import { cellMessages, layerMessages } from './de/cells.ts';
import { commandLineMessages } from './de/command-line.ts';
import { dataMessages } from './de/data.ts';
import { engineMessages, rpcMessages } from './de/engine.ts';
import { explainMessages } from './de/explain.ts';
import { fileMessages } from './de/files.ts';
import { formulaLayerMessages } from './de/formula-layers.ts';
import { formulaMessages } from './de/formulas.ts';
import { filmMessages } from './de/film.ts';
import { filmTemplateMessages } from './de/film-templates.ts';
import { filmExportMessages } from './de/film-export.ts';
import { filmFileMessages } from './de/film-files.ts';
import { findMessages } from './de/find.ts';
import { panelMessages } from './de/frame.ts';
import { clipboardMessages, gridMessages } from './de/grid.ts';
import { graphMessages } from './de/graph.ts';
import { layerEditMessages } from './de/layer-edits.ts';
import { lessonMessages } from './de/lessons.ts';
import { lintMessages } from './de/lint.ts';
import { looksMessages } from './de/looks.ts';
import { loopMessages } from './de/loop.ts';
import { judgingMessages } from './de/judging.ts';
import { meaningMessages } from './de/meaning.ts';
import { menuMessages } from './de/menu.ts';
import { nameMessages } from './de/names.ts';
import { networkMessages } from './de/network.ts';
import { ownImages } from './de/own-images.ts';
import { runMessages } from './de/runs.ts';
import { sceneMessages } from './de/scenes.ts';
import { shellMessages } from './de/shell.ts';
import { storyboardMessages } from './de/storyboard-panel.ts';
import { trainCommandMessages } from './de/train-command.ts';
import { gradientMessages, nativeMessages, optimizerMessages, trainingMessages } from './de/training.ts';
import { plotMessages, trainingPanelMessages, trainMenuMessages } from './de/training-panel.ts';
import { teachingMessages } from './de/teaching.ts';
import { submissionMessages } from './de/submission.ts';
import { templateMessages } from './de/templates.ts';
import { viewMessages } from './de/views.ts';
import { presentMessages } from './de/present.ts';
import { liveMessages } from './de/live.ts';
import { narrationMessages } from './de/narration.ts';
import { sheetMessages } from './de/sheets.ts';
import { writtenMessages } from './de/written.ts';

/** The German catalogue. */
export const de: Catalogue = {
  clipboard: clipboardMessages,
  ownImages,
  data: dataMessages,
  meaning: meaningMessages,
  judging: judgingMessages,
  runs: runMessages,
  gradients: gradientMessages,
  layers: layerMessages,
  layerEdits: layerEditMessages,
  graph: graphMessages,
  explain: explainMessages,
  teaching: teachingMessages,
  lessons: lessonMessages,
  formulaLayers: formulaLayerMessages,
  native: nativeMessages,
  optimizers: optimizerMessages,
  training: trainingMessages,
  trainCommand: trainCommandMessages,
  plots: plotMessages,
  trainMenu: trainMenuMessages,
  trainingPanel: trainingPanelMessages,
  views: viewMessages,
  network: networkMessages,
  cells: cellMessages,
  sheets: sheetMessages,
  looks: looksMessages,
  written: writtenMessages,
  names: nameMessages,
  film: filmMessages,
  filmTemplates: filmTemplateMessages,
  filmExport: filmExportMessages,
  present: presentMessages,
  live: liveMessages,
  narration: narrationMessages,
  filmFiles: filmFileMessages,
  find: findMessages,
  loop: loopMessages,
  rpc: rpcMessages,
  engine: engineMessages,
  files: fileMessages,
  formulas: formulaMessages,
  commandLine: commandLineMessages,
  scenes: sceneMessages,
  shell: shellMessages,
  storyboardPanel: storyboardMessages,
  menu: menuMessages,
  submission: submissionMessages,
  templates: templateMessages,
  byHand: byHandMessages,
  lint: lintMessages,
  panels: panelMessages,
  grid: gridMessages,
};
