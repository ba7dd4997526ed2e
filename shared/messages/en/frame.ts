import { decimal, fixed, memorySize, whole } from '../format.ts';
import { counted } from './words.ts';

/** The figures of the selected numbers. `errors`: how many cells have an error. */
type SelectionFigures = Readonly<Record<'count' | 'sum' | 'average' | 'minimum' | 'maximum' | 'errors', number>>;
/** A number with six digits at most. */
const figure = (value: number) => decimal(String(Number(value.toPrecision(6)))).replaceAll('-', '−');

/** Words and sentences of the window around the sheet: bars, panels, dialogs. */
export const panelMessages = {
  notConnected: 'ConvSheet is not connected to its engine at the moment. It is trying again; your work is kept.',
  starting: 'Starting ConvSheet…',
  tooManyWindows:
    'ConvSheet is open in 16 windows already, as many as there can be. Close one of them; this one then opens by ' +
    'itself.',
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
  /** The kinds of cells, by the roles of their tensors. */
  cellKinds: {
    computed: { name: 'derived', help: 'Follows from the network: change what it reads' },
    parameter: { name: 'parameter', help: 'A weight of the network: type over it' },
    pixels: { name: 'input', help: 'A pixel, 0 black to 1 white: type over it' },
    actual: { name: 'expected', help: 'The expected class: 1 for the right one, blank where nobody knows' },
    none: { name: '', help: '' },
  },
  /** The kinds of what users type over the network's cells. */
  overKinds: {
    override: { name: 'override', help: 'You typed over what the layer computes. Delete brings that back' },
    tied: { name: 'tied', help: 'This weight follows from your formula' },
    pixel: { name: 'pixel formula', help: 'This cell of the input follows from your formula' },
  },
  /** The panel that lists what users typed over the network's cells, and the comments on all cells. */
  overrides: {
    title: 'Overrides and comments',
    none:
      'Type a number or a formula over any cell of the network, or comment on a cell (Shift+F2), ' +
      'and it is listed here.',
    groups: {
      override: (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'} typed over what the layer computes`,
      tied: (count: number) => `${count} tied ${count === 1 ? 'weight' : 'weights'}`,
      pixel: (count: number) => `${count} pixel ${count === 1 ? 'formula' : 'formulas'}`,
      error: (count: number) => `${count} ${count === 1 ? 'error' : 'errors'}`,
    },
    goTo: 'Go to',
    goToHelp: (where: string) => `Go to ${where}`,
    remove: 'Remove',
    removeHelp: (where: string) => `Remove what is typed over ${where}`,
    comments: (count: number) => `${count} ${count === 1 ? 'comment' : 'comments'}`,
    goToComment: (where: string) => `Go to the comment on ${where}`,
    removeComment: (where: string) => `Remove the comment on ${where}`,
    removeAll: 'Remove all',
    compare: 'Compare',
    compareHelp: 'Hold to see everything as it is without overrides',
    derived: (value: string) => `derived ${value} →`,
    answer: 'What they do to the answer',
    without: (guess: string) => `Without overrides ${guess}`,
    with: (guess: string) => `With overrides ${guess}`,
    more: (count: number) => `${count} more.`,
    count: (count: number) => `${count} ${count === 1 ? 'override' : 'overrides'}`,
    ignored: 'Overrides of computed cells count only on the sheet: these figures are of the network without them.',
  },
  /** The button beside an override. */
  derived: 'Derived',
  derivedHelp: (formula: string, key: string) => `Bring back ${formula} (${key})`,
  /** On the button beside a formula that reads folded columns. */
  unfold: (layer: string) => `Show ${layer}`,
  unfoldHelp: (layer: string) =>
    `This formula reads cells of ${layer}, whose columns are folded away. Press to show them.`,
  onlySheet: 'There is one sheet. During a run the gradients have one of their own.',
  noSuchPlace: (typed: string) =>
    `There is nothing called "${typed}" here. Type a cell such as AH3, a range such as A1:C3, or a layer such as ` +
    'conv1 or conv1/kernel.',
  beyondSheet: (where: string, last: string) => `${where} lies beyond the network, which ends at ${last}.`,
  edges: {
    left: 'Width of the panel on the left',
    side: 'Width of the panel on the right',
    graph: 'Height of the graph',
    lesson: 'Height of the lesson’s text',
    help: 'Drag, or press the arrow keys. A double click brings the first width back.',
    helpUnder: 'Drag, or press the arrow keys. A double click brings the first height back.',
    pixels: (width: number) => `${width} pixels`,
  },
  layers: 'Layers',
  network: 'Network',
  parameters: (count: number) => counted(count, 'param', 'params'),
  parametersOf: ' parameters',
  foldedIn: (convolution: string) => `in ${convolution}`,
  digits: 'Digits',
  digitCount: (count: number) => counted(count, 'digit', 'digits'),
  all: 'All',
  wrong: 'Wrong',
  askAgain: 'Network changed: update',
  noSuchDigit: 'No test digit fits this choice.',
  takenFor: (digit: string, predicted: string) => `${digit}, taken for ${predicted}`,
  legend: 'What the colours mean',
  pixels: 'pixels',
  dropped: 'dropped by ReLU',
  statusBar: 'Status',
  /** What the arrow keys do: select, enter the typed value, move its caret, or point at cells for a formula. */
  modes: { ready: 'Ready', enter: 'Enter', edit: 'Edit', point: 'Point' },
  predicted: 'Predicted',
  noPrediction: 'No prediction',
  /** A rounded probability. Only certainty is 100 %, and only impossibility 0 %. */
  probability(share: number) {
    if (share < 1 && share >= 0.9995) return `>\u00A0${decimal('99.9')} %`;
    if (share > 0 && share < 0.0005) return `<\u00A0${decimal('0.1')} %`;
    return `${fixed(100 * share, 1)} %`;
  },
  actual: (name: string) => `Actual ${name}`,
  noActual: 'Actual unknown',
  /** `first`: the first calculation after opening. */
  calculated: (milliseconds: number, first: boolean) =>
    `${first ? 'Calculated' : 'Recalculated'} in ` +
    `${milliseconds < 10 ? fixed(milliseconds, 2) : Math.round(milliseconds)} ms`,
  selection: 'The selected numbers',
  figures: ({ count, sum, average, minimum, maximum, errors }: SelectionFigures) =>
    [
      ...(count === 0
        ? []
        : [
            `Average ${figure(average)}`,
            `Count ${whole(count)}`,
            `Sum ${figure(sum)}`,
            `Min ${figure(minimum)}`,
            `Max ${figure(maximum)}`,
          ]),
      ...(errors === 0 ? [] : [`${whole(errors)} ${errors === 1 ? 'error' : 'errors'}`]),
    ].join(' · '),
  cellCount: (count: number) => `${whole(count)} cells`,
  memory: (bytes: number) => `Memory ${memorySize(bytes)}`,
  memoryHelp: (bytes: number, numbers: number) =>
    `The engine takes ${memorySize(bytes)} of memory; the cells’ numbers alone are ${memorySize(numbers)}. ` +
    'The window takes memory of its own.',
  backend: (name: string) => `Backend ${name}`,
  labels: { draw: 'Draw', clearInput: 'Clear input', centre: 'Centre drawing', invert: 'Invert' },
  looksInverted: 'This image looks dark on bright; this network has learned from bright on dark.',
  invert: 'Invert',
  fillQuestion: { title: 'Fill with a number', label: 'Number for every selected cell', button: 'Fill' },
  goToQuestion: { title: 'Go to', label: 'Cell, range or layer', button: 'Go' },
  textLines: {
    fine: 'No mistakes.',
    problem: (line: number, sentence: string) => `Line ${whole(line)}: ${sentence}`,
    goTo: (line: number) => `Go to line ${whole(line)}`,
  },
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
        ? `${whole(count)} more are not listed; the whole path can be typed above.`
        : `${whole(count)} more are not listed; their names can be typed below.`,
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
          ['Ctrl+Page Up, Ctrl+Page Down', 'To the sheet before, to the next one'],
          ['Ctrl+Plus, Ctrl+Minus', 'On own sheets: insert, delete rows or columns. With Alt zoom everywhere'],
          ['F4', 'Do the last command again with what is selected now'],
          ['F2', 'Show or edit what is in the cell; again: arrows enter instead of moving the caret'],
          ['Ctrl+Enter', 'Enter what is typed into every selected cell'],
          ['F5', 'Go to a cell, layer or tensor'],
          ['Delete', 'Set parameters and pixels to 0'],
          ['Escape', 'Leave the cell as it was'],
        ],
      },
      {
        title: 'While a formula is typed',
        keys: [
          ['Click, arrows', 'Point at cells; with Shift a range, with Ctrl one more'],
          ['F4', 'Fix the reference: $A$1, A$1, $A1'],
          ['Tab', 'Take the chosen function or name'],
        ],
      },
      {
        title: 'Around it',
        keys: [
          ['F10 or Alt', 'To the menu'],
          ['Tab, Shift+Tab', 'Through the panels, outside the sheet'],
          ['Ctrl+F6', 'To the next part of the window'],
        ],
      },
    ],
    aboutTitle: 'ConvSheet',
    aboutWhat: 'A convolutional network you can read, edit and train as a spreadsheet.',
    aboutBackend: (backend: string) => `Version 0.1.0, computing with ${backend}.`,
    licences: 'Licences',
    licenceLines: [
      'ConvSheet’s own code: MIT.',
      'Handsontable and HyperFormula: non-commercial licence 4.0 of Handsoncode. Free for learning, teaching and ' +
        'research; businesses and institutions need a licence of their own after 45 days of evaluation, and ' +
        'government use counts as commercial. The licence comes with ConvSheet.',
      'TensorFlow.js and sharp: Apache 2.0. libvips, which reads images: LGPL 3.0 or later. D3: ISC. Valibot ' +
        'and ws: MIT.',
      'MNIST digits by Yann LeCun and Corinna Cortes: CC BY-SA 3.0.',
      'Roboto Condensed, the face of numbers, by Google: OFL 1.1.',
    ],
  },
} as const;
