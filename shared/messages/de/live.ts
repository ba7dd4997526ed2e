import type { Catalogue } from '../catalogue.ts';
import { clock, date, memorySize, whole } from '../format.ts';

/** Das Fenster aufnehmen. */
export const liveMessages: Catalogue['live'] = {
  menu: {
    start: 'Fenster aufnehmen…',
    stop: 'Aufnahme beenden',
    pause: 'Aufnahme anhalten',
    resume: 'Aufnahme fortsetzen',
    mark: 'Marke setzen',
    left: 'Noch nicht gesicherte Aufnahmen…',
  },
  sheet: {
    title: 'Fenster aufnehmen',
    microphone: 'Mikrofon',
    size: 'Größe',
    sizes: { 720: '720p', 1080: '1080p', own: 'Wie das Fenster' },
    keys: 'Gedrückte Tasten zeigen',
    countdown: 'Vorlauf',
    none: 'Keiner',
    seconds: seconds => `${whole(seconds)} s`,
    picker: 'Der Browser fragt dann, was er aufnehmen darf: Wählen Sie diesen Tab.',
    record: 'Aufnehmen',
    asking: 'Der Browser wird gefragt…',
  },
  countdown: seconds => `Die Aufnahme beginnt in ${whole(seconds)}`,
  bar: 'Aufnahme',
  recording: 'Aufnahme läuft',
  paused: 'Angehalten',
  time: 'Bisher aufgenommen',
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  mark: 'Marke',
  stop: 'Beenden',
  marked: (number, seconds) => `Marke ${whole(number)} bei ${clock(seconds)}`,
  manyMarkers: most => `Eine Aufnahme hat höchstens ${whole(most)} Marken.`,
  beginning: 'Anfang',
  marker: number => `Marke ${whole(number)}`,
  fileName: name => `${name} Aufnahme`,
  task: fraction => `Aufnahme: ${whole(Math.floor(100 * fraction))} %`,
  saved: (path, seconds) => `Die Aufnahme von ${clock(seconds)} steht in ${path}.`,
  savedPlain: path =>
    `Die Aufnahme steht in ${path}. Eine WebM-Datei hat keine Kapitel, deshalb fehlen die Marken darin.`,
  kept: 'Die Aufnahme bleibt aufgehoben. Film > Noch nicht gesicherte Aufnahmen sichert oder entfernt sie.',
  left: {
    title: count => (count === 1 ? 'Eine Aufnahme ist noch nicht gesichert' : 'Aufnahmen sind noch nicht gesichert'),
    what:
      'Jede lässt sich so abspielen, wie sie ist. Beim Sichern wird ein Film daraus, dessen Länge Abspieler kennen, ' +
      'mit ihren Marken als Kapiteln.',
    none: 'Alle Aufnahmen sind gesichert.',
    line: (name, begun, size, markers) =>
      [
        name,
        date(begun, true),
        memorySize(size),
        ...(markers > 0 ? [`${whole(markers)} ${markers > 1 ? 'Marken' : 'Marke'}`] : []),
      ].join(' · '),
    save: 'Sichern…',
    saveOf: name => `${name} sichern`,
    remove: 'Entfernen',
    removeOf: name => `${name} entfernen`,
    later: 'Später',
    sure: 'Diese Aufnahme entfernen?',
    sureSentence: line => `${line} ist dann für immer weg.`,
  },
  hidden: seconds =>
    `Das Fenster war ${whole(seconds)} s lang verdeckt: Dort steht der Film still oder bewegt sich ruckweise.`,
  problems: {
    notHere: 'Dieser Browser kann sein Fenster nicht aufnehmen. Öffnen Sie ConvSheet in Chromium, Chrome oder Edge.',
    refused:
      'Es wird nichts aufgenommen: Der Browser durfte nicht. Drücken Sie noch einmal auf Aufnehmen, und wählen Sie ' +
      'diesen Tab.',
    system:
      'Das System lässt den Browser den Bildschirm nicht aufnehmen. Erlauben Sie es in dessen Einstellungen, und ' +
      'nehmen Sie noch einmal auf.',
    notReadable:
      'Das Fenster lässt sich jetzt nicht aufnehmen: Ein anderes Programm oder das System verhindert es. Versuchen ' +
      'Sie es noch einmal.',
    failed: reason => `Das Fenster lässt sich nicht aufnehmen: ${reason}`,
    stopped: 'Die Aufnahme ist zu Ende, weil das Teilen des Fensters beendet wurde.',
    disk: reason => `Die Aufnahme ist zu Ende, und was bisher aufgenommen wurde, bleibt aufgehoben. ${reason}`,
    encoder: reason => `Die Aufnahme ist zu Ende, weil der Browser nicht weiter konnte: ${reason}`,
    microphone: 'Das Mikrofon ist weg. Die Aufnahme geht ohne es weiter.',
    nothing: 'In dieser Aufnahme ist kein Bild. Entfernen Sie sie, und nehmen Sie noch einmal auf.',
    unsaved: reason => `Aus dieser Aufnahme lässt sich kein Film machen: ${reason}`,
  },
  notOpen: 'Diese Aufnahme macht dieses Fenster nicht mehr.',
  closing: {
    question: 'Eine Aufnahme läuft. Beenden und das Fenster schließen?',
    detail: 'Was bisher aufgenommen wurde, bleibt aufgehoben, und der nächste Start bietet an, es zu sichern.',
    close: 'Beenden und schließen',
  },
};
