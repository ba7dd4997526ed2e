import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { list } from './words.ts';

export const formulaLayerMessages: Catalogue['formulaLayers'] = {
  mark: 'fx',
  spoken: 'Formelschicht',
  ofLayer: (formula, count) => (count > 1 ? `${formula} (1 von ${whole(count)})` : formula),
  formula: 'Formel',
  formulaOf: map => `Formel von Karte ${whole(map)}`,
  formulaHelp: 'Wie sie in der ersten Zelle steht. Die Eingabetaste füllt sie über die ganze Schicht.',
  applyFirst: 'Wenden Sie zuerst die anderen Änderungen an, oder brechen Sie sie ab.',
  builtIn: 'Zurück zur eingebauten Schicht',
  begunAnew: layers =>
    `${list(layers)} ${layers.length === 1 ? 'beginnt' : 'beginnen'} mit neuen Gewichten. Die von vor der Formel ` +
    'bringt nur „Rückgängig“ zurück.',
  builtInLabel: layer => `Zurück zur eingebauten Schicht ${layer}`,
  notFormula: layer => `${layer} hat schon seine eigenen Formeln. Nichts ist darüber geschrieben.`,
  fillLabel: layer => `Formel von ${layer}`,
  learn: 'Lernt im Training',
  learnShort: 'lernt',
  learnLabel: cells => `${cells} lernen lassen`,
  unlearnLabel: cells => `${cells} nicht lernen lassen`,
  noNumbers: cells => `Ein Gewicht ist eine Zahl, und in ${cells} steht keine. Geben Sie zuerst eine ein.`,
  weightOf: layer => `ein Gewicht von ${layer}, das sich im Training ändert`,
  learnsUnread: 'lernt, sobald eine Formelschicht sie liest',
  nearly: (layer, differing) =>
    `Fast eine Schicht: ${layer} (${differing === 1 ? 'eine Zelle weicht' : `${whole(differing)} Zellen weichen`} ab)`,
  blank: 'keine Formel',
  otherFormula: 'eine andere Formel',
  notLayer: layer => `Keine Schicht: die Formeln über ${layer}`,
  made: (layer, formula) => `${layer} ist jetzt eine Formelschicht: ${formula}. Sie lernt mit.`,
  leave: 'Als Überschreibungen behalten',
  leaveHelp: layer => `Die Formeln von ${layer} als Überschreibungen einzelner Zellen behalten`,
  almost: (layer, differing, of, cells) =>
    `${whole(differing)} von ${whole(of)} Zellen von ${layer} ${differing === 1 ? 'weicht' : 'weichen'} von der ` +
    `Formel der anderen ab: ${cells.join(', ')}${differing > cells.length ? ', …' : ''}. Mit überall derselben ` +
    'Formel wird eine Schicht daraus.',
  show: 'Zeigen',
  overrides: (layer, reason) => `Die Formeln über ${layer} bleiben Überschreibungen: ${reason}`,
  texts: 'Sie bilden Texte, und eine Schicht rechnet mit Zahlen.',
  shape:
    'Eine Schicht kann eine solche Formel nicht berechnen. Sie nimmt Zahlen, Zellen früherer Schichten und Bereiche ' +
    'in SUMME, MITTELWERT, MAX, MIN, QUADRATESUMME und SUMMENPRODUKT.',
  unknownFunction: name => `Eine Schicht kann ${name} nicht berechnen.`,
  position: name =>
    `Eine Schicht kann ${name} nicht berechnen: Alle ihre Zellen haben eine Formel, und die weiß nicht, wo eine ` +
    'Zelle steht.',
  itself: layer => `Sie lesen andere Zellen von ${layer} selbst.`,
  beside: layer => `Sie lesen Spalten neben ${layer}, die zum Loss gehören.`,
  later: layer => `Sie lesen ${layer}, und das kommt erst danach.`,
  rangeElsewhere: layer =>
    `Sie lesen einen Bereich von Gewichten von ${layer}. Von anderen Schichten lassen sich nur einzelne lesen.`,
  plainCell: cell =>
    `Sie lesen ${cell}. Soll das ein Gewicht sein, geben Sie dort eine Zahl ein und wählen Sie „Lernt im Training“.`,
  cells: 'Sie lesen Bereiche von Zellen, die zu keiner einzelnen Schicht gehören.',
  named: name => `${name} benennt keine Zahl, kein Gewicht und keine Zelle.`,
  uneven: 'Ihre Bezüge wandern nicht gleichmäßig von Zelle zu Zelle.',
  denseRange: layer =>
    `Sie lesen Bereiche der Gewichte von ${layer}. Von den Gewichten einer Dense-Schicht liest die Formel ` +
    'einer Schicht nur einzelne.',
  probabilities: layer =>
    `${layer} bildet die Wahrscheinlichkeiten, aus denen der Loss folgt; deshalb bleibt das Training bei den eigenen ` +
    'Formeln der Schicht. Ihre zählen nur auf dem Blatt.',
  duringRun: layer =>
    `Diese Formeln würden ${layer} zu einer Formelschicht machen. Ein Lauf trainiert die Schichten, wie sie sind. ` +
    'Beenden Sie zuerst den Lauf.',
};
