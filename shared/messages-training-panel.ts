/** Sentences and words of plots, the Train menu and the training panel. */
export const plotMessages = {
  /** What stands in the readout and, said by a screen reader, in the value of the plot: "step 3,899: training 0.138, validation 0.127". */
  readout: (at: string, values: readonly string[]) => `${at}: ${values.join(', ')}`,
  value: (name: string, value: string) => `${name} ${value}`,
  empty: 'no points yet',
  keys: 'Arrow keys move along the curve, Page Up and Page Down in larger steps, Home and End to its ends',
  logarithmic: 'log',
  logarithmicHelp: 'Logarithmic scale',
  save: (plot: string) => `Save ${plot} as a file`,
  savePng: 'Save as PNG',
  saveSvg: 'Save as SVG',
  saveCsv: 'Save as CSV',
  notSaved: 'The picture could not be made. Try SVG instead.',
} as const;
