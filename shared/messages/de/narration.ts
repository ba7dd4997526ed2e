import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

/** Sprechertext: aufnehmen, aus Dateien nehmen, und wie laut er ist. */
export const narrationMessages: Catalogue['narration'] = {
  menu: {
    narrate: 'Szene einsprechen',
    file: 'Sprechertext aus einer Datei …',
    over: 'Datei über alle Szenen legen …',
  },
  title: 'Sprechertext',
  titleOf: (number, title) => `Sprechertext von ${whole(number)} ${title}`,
  close: 'Sprechertext schließen',
  script: 'Zum Vorlesen',
  noScript: 'Die Szene hat weder Untertitel noch Notizen zum Vorlesen. Schreiben Sie welche in ihre Einstellungen.',
  record: 'Aufnehmen',
  retake: 'Neu aufnehmen',
  asking: 'Darf das Mikrofon benutzt werden?',
  beginNow: 'Sofort beginnen',
  nextScene: 'Nächste Szene',
  stop: 'Beenden',
  play: 'Abspielen',
  pause: 'Anhalten',
  remove: 'Entfernen',
  fromFile: 'Aus einer Datei …',
  overAll: 'Datei über alle Szenen legen …',
  wave: 'Lautstärke der Aufnahme',
  begins: 'Anfang dessen, was zu hören ist',
  ends: 'Ende dessen, was zu hören ist',
  trim: 'Stille abschneiden',
  whole: 'Ganze Aufnahme',
  stretch: 'Szene daran anpassen',
  all: 'Szene für Szene',
  shows: 'Szene läuft mit',
  working: 'Die Lautstärke wird angeglichen …',
  lasts: length => `${length} lang.`,
  evened: (loudness, reached, gain) => `${loudness} LUFS, im Film ${reached} LUFS (${gain} dB).`,
  clipped: 'Das Mikrofon war zu laut: Manches ist abgeschnitten. Gehen Sie weiter weg, und nehmen Sie noch einmal auf.',
  whisper:
    'Die Aufnahme ist sehr leise, deshalb wird man Rauschen hören. Gehen Sie näher ans Mikrofon, und nehmen Sie ' +
    'noch einmal auf.',
  unreached: 'Wegen einzelner lauter Stellen wird sie nicht so laut wie die anderen.',
  unfinished: title => `Der Sprechertext von ${title} wurde gerade aufgenommen, als das Fenster geschlossen wurde.`,
  keep: 'Behalten',
  discard: 'Verwerfen',
  cutting: {
    title: 'Eine Aufnahme über alle Szenen legen',
    explained:
      'Jede Szene bekommt ihren Teil der Aufnahme. Die Schnitte liegen in den längsten Pausen: Verschieben Sie sie ' +
      'mit der Maus oder den Pfeiltasten, entfernen Sie einen mit Entf, und setzen Sie beim Abspielen mit M ' +
      'einen neuen.',
    wave: 'Lautstärke der Aufnahme',
    cut: number => `Schnitt ${whole(number)}`,
    play: 'Abspielen',
    pause: 'Anhalten',
    add: 'Hier schneiden (M)',
    confirm: 'Über die Szenen legen',
    piece: (title, from, to) => `${title}: ${from} bis ${to}`,
    without: scenes => (scenes === 1 ? 'Eine Szene bekommt nichts.' : `${whole(scenes)} Szenen bekommen nichts.`),
    enough: scenes => `Jede der ${whole(scenes)} Szenen hat schon einen Teil. Verschieben Sie einen Schnitt.`,
    near: 'Hier ist schon ein Schnitt.',
  },
  levels: {
    name: 'Pegel des Mikrofons',
    decibels: level => `${level} Dezibel`,
    words: { silent: 'kein Ton', quiet: 'zu leise', good: 'gut', loud: 'zu laut' },
  },
  labels: {
    recorded: 'Sprechertext aufnehmen',
    fromFile: 'Sprechertext aus einer Datei',
    laidOver: 'Aufnahme über die Szenen legen',
    trimmed: 'Sprechertext beschneiden',
    removed: 'Sprechertext entfernen',
    stretched: 'Szene an ihren Sprechertext anpassen',
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
    unreadable: 'Die Aufnahme lässt sich hier nicht lesen. Nehmen Sie sie neu auf, oder wählen Sie eine andere Datei.',
    silence: 'Darin ist nichts zu hören. Sehen Sie nach dem Pegel des Mikrofons, und nehmen Sie noch einmal auf.',
    nothingRecorded: 'Die Aufnahme war zu Ende, bevor etwas gesagt wurde. Nehmen Sie noch einmal auf.',
    longest: minutes => `Eine Aufnahme kann ${whole(minutes)} Minuten dauern. Was bis jetzt aufgenommen wurde, bleibt.`,
    noEncoder: 'Dieser Browser kann die Aufnahme nicht klein genug machen. Wählen Sie eine MP3- oder M4A-Datei.',
    noSound: name => `${name} enthält keinen Ton, der sich hier lesen lässt. Wählen Sie WAV, MP3, M4A, OGG oder FLAC.`,
    fileTooLarge: (name, most) =>
      `${name} ist zu groß: Eine Aufnahme darf ${whole(most)} MB haben. Wählen Sie eine komprimierte Datei, etwa MP3.`,
    fileTooLong: (name, minutes) =>
      `${name} ist zu lang: Eine Aufnahme darf ${whole(minutes)} Minuten dauern. Teilen Sie sie auf.`,
  },
};
