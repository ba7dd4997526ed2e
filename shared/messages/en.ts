import { byHandMessages } from './en/by-hand.ts';
import { cellMessages } from './en/cells.ts';
import { clipboardMessages } from './en/clipboard.ts';
import { commandLineMessages } from './en/command-line.ts';
import { dataMessages } from './en/data.ts';
import { engineMessages, rpcMessages } from './en/engine.ts';
import { explainMessages } from './en/explain.ts';
import { fileMessages } from './en/files.ts';
import { filmMessages } from './en/film.ts';
import { filmTemplateMessages } from './en/film-templates.ts';
import { filmExportMessages } from './en/film-export.ts';
import { filmFileMessages } from './en/film-files.ts';
import { findMessages } from './en/find.ts';
import { panelMessages } from './en/frame.ts';
import { formulaLayerMessages } from './en/formula-layers.ts';
import { formulaMessages } from './en/formulas.ts';
import { gradientMessages } from './en/gradients.ts';
import { gridMessages } from './en/grid.ts';
import { graphMessages } from './en/graph.ts';
import { layerEditMessages } from './en/layer-edits.ts';
import { layerMessages } from './en/layers.ts';
import { loopMessages } from './en/loop.ts';
import { judgingMessages } from './en/judging.ts';
import { meaningMessages } from './en/meaning.ts';
import { lessonMessages } from './en/lessons.ts';
import { lintMessages } from './en/lint.ts';
import { looksMessages } from './en/looks.ts';
import { menuMessages } from './en/menu.ts';
import { nativeMessages } from './en/native.ts';
import { nameMessages } from './en/names.ts';
import { networkMessages } from './en/network.ts';
import { optimizerMessages } from './en/optimizers.ts';
import { ownImages } from './en/own-images.ts';
import { runMessages } from './en/runs.ts';
import { presentMessages } from './en/present.ts';
import { liveMessages } from './en/live.ts';
import { narrationMessages } from './en/narration.ts';
import { sheetMessages } from './en/sheets.ts';
import { sceneMessages } from './en/scenes.ts';
import { shellMessages } from './en/shell.ts';
import { storyboardMessages } from './en/storyboard-panel.ts';
import { plotMessages, trainingPanelMessages, trainMenuMessages } from './en/training-panel.ts';
import { trainCommandMessages } from './en/train-command.ts';
import { teachingMessages } from './en/teaching.ts';
import { submissionMessages } from './en/submission.ts';
import { templateMessages } from './en/templates.ts';
import { trainingMessages } from './en/training.ts';
import { viewMessages } from './en/views.ts';
import { writtenMessages } from './en/written.ts';

/** Every sentence a user reads, in English. Sections follow the parts of the app; a sentence with a blank to fill is a
 *  function. Sentences name the cell, layer, file or option, say what is wrong and what to do. */
export const en = {
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
} as const;
