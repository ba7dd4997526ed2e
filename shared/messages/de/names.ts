import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

export const nameMessages: Catalogue['names'] = {
  title: 'Namen',
  open: 'Namen…',
  none:
    'Noch keine Namen. Markieren Sie Zellen und schreiben Sie einen Namen ins Namenfeld, oder legen Sie hier ' +
    'einen fest.',
  tensors: 'Jeder Tensor hat schon einen Namen, zum Beispiel conv1_kernel.',
  list: 'Namen dieser Arbeitsmappe',
  name: 'Name',
  refersTo: 'Steht für',
  define: 'Festlegen',
  change: 'Ändern',
  edit: 'Bearbeiten',
  editHelp: name => `${name} bearbeiten`,
  goTo: 'Gehe zu',
  goToHelp: name => `Gehe zu ${name}`,
  delete: 'Löschen',
  deleteHelp: name => `${name} löschen`,
  uses: count => (count === 0 ? 'unbenutzt' : `in ${whole(count)} ${plural(count, 'Formel', 'Formeln')}`),
  deleted: (name, uses) =>
    uses === 0
      ? `${name} ist gelöscht. Rückgängig holt den Namen zurück.`
      : `${name} ist gelöscht: ${whole(uses)} ${plural(uses, 'Formel zeigt', 'Formeln zeigen')} jetzt #NAME?. ` +
        'Rückgängig holt den Namen zurück.',
  defined: (name, where) => `${name} ist jetzt ein Name für ${where}. Rückgängig nimmt das zurück.`,
  blank: 'Ein Name braucht wenigstens einen Buchstaben.',
  tooLong: most => `Ein Name hat höchstens ${whole(most)} Zeichen.`,
  begins: name => `„${name}“ kann kein Name sein: Namen beginnen mit einem Buchstaben oder _.`,
  spaces: name => `„${name}“ kann kein Name sein: Namen haben keine Leerzeichen. Nehmen Sie _ dafür.`,
  signs: (name, sign) =>
    `„${name}“ kann kein Name sein: „${sign}“ darf nicht darin stehen. Nehmen Sie Buchstaben, Ziffern, _ und Punkt.`,
  address: name => `„${name}“ kann kein Name sein: Es sieht aus wie die Adresse einer Zelle.`,
  truth: name => `„${name}“ kann kein Name sein: Es ist ein Wahrheitswert.`,
  tensor: name => `${name} ist der Name eines Tensors des Netzes. Wählen Sie einen anderen.`,
  taken: name => `${name} gibt es schon als Namen. Wählen Sie einen anderen, oder bearbeiten Sie diesen.`,
  circle: name =>
    `${name} kann nicht für sich selbst stehen. Nehmen Sie eine Zelle, eine Zahl oder eine andere Formel.`,
  defineLabel: name => `${name} festlegen`,
  changeLabel: name => `${name} ändern`,
  renameLabel: (before, name) => `${before} in ${name} umbenennen`,
  deleteNameLabel: name => `${name} löschen`,
};
