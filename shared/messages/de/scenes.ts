import type { Catalogue } from '../catalogue.ts';

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
  noNarration: id => `Das Storyboard hat den Sprechertext ${id} nicht mehr.`,
};
