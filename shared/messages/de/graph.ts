import type { Catalogue } from '../catalogue.ts';
import { list } from './words.ts';

export const graphMessages: Catalogue['graph'] = {
  title: 'Graph',
  name: 'Graph des Netzes',
  changes: 'blau: was „Anwenden“ ändern würde',
  hints:
    'Pfeiltasten folgen den Verbindungen, Eingabe bearbeitet, Einfg fügt ein, Entf entfernt, Alt und Pfeiltaste ' +
    'verschieben',
  zoomIn: 'Größer (+)',
  zoomOut: 'Kleiner (-)',
  fit: 'Einpassen (0)',
  close: 'Graph schließen',
  addHelp: 'Fügt eine Schicht nach der gewählten ein. Aus der Liste lässt sie sich auch auf eine Verbindung ziehen.',
  port: 'Für eine Abkürzung zu einer anderen Schicht ziehen',
  mode: 'Zeigen als',
  modes: { graph: 'Graph', list: 'Liste' },
  columns: { layer: 'Schicht', what: 'Art', shape: 'Form', parameters: 'Parameter', reads: 'Liest' },
  isNew: 'neu',
  gone: layers => `„Anwenden“ würde ${list(layers)} entfernen`,
  becomes: 'wird zu',
  reads: layers => `liest ${list(layers)}`,
  readBy: layers => `gelesen von ${list(layers)}`,
  menu: layer => `Schicht ${layer}`,
  edit: 'Bearbeiten',
};
