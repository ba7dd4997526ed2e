import type { Catalogue } from '../catalogue.ts';
import { clock, fixed, whole } from '../format.ts';
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
  done: path => `Der Film steht in ${path}.`,
  stopped: 'Der Export wurde beendet. Nichts davon wurde aufgehoben.',
  command: {
    browserNeeded:
      'Ein Film wird von einem Browser gezeichnet, und hier wurde weder Chromium noch Chrome noch Edge gefunden. ' +
      'Installieren Sie einen davon, oder nennen Sie ihn in CHROME_PATH.',
    browserEnded: reason =>
      `Der Browser, der den Film zeichnet, hat zu früh aufgehört (${reason}). Versuchen Sie es noch einmal.`,
    notOpened: 'Der Browser, der den Film zeichnet, hat die Seite nicht geöffnet. Versuchen Sie es noch einmal.',
    pageEnded: 'Die Seite, die den Film zeichnet, hat zu früh aufgehört. Versuchen Sie es noch einmal.',
    noScenes: all =>
      all === 0
        ? 'Das Storyboard hat keine Szenen. Nennen Sie eine Vorlage: --storyboard one-cell, whole-network, training ' +
          'oder another-letter.'
        : `Das Storyboard hat nur ${counted(all, 'Szene', 'Szenen')}. Nennen Sie einige davon mit --scenes.`,
    ending: path => `${path}: Wählen Sie einen Namen, der auf .mp4 oder .webm endet.`,
    codec: (codec, path) => `--codec ${codec} passt nicht zu ${path}: avc ist für .mp4, vp9 und av1 sind für .webm.`,
    size: (text, all) =>
      `--size ${text} ist keine Größe eines Films. Wählen Sie ${all}, oder Pixel wie 1920x1080: gerade Zahlen bis ` +
      '3840, 16 zu 9 oder 9 zu 16.',
    among: (option, text, all) => `${option} ${text} gibt es nicht. Zur Wahl stehen ${all}.`,
    scenes: text => `--scenes ${text} nennt keine Szenen. Schreiben Sie 3 oder 1-3; die erste Szene ist 1.`,
    progress: (done, of, left) =>
      `Bild ${whole(done)} von ${whole(of)}${left === undefined ? '' : ` · noch ${clock(left)}`}`,
    made: (path, frames, seconds) => `${path}: ${whole(frames)} Bilder in ${fixed(seconds, 1)} s`,
    help: {
      line: 'export DATEI|VORLAGE -o FILM   ein Film des Storyboards als MP4 oder WebM',
      text: `Aufruf: convsheet export DATEI|VORLAGE -o FILM.mp4 [OPTION]…
Macht einen Film aus dem Storyboard einer Arbeitsmappe oder aus einer Vorlage dafür, Bild für Bild: jedes Mal denselben.
Gezeichnet wird er von einem installierten Chromium, Chrome oder Edge, ohne Fenster.

  -o, --output FILM    wohin. .mp4 ist H.264 mit AAC, .webm ist VP9 mit Opus
  --storyboard NAME    own (das der Arbeitsmappe, wenn keines genannt ist), one-cell, whole-network, training oder
                       another-letter
  --scenes 1-3         nur diese Szenen, von 1 an gezählt
  --size GRÖSSE        720p, 1080p (wenn keine genannt ist), 1440p, 4K, portrait, oder Pixel wie 1920x1080
  --fps N              24, 30 (wenn keine genannt sind) oder 60 Bilder je Sekunde
  --codec NAME         avc für .mp4; vp9 oder av1 für .webm
  --captions ART       burnt (im Bild, wenn nichts genannt ist) oder none
  --frames DATEI.json  schreibt auch eine Zeile JSON für jedes Bild: seine Zeit und jede Zahl, die es zeigt, mit den
                       Elementen, aus deren Produkten sie die Summe ist, und in welchem Zustand des Netzes
  --force              ersetzt FILM, wenn es ihn gibt
  --json               {"path":…,"frames":…,"seconds":…} statt einer Zeile Text

  convsheet export lesson3 -o film.mp4 --storyboard whole-network --size 720p
`,
    },
  },
};
