import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { list } from './words.ts';

export const filmFileMessages: Catalogue['filmFiles'] = {
  sceneNumber: number => `Szene ${whole(number)}`,
  text: {
    tooLong: most => `Ein Storyboard hat höchstens ${whole(most)} Zeichen.`,
    manyScenes: most => `Ein Storyboard hat höchstens ${whole(most)} Szenen.`,
    beforeScenes:
      'Vor der ersten Szene stehen nur Zeilen wie „look: dark“ zwischen zwei Zeilen ---. ' +
      'Eine Szene beginnt mit einer Zeile wie „## Die erste Szene“.',
    noBlock: 'Nach der Überschrift einer Szene kommt eine Zeile ```scene, dann Zeilen wie „show: network“, dann ```.',
    noKey: text => `„${text}“ hat nicht die Form „Wort: Wert“.`,
    unknownKey: (key, keys) => `„${key}“ gibt es hier nicht. Es gibt: ${list(keys)}.`,
    twice: key => `„${key}“ steht zweimal da.`,
    missing: key => `„${key}“ fehlt.`,
    oneOf: (key, values) => `„${key}“ ist eines von: ${list(values)}.`,
    onlySheet: '„select“ und „plane“ stehen nur in Szenen, die ein Blatt zeigen, etwa „show: sheet AH3:AJ9“.',
    noTensor: name =>
      `Das Netz hat keine Schicht und keinen Tensor ${name}. Schreiben Sie ihn wie conv1 oder conv1/kernel.`,
    noLayer: name => `Das Netz hat keine Schicht ${name}. Schreiben Sie sie wie conv1.`,
    noCell: text => `Das Netz hat keine Zelle ${text}. Schreiben Sie sie wie AH3 oder conv1/kernel[0,0,0,1].`,
    noPart: text => `Zellen ${text} gibt es nicht. Schreiben Sie sie wie AH3:AJ9, conv1 oder Notizen!A1:C4.`,
    notOf: (cell, tensor) => `${cell} ist keine Zelle von ${tensor}.`,
    manyMaps: 'Eine Szene zeigt höchstens vier Karten.',
    show: text =>
      `„${text}“ lässt sich nicht zeigen. Nach „show:“ kommt eines von: sheet AH3:AJ9; maps input, conv1 map 2; ` +
      'cell AH3; network; scores; kernels; kernels of conv1.',
    move: text =>
      `„${text}“ ist keine Bewegung. Nach „move:“ kommt eines von: nothing; scan conv1 from AH3 to AJ9; ` +
      'walk back from AH3; type into AD11: 2; train 100 steps from fresh weights; train 100 steps from here; ' +
      'run und seine id; images 0, 7, 12.',
    time: 'Eine Dauer ist eine Zahl von Sekunden wie „time: 8 s“, oder „time: narration“.',
    rest: 'Die Ruhe um eine Bewegung schreibt man wie „rest: 1 s before, 2 s after“.',
    mark: 'Eine Marke schreibt man wie „mark: 2.5 s die Kante“.',
    noNarration: id =>
      `Diese Arbeitsmappe hat keinen Sprechertext ${id}. Lassen Sie die Zeile „narration“ weg, ` +
      'oder öffnen Sie seine Datei.',
    limits: (part, title, caption, notes) =>
      `„${part}“ ist mehr, als eine Szene haben kann. Eine Szene dauert 0,1 bis 3.600 Sekunden; Titel und Marken ` +
      `haben höchstens ${whole(title)} Zeichen, Untertitel ${whole(caption)}, Notizen ${whole(notes)}; ein Lauf hat 1 bis ` +
      '10.000 Schritte.',
  },
};
