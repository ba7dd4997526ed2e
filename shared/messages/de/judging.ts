/** Sentences about figures beyond accuracy. */
import type { Catalogue } from '../catalogue.ts';
import { fixed, number, whole } from '../format.ts';

const columns = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} und ${names.at(-1)}`;

export const judgingMessages: Catalogue['judging'] = {
  auc: 'AUC',
  aucHelp:
    'Fläche unter der ROC-Kurve: wie wahrscheinlich ein Bild der Klasse einen höheren Wert hat als ein anderes; ' +
    'Mittel der Klassen',
  averagePrecision: 'Mittlere Präzision',
  averagePrecisionHelp: 'Das Mittel der Präzision über alle Trefferquoten; Mittel der Klassen',
  averagePrecisionShort: 'MP',
  fBeta: beta => `F${number(beta)}`,
  macroFBeta: beta => `Makro-F${number(beta)}`,
  fBetaHelp: beta => `Die Trefferquote zählt ${number(beta)}-mal so viel wie die Präzision; Mittel der Klassen`,
  topK: k => `Top ${k}`,
  topKHelp: k => `Bilder, deren Klasse unter den ${k} wahrscheinlichsten ist`,
  calibrationError: 'Kalibrierfehler',
  calibrationErrorHelp:
    'Wie weit Wahrscheinlichkeiten im Mittel vom Anteil der Bilder abweichen, bei denen sie zutreffen (15 gleich ' +
    'breite Intervalle)',
  kappa: 'Kappa',
  kappaHelp: 'Cohens Kappa: Übereinstimmung mit den richtigen Klassen; 0 ist Zufall, 1 vollständig',
  quadraticKappa: 'Quadratisches Kappa',
  quadraticKappaHelp: 'Kappa, bei dem ein Fehler mit dem Quadrat seiner Größe zählt',
  meanAbsoluteError: 'Mittlerer Fehler',
  meanAbsoluteErrorHelp: inNumbers =>
    inNumbers
      ? 'Wie weit die Zahlen der Klassen im Mittel danebenliegen'
      : 'Um wie viele Klassen Vorhersagen im Mittel danebenliegen',
  own: 'Eigenes Maß',

  choices: 'Was gemessen wird',
  beta: 'Beta von F-Beta',
  betaHelp: 'Die Trefferquote zählt so viel mal mehr als die Präzision: 1 für F1, 2 für F2',
  badBeta: 'Beta ist eine Zahl über 0 und höchstens 100.',
  ordered: 'Die Klassen haben eine Reihenfolge',
  orderedHelp: 'Wie Noten oder Alter: Ein Fehler ist umso größer, je weiter er danebenliegt',
  formula: 'Eigenes Maß, eine Formel',
  formulaHelp: 'Sie liest actual und predicted oder truth und probability: =MITTELWERT(ABS(actual-predicted))',
  curves: 'Kurven',
  curvesOf: 'Klasse der Kurven',
  roc: 'ROC-Kurve',
  falseAlarms: 'Fehlalarme',
  found: 'gefunden',
  chance: 'Zufall',
  precisionRecall: 'Präzision je Trefferquote',
  precision: 'Präzision',
  recall: 'Trefferquote',
  reliability: 'Verlässlichkeit',
  probability: 'Wahrscheinlichkeit',
  right: 'richtig',
  ideal: 'ideal',
  allClasses: 'Erkannte Klassen',
  allLabels: 'Alle Labels',
  areaOf: area => `AUC ${area}`,
  precisionOf: mean => `mittlere Präzision ${mean}`,
  noCurve: name => `Es gibt keine Kurve: Alle diese Bilder haben die Klasse ${name}, oder keines.`,
  rocFile: 'roc',
  precisionRecallFile: 'praezision-trefferquote',
  reliabilityFile: 'verlaesslichkeit',
  thresholds: 'Schwellen',
  thresholdsHelp: 'je Label, für das größte F-Beta',
  threshold: 'Schwelle',
  atThreshold: 'bei Schwelle',
  byThresholds: (beta, half, found) =>
    `F${number(beta)}, Mittel der Labels: ${fixed(half, 3)} bei 0,5, ${fixed(found, 3)} bei diesen Schwellen.`,
  useThresholds: 'Damit vorhersagen',
  useHalf: 'Wieder mit 0,5 vorhersagen',
  used: 'Vorhersagen verwenden die Schwellen, die in dieser Arbeitsmappe stehen.',
  foundOnTest:
    'Schwellen, die an Testbildern gewählt sind, wirken an ihnen besser als an anderen. Wählen Sie sie an ' +
    'Validierungsbildern.',

  figure: (name, value) => `${name} ${value}`,
  ownFigure: (formula, value) => `${formula} ergibt ${value}`,
  badThresholds: (text, classes) =>
    `--thresholds ${text}: Geben Sie für jedes der ${whole(classes)} Labels eine Zahl von 0 bis 1 an, wie in ` +
    '0.3,0.5, oder „half“ für 0,5.',
  thresholdsForLabels: '--thresholds ist für Netze, die einem Bild mehrere Labels geben. Lassen Sie es weg.',
  betaOption: text => `--beta ${text}: Geben Sie eine Zahl über 0 und höchstens 100 an.`,
  outputEnding: path => `-o ${path}: Die Datei einer Arbeitsmappe endet auf .convsheet. Hängen Sie die Endung an.`,
  metricOption: reason => `--metric: ${reason}`,

  metric: {
    unreadable: (reason, names) => `${reason} Ein Maß liest die Spalten ${columns(names)}.`,
    readsCells: names =>
      `Ein Maß liest keine Zellen des Blatts, sondern die Spalten ${columns(names)}, wie in ` +
      '=MITTELWERT(ABS(actual-predicted)).',
    readsNothing: names =>
      `Die Formel liest keine der Spalten ${columns(names)}. Schreiben Sie eine hinein, wie in ` +
      '=MITTELWERT(ABS(actual-predicted)).',
    noImages: 'Kein Bild hat Klassenwerte; deshalb hat das Maß nichts zu lesen.',
    tooMany: (numbers, most) =>
      `Das Maß liest ${whole(numbers)} Zahlen; höchstens ${whole(most)} sind möglich. Werten Sie weniger Bilder aus.`,
    manyValues: count => `Die Formel ergibt ${whole(count)} Werte. Machen Sie mit MITTELWERT oder SUMME einen daraus.`,
    noNumber: value => `Die Formel ergibt ${value}; das ist keine Zahl.`,
  },
};
