import type { Catalogue } from '../catalogue.ts';

/** Sprechertext: aufnehmen, aus Dateien nehmen, und wie laut er ist. */
export const narrationMessages: Catalogue['narration'] = {
  levels: {
    name: 'Pegel des Mikrofons',
    decibels: level => `${level} Dezibel`,
    words: { silent: 'kein Ton', quiet: 'zu leise', good: 'gut', loud: 'zu laut' },
  },
  problems: {
    noMicrophone:
      'Hier gibt es kein Mikrofon. Schließen Sie eines an, oder nehmen Sie den Sprechertext aus einer Datei.',
    refused:
      'Das Mikrofon darf hier nicht benutzt werden. Erlauben Sie es in den Einstellungen des Systems oder des ' +
      'Browsers, und nehmen Sie noch einmal auf.',
    busy:
      'Das Mikrofon lässt sich nicht lesen: Vielleicht benutzt es ein anderes Programm. Schließen Sie dieses, und ' +
      'nehmen Sie noch einmal auf.',
    failed: reason => `Das Mikrofon lässt sich nicht lesen: ${reason}`,
  },
};
