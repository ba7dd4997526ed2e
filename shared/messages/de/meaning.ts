/** Sentences about what a data set means to a network. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { imagesOfSplit } from './runs.ts';
import { counted, images, named, ofNames, plural, scores } from './words.ts';

const fitted = { stretch: 'gestreckt', crop: 'zugeschnitten', pad: 'aufgefüllt' } as const;
const ofScores = (count: number) => counted(count, 'Klassenwert', 'Klassenwerten');

export const meaningMessages: Catalogue['meaning'] = {
  someKnown: (data, known, all, unknown) =>
    `Von den ${whole(all)} Klassen von ${data} kennt das Netz ${whole(known)}; ${named(unknown)} kennt es nicht.`,
  imagesLeftOut: count => `${images(count)} unbekannter Klassen ${plural(count, 'ist', 'sind')} ausgelassen.`,
  labelsLeftOut: 'Unbekannte Labels sind ausgelassen.',
  noneKnown: (data, own, others) =>
    `Das Netz kennt keine der Klassen von ${data}: Trainiert wurde es mit ${ofNames(own)}, und ${data} hat ` +
    `${named(others)}. Wählen Sie Bilder seiner Klassen, oder trainieren Sie es zuerst mit diesen.`,
  noneOfSplit: (data, split, own) =>
    `Unter den ${imagesOfSplit(split).replace(/bilder$/, 'bildern')} von ${data} ist keines einer Klasse, die das ` +
    `Netz kennt (${named(own)}). Wählen Sie einen anderen Teil oder andere Bilder.`,
  byPlace: data =>
    `Die Klassen des Netzes haben keine Namen; deshalb gelten sie als die von ${data} in deren Reihenfolge.`,
  notCounted: names =>
    `${named(names)} ${plural(names.length, 'kommt', 'kommen')} weder in diesen Bildern vor noch in dem, wofür sie ` +
    `gehalten wurden, und ${plural(names.length, 'zählt', 'zählen')} in den Mittelwerten nicht mit.`,

  rescored: (layer, before, after, data) =>
    `${layer} hat jetzt ${scores(after)}${before === after ? '' : ` statt ${whole(before)}`}, einen für jede Klasse ` +
    `von ${data}, und lernt sie mit frischen Gewichten neu.`,
  scores: (layer, after, data, known, fresh, gone) =>
    `${layer} hat jetzt ${scores(after)}, einen für jede Klasse von ${data}: ${[
      `${named(known)} ${plural(known.length, 'behält seine', 'behalten ihre')} Gewichte`,
      fresh.length > 0 && `${named(fresh)} ${plural(fresh.length, 'beginnt', 'beginnen')} mit frischen`,
      gone.length > 0 && `${named(gone)} ${plural(gone.length, 'fällt', 'fallen')} weg`,
    ]
      .filter(Boolean)
      .join('; ')}.`,
  willRescore: (before, after, own) =>
    (own.length > 0
      ? `Das Netz kennt keine dieser Klassen, sondern ${named(own)}. `
      : `Das Netz endet in ${ofScores(before)}, hier gibt es aber ${counted(after, 'Klasse', 'Klassen')}. `) +
    `Das Training gibt ihm ${scores(after)}, die es mit frischen Gewichten lernt; „Rückgängig“ nimmt das zurück.`,
  willScore: (all, unknown, absent) =>
    [
      unknown.length > 0
        ? `Von diesen ${whole(all)} Klassen kennt das Netz ${whole(all - unknown.length)}; ${named(unknown)} kennt ` +
          'es nicht.'
        : 'Das Netz kennt alle diese Klassen.',
      absent.length > 0 ? `Es kennt auch ${named(absent)}; davon gibt es hier keine Bilder.` : '',
      `Das Training gibt ihm ${scores(all)}; die der bekannten Klassen behalten ihre Gewichte, wenn es nicht von ` +
        'vorn beginnt. „Rückgängig“ nimmt das zurück.',
    ]
      .filter(Boolean)
      .join(' '),
  frozenScores: layer => `${layer} ist eingefroren; die frischen Gewichte bleiben also, wie sie sind.`,
  replaced: (data, fresh, gone) =>
    `Die Klassen sind jetzt die von ${data}: ${named(fresh)} ${plural(fresh.length, 'beginnt', 'beginnen')} mit den ` +
    `Gewichten von ${ofNames(gone)}.`,
  stay: (data, absent) =>
    `${data} hat keine Bilder von ${ofNames(absent)}: ` +
    `${plural(absent.length, 'Der Klassenwert bleibt und wird', 'Die Klassenwerte bleiben und werden')} darauf ` +
    'trainiert, klein zu sein.',
  continueUnknown: (data, unknown, own) =>
    `Der letzte Lauf hatte andere Klassen: Er kennt ${named(own)}, aber ${named(unknown)} von ${data} nicht. ` +
    'Starten Sie stattdessen von hier aus; das behält, was bekannt ist, und beginnt mit dem Rest neu.',
  otherFit: (now, before) =>
    `Bilder werden hier für die Eingabe ${fitted[now]}; die, mit denen das Netz trainiert wurde, wurden ` +
    `${fitted[before]}.`,
  untrained: (data, names) =>
    `${data} hat keine Trainingsbilder von ${ofNames(names)}; also kann das Netz ` +
    `${plural(names.length, 'diese Klasse', 'diese Klassen')} nicht lernen. Halten Sie kleinere Anteile zurück, oder ` +
    'nehmen Sie Bilder davon in die Trainingsbilder auf.',
};
