import { whole } from '../format.ts';

/** Sentences that several commands use. */
export const commandLineMessages = {
  unknownCommand: (command: string, suggestion: string | undefined, all: string) =>
    `There is no command ${command}. ${suggestion ? `Did you mean ${suggestion}?` : `Choose among ${all}.`}`,
  unknownLanguage: (language: string, all: string) =>
    language === '' ? `--lang needs a language after it: ${all}.` : `There is no language ${language}. Choose ${all}.`,
  unknownOption: (command: string, option: string, suggestion: string | undefined) =>
    `${command} has no option ${option}. ` +
    (suggestion ? `Did you mean ${suggestion}?` : `"help ${command}" lists its options.`),
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
    `There is no file ${source} and no template of that name. ` +
    (suggestion ? `Did you mean ${suggestion}?` : `Templates: ${templates}.`),
  noSheet: (option: string, sheet: string, all: string) =>
    `${option}: there is no sheet ${sheet}. The workbook has ${all}.`,
  noCells: (option: string, text: string) =>
    `${option}: ${text} is no cell, range or element of this workbook. Write it like AH3, A1:C3, Network!AH3, ` +
    'conv1/kernel or conv1/kernel[0,0,0,1].',
  tableTooLarge: (range: string, cells: number) =>
    `--cells: ${range} has ${whole(cells)} cells, too many for a table. Add --json, or ask for fewer.`,
  setWithoutValue: (text: string) =>
    `--set ${text} has no value. Write a cell or an element, an equals sign and a number or a formula, as in A2=1, ` +
    'conv1/kernel[0,0,0,1]=2 or Notes!A1==SUM(Network!A2:C4).',
  setSeveral: (target: string) => `--set ${target} names several cells. Set one cell with each --set.`,
  /** `why`: the sentence with which the sheet refuses the value. */
  setRefused: (target: string, why: string) => `--set ${target}: ${why}`,
  setEmpty: (target: string) => `--set ${target} gives no number. Give one; only an expected class can be left blank.`,
  exists: (path: string) => `${path} exists already. Choose another name, or replace it with --force.`,
  notConvsheet: (path: string) =>
    `${path} doesn't end in .convsheet, the only kind of file "new" makes. Add the ending.`,
  made: (path: string, bytes: number) => `${path}: ${whole(bytes)} bytes`,
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

"help COMMAND" tells more. --lang de, with any command, speaks German and writes numbers so; JSON stays English.
Errors go to stderr, one line each. Exit status: 0 done, 1 refused, 2 misspelled.
`,
    calc: {
      line: 'calc FILE|TEMPLATE   values after recalculation',
      text: `Usage: convsheet calc FILE|TEMPLATE [OPTION]…
Recalculates a workbook, after changes if you like, and shows its values. The file stays as it is.

  --set TARGET=VALUE   puts a number, a formula or a text into a cell first; can be repeated. TARGET is a cell
                       (A2, Network!A2, Notes!B3) or an element (conv1/kernel[0,0,0,1]). A formula begins with
                       its own equals sign: 'Notes!A1==Network!CU12*2'. In every language, numbers and formulas are
                       written as in English. A sheet that doesn't exist is made
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
      line: 'new TEMPLATE|--spec FILE.json -o FILE   a new workbook from a template or a description',
      text: (templates: string) => `Usage: convsheet new TEMPLATE -o FILE.convsheet [--force] [--json]
       convsheet new --spec FILE.json -o FILE.convsheet [--seed N] [--force] [--json]
Writes a new workbook with a template's network, or with a network that a JSON file describes, with fresh weights.

  -o, --output FILE    where to
  --spec FILE.json     the network, as calc --tensors prints it, or as short as
                       {"input": [28, 28, 1], "layers": [{"kind": "conv2d", "filters": 8, "kernelSize": 3},
                       "relu", "flatten", {"kind": "dense", "units": 10}, "softmax"]}
                       A layer may have a name and inputs (names of layers before it). What is left out is as in
                       Keras. "classes" may name the classes, "rate" of a dropout layer sets how much it drops
  --seed N             other fresh weights
  --force              replaces FILE where it exists
  --json               {"path":…,"bytes":…} instead of a line of text

Templates:
${templates}
`,
    },
    bench: {
      line: 'bench [NAME…]   how fast ConvSheet is here',
      text: (names: string) => `Usage: convsheet bench [NAME…] [--json]
Measures all of these or those whose names are given (train: beside Keras and PyTorch, where
CONVSHEET_PYTHON or python3 has them):

${names}

  --json               one line of JSON for each: {"name":…,"unit":…,"median":…,"p95":…,"peer":…,
                       "peerMedian":…,"ratio":…}; a ratio above 1 means ConvSheet is better than the peer
`,
    },
  },
} as const;
