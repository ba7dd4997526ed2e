import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { counted } from './words.ts';

export const sceneMessages: Catalogue['scenes'] = {
  refusals: {
    twice: id => `Zwei Szenen oder zwei Sprechertexte des Storyboards haben die Kennung ${id}.`,
    unknownNarration: scene =>
      `Die Szene „${scene}“ hat einen Sprechertext, den das Storyboard nicht nennt. Nehmen Sie ihn neu auf.`,
    foreignSound: id => `Das Storyboard nennt den Sprechertext ${id} nicht.`,
    soundMissing: id => `Der Ton des Sprechertexts ${id} fehlt. Nehmen Sie ihn neu auf.`,
    narrationTooLarge: mebibytes =>
      `Ein Sprechertext darf höchstens ${mebibytes} MiB haben. Verteilen Sie ihn auf mehrere Szenen.`,
    narrationsTooLarge: mebibytes =>
      `Alle Sprechertexte eines Storyboards zusammen dürfen höchstens ${mebibytes} MiB haben. Entfernen Sie einige, ` +
      'oder nehmen Sie kürzere auf.',
    tooLong: mebibytes =>
      `Die Texte eines Storyboards dürfen höchstens ${mebibytes} MiB haben. Kürzen Sie Notizen, oder entfernen Sie ` +
      'Szenen.',
  },
  problems: {
    noTensor: tensor => `Das Netz hat kein ${tensor}. Wählen Sie neu, was die Szene zeigt.`,
    noElement: (tensor, nth, count) =>
      `${tensor} hat ${counted(count, 'Zelle', 'Zellen')}, und die Szene braucht Zelle ${whole(nth)}. ` +
      'Wählen Sie eine davon.',
    noMap: (tensor, nth, count) =>
      `${tensor} hat ${counted(count, 'Karte', 'Karten')}, und die Szene zeigt Karte ${whole(nth)}. Wählen Sie eine ` +
      'davon.',
    noLayer: layer => `Das Netz hat die Schicht ${layer} nicht mehr. Wählen Sie eine andere.`,
    noKernel: (tensor, nth, count) =>
      `${tensor} hat ${whole(count)} Kernel, und die Szene zeigt Kernel ${whole(nth)}. Wählen Sie einen anderen.`,
    noKernels: 'Das Netz hat keine Kernel, die man zeigen könnte. Wählen Sie ein anderes Bild.',
    noKernelsIn: layer => `${layer} hat keine Kernel. Wählen Sie eine Schicht, die welche hat.`,
    noScores:
      'Die Klassenwerte dieses Netzes entstehen nicht aus Karten durch eine einzige dichte Schicht mäßiger Größe. ' +
      'Wählen Sie ein anderes Bild.',
    noSheet: 'Das Blatt, das die Szene zeigt, gibt es nicht mehr. Wählen Sie einen anderen Teil.',
    noRange: 'Der Teil, den die Szene zeigt, liegt außerhalb des Blatts. Wählen Sie einen anderen Teil.',
    plane: 'Filme zeigen die eigenen Werte der Zellen, keine Gradienten oder Masken. Wählen Sie einen anderen Teil.',
    notComputed: tensor =>
      `${tensor} wird nicht berechnet, deshalb entstehen die Zellen nicht. Wählen Sie eine berechnete Schicht.`,
    backwards: (from, to) =>
      `Der Durchlauf beginnt bei Zelle ${whole(from)} und endet davor, bei Zelle ${whole(to)}. Vertauschen Sie beide.`,
    nothingToTrain:
      'Das Netz hat keine Gewichte, die trainiert werden könnten. Fügen Sie eine Schicht mit Gewichten ein, oder ' +
      'wählen Sie eine andere Bewegung.',
    noRun: 'Den Lauf, den die Szene zeigt, gibt es nicht mehr. Wählen Sie einen anderen.',
    runOfAnother: name =>
      `${name} hat ein Netz mit anderen Gewichten trainiert. Wählen Sie einen anderen Lauf, oder trainieren Sie noch ` +
      'einmal.',
    strangeBraces: inner =>
      `Im Untertitel ist {${inner}} keine Zelle. Nennen Sie eine wie {AH3} oder {Notizen!B2}, oder schreiben Sie {{ ` +
      'für eine Klammer.',
    captionCell: cell =>
      `Der Untertitel sagt, was in ${cell} steht, und diese Zelle gibt es nicht. Nennen Sie eine andere.`,
    noAnswer: nth =>
      nth === 1
        ? 'Der Untertitel sagt die Antwort, und dieses Netz hat keine Klassen. Nehmen Sie {answer} heraus.'
        : `Der Untertitel sagt Antwort ${whole(nth)}, und dieses Netz hat keine solche Klasse. Nehmen Sie ` +
          `{answer ${nth}} heraus.`,
    noProbability:
      'Der Untertitel sagt eine Wahrscheinlichkeit, und dieses Netz endet in bloßen Punkten. Schreiben Sie {answer} ' +
      'ohne das Prozentzeichen.',
    runOfOtherLayers: (name, layer) =>
      `${name} hat ein Netz trainiert, das sich bei ${layer} von diesem unterscheidet. Wählen Sie einen anderen ` +
      'Lauf, oder trainieren Sie noch einmal.',
    runWithoutWeights: name =>
      `${name} hat unterwegs keine Gewichte behalten. Wählen Sie einen anderen Lauf, oder trainieren Sie noch einmal.`,
  },
  finding: 'Die Zahlen der Szene werden ermittelt',
  tooManyNumbers: mebibytes =>
    `Die Szene braucht mehr als ${mebibytes} MiB Zahlen. Zeigen Sie weniger Bilder oder Schritte, oder einen ` +
    'kleineren Teil des Netzes.',
  noImages: 'Zum Trainieren fehlen Bilder. Wählen Sie zuerst einen Datensatz.',
  otherNetwork: data =>
    `Um mit ${data} zu trainieren, bekäme das Netz andere Klassenwerte. Trainieren Sie es einmal, oder wählen Sie ` +
    'Bilder seiner Klassen.',
  noNarration: id => `Das Storyboard hat den Sprechertext ${id} nicht mehr.`,
};
