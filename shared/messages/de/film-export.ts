import type { Catalogue } from '../catalogue.ts';
import { clock, fixed, memorySize, whole } from '../format.ts';
import { counted } from './words.ts';

export const filmExportMessages: Catalogue['filmExport'] = {
  saveTitle: 'Exportieren',
  files: 'Ordner und exportierte Dateien',
  emptyFolder: 'In diesem Ordner gibt es keine exportierten Dateien.',
  notExport: (name, endings) =>
    `${name} ist kein Name einer Datei, die sich exportieren lässt. Wählen Sie einen Namen, der auf ${endings} endet.`,
  manyOpen: most => `Es werden schon ${most} Dateien geschrieben. Warten Sie, bis eine davon fertig ist.`,
  notOpen: 'Diese Datei wird nicht mehr geschrieben. Exportieren Sie noch einmal.',
  gap: 'Ein Stück einer Datei wurde abgelehnt, weil es ein großes Loch in ihr ließe.',
  failed: reason => `Der Film kann hier nicht gemacht werden: ${reason}`,
  changed:
    'Die Arbeitsmappe hat sich geändert, während die Zahlen des Films gelesen wurden. Exportieren Sie noch einmal.',
  noScenes: 'Das Storyboard hat noch keine Szenen. Fügen Sie eine hinzu, oder wählen Sie eine Vorlage.',
  task: (fraction, left) =>
    `Film: ${whole(Math.floor(100 * fraction))} %${left === undefined ? '' : `, noch ${clock(left)}`}`,
  stop: 'Beenden',
  stopHelp: 'Beendet den Export. Nichts davon wird aufgehoben.',
  done: (path, captions) =>
    `Der Film steht in ${path}${captions === undefined ? '' : `, seine Untertitel in ${captions}`}.`,
  stopped: 'Der Export wurde beendet. Nichts davon wurde aufgehoben.',
  command: {
    browserNeeded:
      'Filme und Bilder werden von einem Browser gezeichnet, und hier wurde weder Chromium noch Chrome noch Edge ' +
      'gefunden. Installieren Sie einen davon, oder nennen Sie ihn in CHROME_PATH.',
    browserEnded: reason =>
      `Der Browser, der zeichnet, hat zu früh aufgehört (${reason}). Versuchen Sie es noch einmal.`,
    notOpened: 'Der Browser, der zeichnet, hat die Seite nicht geöffnet. Versuchen Sie es noch einmal.',
    pageEnded: 'Die Seite, die zeichnet, hat zu früh aufgehört. Versuchen Sie es noch einmal.',
    misfit: (number, title, why) => `Szene ${whole(number)} (${title}) lässt sich nicht zeigen: ${why}`,
    misfits: (scenes, more) =>
      [
        ...scenes,
        ...(more === 0 ? [] : [`${counted(more, 'weitere Szene', 'weitere Szenen')} auch nicht.`]),
        'Nennen Sie die anderen mit --scenes.',
      ].join(' '),
    noScenes: all =>
      all === 0
        ? 'Das Storyboard hat keine Szenen. Nennen Sie eine Vorlage: --storyboard one-cell, whole-network, training ' +
          'oder another-letter.'
        : `Das Storyboard hat nur ${counted(all, 'Szene', 'Szenen')}. Nennen Sie einige davon mit --scenes.`,
    ending: (path, endings) =>
      `${path}: Wählen Sie einen Namen, der auf ${endings} endet, oder einen Ordner, der auf / endet.`,
    unfit: (option, path, endings) => `${option} ist nicht für ${path}, sondern für ${endings}.`,
    folder: 'Ordner',
    codec: (codec, path) => `--codec ${codec} passt nicht zu ${path}: avc ist für .mp4, vp9 und av1 sind für .webm.`,
    size: (text, all, isFilm) =>
      `--size ${text} ist keine Größe eines ${isFilm ? 'Films' : 'Bildes'}. Wählen Sie ${all}, oder Pixel wie ` +
      `1280x720, oder nur deren Breite: ${isFilm ? 'gerade ' : ''}Zahlen von 64 bis 3840, 16 zu 9 oder 9 zu 16.`,
    at: text =>
      `--at ${text} ist kein Moment. Wählen Sie beginning, middle oder end, oder Sekunden wie 2.5 (mit einem Punkt).`,
    oneScene: text => `--scenes ${text}: Ein Bild zeigt eine Szene. Schreiben Sie --scenes 3.`,
    sameFile: path => `${path} ist für zwei Dateien genannt. Wählen Sie für eine davon einen anderen Namen.`,
    framesExist: (path, name) =>
      `In ${path} gibt es schon Einzelbilder, wie ${name}. Wählen Sie einen anderen Ordner, oder ersetzen Sie sie ` +
      'mit --force.',
    among: (option, text, all) => `${option} ${text} gibt es nicht. Zur Wahl stehen ${all}.`,
    scenes: text => `--scenes ${text} nennt keine Szenen. Schreiben Sie 3 oder 1-3; die erste Szene ist 1.`,
    progress: (done, of, left) =>
      `Bild ${whole(done)} von ${whole(of)}${left === undefined ? '' : ` · noch ${clock(left)}`}`,
    share: (share, left) => `${whole(Math.floor(100 * share))} %${left === undefined ? '' : ` · noch ${clock(left)}`}`,
    made: (path, frames, seconds) => `${path}: ${counted(frames, 'Bild', 'Bilder')} in ${fixed(seconds, 1)} s`,
    madeFile: (path, bytes, seconds) => `${path}: ${memorySize(bytes)} in ${fixed(seconds, 1)} s`,
    help: {
      line: 'export DATEI|VORLAGE -o PFAD   das Storyboard als Film, Bilder, Webseite, Handzettel oder Text',
      text: `Aufruf: convsheet export DATEI|VORLAGE -o PFAD [OPTION]…
Macht einen Film, Bilder, eine Webseite oder einen Text aus dem Storyboard einer Arbeitsmappe oder aus einer Vorlage
dafür. Die Endung von PFAD sagt, was. Alles außer Texten zeichnet ein installiertes Chromium, Chrome oder Edge ohne
Fenster, jedes Mal dasselbe.

  -o, --output PFAD    wohin:
      .mp4 .webm         ein Film: H.264 mit AAC, oder VP9 mit Opus
      .gif               eine Animation
      .html              eine Webseite, die die Szenen mit ihren Zahlen abspielt
      .pdf               ein Handzettel: zu jeder Szene ihr Bild, ihre Untertitel und ihre Notizen
      .png .svg          ein Bild einer Szene
      .zip               ein PNG für jedes Einzelbild; als eigene Dateien, wenn PFAD ein Ordner ist oder auf / endet
      .md                das Storyboard als Text
      .srt .vtt          seine Untertitel
      .txt               seine Kapitel, für eine Videoseite
  --storyboard NAME    own (das der Arbeitsmappe, wenn keines genannt ist), one-cell, whole-network, training oder
                       another-letter
  --scenes 1-3         nur diese Szenen, von 1 an gezählt. Ein Bild zeigt eine Szene, die erste, wenn keine genannt ist
  --size GRÖSSE        Filme und Bilder: 720p, 1080p (wenn keine genannt ist), 1440p, 4K, portrait, oder Pixel wie
                       1920x1080, oder nur deren Breite. GIF: auto (wenn keine genannt ist), das feinste unter 10 MB
  --fps N              Filme und Einzelbilder: 24, 30 (wenn keine genannt sind) oder 60 Bilder je Sekunde. GIF mit
                       --size: 5 bis 25
  --codec NAME         Filme: avc für .mp4; vp9 oder av1 für .webm
  --captions ART       Filme und Bilder: burnt (im Bild, wenn nichts genannt ist) oder none. Filme: srt oder vtt, in
                       einer Datei dieser Endung neben dem Film
  --frames DATEI.json  Filme: schreibt auch eine Zeile JSON für jedes Bild: seine Zeit und jede Zahl, die es zeigt, mit
                       den Elementen, aus deren Produkten sie die Summe ist, und in welchem Zustand des Netzes
  --at MOMENT          Bilder: beginning, middle, end (wenn keiner genannt ist), oder Sekunden seit Beginn der Szene
  --paper GRÖSSE       Handzettel: a4 (wenn keine genannt ist) oder letter
  --force              ersetzt, was es schon gibt
  --json               {"path":…,"frames":…,"seconds":…} bei Filmen und Einzelbildern, sonst
                       {"path":…,"bytes":…,"seconds":…}

  convsheet export lesson3 -o film.mp4 --storyboard whole-network --size 720p
  convsheet export lesson3 -o zelle.png --storyboard one-cell --scenes 2
`,
    },
  },
};
