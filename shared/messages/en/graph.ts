import { list } from './words.ts';

/** Words and sentences about the graph of the network. */
export const graphMessages = {
  title: 'Graph',
  name: 'Graph of the network',
  changes: 'blue: what Apply would change',
  hints: 'Arrow keys follow the wires, Enter edits, Insert adds, Delete removes, Alt and an arrow key move',
  zoomIn: 'Larger (+)',
  zoomOut: 'Smaller (-)',
  fit: 'Fit (0)',
  close: 'Close the graph',
  addHelp: 'Adds a layer after the selected one. From the list it can also be dragged onto a wire.',
  port: 'Drag to another layer for a shortcut',
  mode: 'Show as',
  modes: { graph: 'Graph', list: 'List' },
  columns: { layer: 'Layer', what: 'Kind', shape: 'Shape', parameters: 'Parameters', reads: 'Reads' },
  isNew: 'new',
  gone: (layers: readonly string[]) => `Apply would remove ${list(layers)}`,
  /** Between a shape or a number before and after. */
  becomes: 'becomes',
  reads: (layers: readonly string[]) => `reads ${list(layers)}`,
  readBy: (layers: readonly string[]) => `read by ${list(layers)}`,
  menu: (layer: string) => `Layer ${layer}`,
  edit: 'Edit',
} as const;
