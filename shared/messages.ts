/** Every sentence a user reads, in one table, so that another language is another table of the same type. Sections follow the parts of the app; a sentence with a blank
 *  to fill is a function. Sentences name the cell, layer, file or option, say what is wrong and what to do. */
export const messages = {
  network: {},
  cells: {},
  engine: {},
  files: {},
  commandLine: {},
  shell: {},
  menu: {},
  panels: {},
  grid: {},
} as const;
