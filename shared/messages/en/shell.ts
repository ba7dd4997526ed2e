import { plural } from './words.ts';

/** Sentences of the shells: what happens to the work, its file, the window and the engine. */
export const shellMessages = {
  restarting: 'Restarting the calculation',
  /** `without`: the labels of edits that were left out. `historyCut`: only recent changes can be undone now. */
  restarted: ({ without, historyCut }: { without: readonly string[]; historyCut: boolean }) => {
    const it = plural(without.length, 'it', 'them');
    const kept = historyCut ? 'Every value is kept.' : 'Nothing was lost.';
    const lost = `Left out, because it stopped twice over ${it}: ${without.join(', ')}.`;
    const sentences = ['The calculation stopped and was restarted.', without.length > 0 ? lost : kept];
    if (historyCut) sentences.push('Older steps can no longer be undone.');
    return sentences.join(' ');
  },
  engineStoppedCopying: 'The calculation stopped while it was being written.',
  engineStoppedOver: (label: string) =>
    `The calculation stopped twice over "${label}", so it was left out. Everything else is kept.`,
  engineStoppedOpening: (name: string) =>
    `${name} could not be opened: the calculation stopped while reading it. Your workbook is unchanged.`,
  engineGaveUp:
    'The calculation stopped again and again and was not restarted. Your work is kept: go on after a minute, or ' +
    'close ConvSheet and start it again.',
  pageCrashed: 'The window crashed again and again. Your work is kept: close ConvSheet and start it again.',
  opening: 'Another workbook is being opened. Try again in a moment.',
  otherWorkbook: 'Another workbook was opened meanwhile, so this was not done: it was meant for the one before.',
  autosaveFailed: (reason: string) =>
    `Changes are not being kept safe, because the disk refuses: ${reason}. Save the workbook now, to another disk ` +
    'if need be.',
  noCopy: (name: string, reason: string) =>
    `No copy of ${name} could be made to restore it from: ${reason} Save it to a file, and leave that where it is.`,
  autosaveWorks: 'Changes are being kept safe again, those made meanwhile too.',
  /** What a sentence calls each request. */
  requestNames: {
    inspect: 'Look for advice',
    describeOverrides: 'Compare with the derived values',
    findCells: 'Find',
    previewLayers: 'Trying the edited network',
    tryFormula: 'Try a formula',
    findLoop: 'Show the loop',
    findReplacements: 'Replace',
    getWorkbook: 'Show the workbook',
    watch: 'Show cells',
    undo: 'Undo',
    redo: 'Redo',
    showDigit: 'Show digit',
    listDigits: 'List digits',
    findDigit: 'Find a digit',
    describeData: 'Read the data set',
    listSamples: 'Show samples',
    showChanges: 'Show changes of images',
    classMeans: 'Make templates',
    weightGradients: 'Find gradients',
    steepestWeights: 'Find a weight',
    findExciting: 'Find images',
    findSaliency: 'Weigh the pixels',
    trySlope: 'Try the slope',
    findOcclusion: 'Cover the image',
    findShares: 'Go back from the scores',
    getImages: 'Show images',
    filmStates: 'Find the numbers of a scene',
    getNarration: 'Get a narration',
    train: 'Train',
    controlRun: 'Pause, resume or stop the run',
    setLearningRate: 'Set the learning rate',
    resetParameters: 'Reset the weights',
    deleteRun: 'Delete a run',
    renameRun: 'Rename a run',
    keepSetup: 'Set up the next run',
    getRun: 'Show a run',
    findLearningRate: 'Find the learning rate',
    evaluate: 'Evaluate',
    listConfused: 'List confused images',
    predictFiles: 'Predict own images',
    getPredictedImages: 'Show predicted images',
    makeSubmission: 'Make a submission',
    correctLabels: 'Correct labels',
    readImage: 'Open an image',
    cancel: 'Stop',
    load: 'Open',
    write: 'Save',
    checkpoint: 'Keep a copy of the workbook',
    setModified: 'Save',
    giveUpRun: 'Train',
    openRun: 'Train',
    beginRun: 'Train',
    finishRun: 'Train',
    dropClient: 'Close a window',
  },
  untitled: 'Untitled',
  recovered: (name: string) => `Unsaved work on ${name} was restored. Save it, or close it without saving.`,
  notRecovered: (path: string) =>
    `Unsaved work from an earlier session could not be read. The file is kept as ${path}.`,
  viewer: 'This window only shows the workbook: it is being edited in another window.',
  viewerRefused: 'This window only shows the workbook. Make the change in the window where it is being edited.',
  promoted: 'The other window is closed. This window can edit now.',
  refused: (kind: string) => `The request "${kind}" was refused: a window may not send it.`,
  frameTooLarge: 'A message of the window was larger than 256 MB and was refused.',
  tooLargeToDownload: (name: string, mebibytes: number) =>
    `${name} takes more than ${mebibytes} MiB, the most a download may have. Save it to a file instead.`,
  tooLargeToDrop: (name: string, mebibytes: number) =>
    `${name} takes more than ${mebibytes} MiB, the most that may be dropped here. Use File > Open instead.`,
  unexpected: (reason: string) => `Something unexpected went wrong: ${reason}.`,
  /** A sentence of another version, which this version can't say. */
  unknownSentence: (id: string) => `This version has no words for what was said (${id}).`,
  /** Several sentences one after the other. */
  together: (sentences: readonly string[]) => sentences.join(' '),
  notConvSheet: (name: string) => `${name} is not the name of a ConvSheet file. Choose a name that ends in .convsheet.`,
  noPath: 'The workbook has no file yet. Choose where to save it.',
  pathNotAbsolute: (path: string) => `${path} is not a whole path. Choose a file by its full path.`,
  isFolder: (path: string) => `${path} is a folder. Choose a file name in it.`,
  folderMissing: (path: string) => `The folder ${path} does not exist. Choose another one.`,
  folderUnreadable: (path: string) => `The folder ${path} can't be read: you have no permission. Choose another one.`,
  fileMissing: (path: string) => `${path} does not exist any more. Choose another file.`,
  changedOnDisk: (name: string) =>
    `${name} was changed by another program since it was opened. Save again to replace it, or save under another name.`,
  exists: (name: string) => `${name} exists already. Save again to replace it, or choose another name.`,
  noNativeDialogs: 'This window has no file dialogs of the system.',
  linkRefused: (url: string) => `${url} was not opened: ConvSheet opens only the pages it refers to itself.`,
  cannotOpenLink: 'Links open in the browser itself here.',
  unsavedQuestion: (name: string) => `Do you want to save the changes to ${name}?`,
  unsavedDetail: 'Your changes are lost if you don’t save them.',
  runEnds: (run: string) =>
    `${run} is under way, and ends with this. What is saved can be gone on from with Train > Continue the last run.`,
  save: 'Save',
  dontSave: 'Don’t save',
  cancel: 'Cancel',
  fileKind: 'ConvSheet workbook',
  openTitle: 'Open',
  openDataTitle: 'Choose images or labels',
  saveTitle: 'Save as',
  alreadyRunning: 'ConvSheet is already open in its own window. Close it first.',
  stateFolder: (folder: string, reason: string) =>
    `ConvSheet keeps unsaved work and settings in ${folder}, and can't write there (${reason}). Make room or change ` +
    'its permissions, or name another folder in CONVSHEET_STATE.',
  runningElsewhere: 'ConvSheet is already running in a browser window. Close it first.',
  anotherWindow: (name: string) => `ConvSheet is already running with ${name}: another window on it opens.`,
  openThere: (file: string) => `To open ${file}, use File > Open in the window that edits.`,
  link: (url: string) => `Open this link in a browser on this computer. It works once, within 60 seconds:\n  ${url}`,
  linkUsed:
    'This link was used already or is older than 60 seconds. Press Enter where ConvSheet was started to get a fresh ' +
    'one.',
  linkNeeded: 'ConvSheet opens by the link it prints where it was started. Press Enter there to get a fresh one.',
  linkHelp: 'Press Enter for a fresh link, Ctrl+C to end.',
  noBrowser: 'No Chromium, Chrome or Edge was found (CHROME_PATH can name one).',
  noDisplay: 'There is no display to open a window on.',
  browserFailed: (reason: string) => `The browser could not be opened: ${reason}.`,
  ended: 'ConvSheet has ended.',
  keptUnsaved: 'Unsaved work is kept and comes back at the next start.',
  tooSlow: 'the disk took too long',
  notKeptUnsaved: (reason: string) =>
    `Unsaved work could not be kept: ${reason}. What comes back at the next start lacks the last changes.`,
  unknownOption: (option: string) =>
    `The option ${option} is unknown. Start it with: npm start -- [FILE|TEMPLATE] [--shell=electron|server] ` +
    '[--no-open] [--port N] [--lang=system|en|de].',
  unknownLanguage: (language: string, all: string) =>
    `There is no language ${language || 'without a name'}. Choose among ${all}.`,
  invalidPort: (port: string) => `The port ${port} is no number from 0 to 65535.`,
  oneFile: 'Only one file can be opened.',
  fileNotFound: (file: string) => `${file} is neither a file nor the name of a template.`,
  portTaken: (port: number) => `The port ${port} is taken by another program. Choose another one, or leave --port out.`,
} as const;
