import type { Catalogue } from '../catalogue.ts';
import { rounded, whole } from '../format.ts';
import { counted, list, plural } from './words.ts';

export const filmFileMessages: Catalogue['filmFiles'] = {
  menu: 'Exportieren',
  importMenu: 'Storyboard aus Text…',
  importLabel: 'Storyboard aus Text',
  forms: {
    gif: 'Animation (GIF)…',
    html: 'Webseite…',
    pdf: 'Handzettel (PDF)…',
    sequence: 'Einzelbilder (PNG)…',
    png: 'Bild (PNG)…',
    svg: 'Bild (SVG)…',
    md: 'Storyboard als Text…',
    srt: 'Untertitel (SRT)…',
    vtt: 'Untertitel (WebVTT)…',
    chapters: 'Kapitel für eine Videoseite…',
  },
  chooseFile: 'Datei wählen…',
  reading: 'Die Zahlen der Szenen werden gelesen',
  writing: 'Export läuft',
  saved: path => `Es steht in ${path}.`,
  stopped: 'Der Export wurde angehalten. Nichts davon blieb.',
  noScenes: 'Das Storyboard hat keine Szene, die zu diesem Netz passt. Legen Sie zuerst eine an.',
  imported: scenes => `Das Storyboard hat jetzt ${counted(scenes, 'Szene', 'Szenen')}.`,
  notRead: name => `${name} ist nicht als Storyboard zu verstehen`,
  problem: (line, sentence) => `Zeile ${whole(line)}: ${sentence}`,
  more: count => `Und ${counted(count, 'weiterer Fehler', 'weitere Fehler')}.`,
  pictureOf: 'Bild von',
  screen: 'Was auf dem Bildschirm ist',
  sceneTitled: (number, title) => `${whole(number)} ${title}`,
  moment: 'Zeitpunkt der Szene',
  moments: { beginning: 'ihr Anfang', middle: 'ihre Mitte', end: 'ihr Ende' },
  size: 'Größe',
  pixels: (width, height) => `${width} × ${height}`,
  rate: 'Bilder in der Sekunde',
  fps: rate => whole(rate),
  measuring: 'Wie groß es wird, wird gemessen…',
  gifSize: (width, height, rate) => `${width} × ${height}, ${whole(rate)} Bilder in der Sekunde`,
  gifFitting: size => `So groß, wie in ${size} passt`,
  gifTold: (size, bytes) => `Etwa ${bytes}: ${size}.`,
  gifLarge: size => `Vielerorts sind höchstens ${size} erlaubt. Wählen Sie eine kleinere Größe oder weniger Szenen.`,
  afterEnd: (seconds, length) =>
    `Die Szene ist nach ${rounded(length, 2)} s zu Ende. Bei ${rounded(seconds, 2)} s gibt es kein Bild von ihr.`,
  sequenceTold: frames => `${counted(frames, 'nummeriertes Bild', 'nummerierte Bilder')} in einer ZIP-Datei.`,
  sequenceSize: bytes => `Etwa ${bytes}.`,
  tooLarge:
    'Der Film hat zu viele Bilder für eine ZIP-Datei. Wählen Sie eine kleinere Größe oder weniger Bilder in der ' +
    'Sekunde.',
  paper: 'Papier',
  papers: { A4: 'A4', LETTER: 'US-Letter' },
  handoutTold: scenes =>
    `${counted(scenes, 'Seite', 'Seiten')}, oder mehr bei langen Notizen: das Bild jeder Szene an ihrem Ende, ihr ` +
    'Untertitel und die Notizen.',
  pageOf: (page, of) => `${whole(page)} von ${whole(of)}`,
  pageTold: (scenes, size) =>
    `Eine Datei von ${size} mit ${counted(scenes, 'Szene', 'Szenen')}. Sie spielt in jedem Browser, ohne Netz, und ` +
    'zeigt die Zahl jeder Zelle.',
  leftOut: titles =>
    `${plural(titles.length, 'Diese Szene passt', 'Diese Szenen passen')} nicht zum Netz und ` +
    `${plural(titles.length, 'bleibt', 'bleiben')} weg: ${list(titles)}.`,
  thinned: size => `Damit sie unter ${size} bleibt, zeigt sie weniger Zeitpunkte des Trainings.`,
  chaptersTold: (chapters, scenes) =>
    `${counted(chapters, 'Kapitel', 'Kapitel')} aus ${counted(scenes, 'Szene', 'Szenen')}. Videoseiten verlangen ` +
    'mindestens zehn Sekunden; eine kürzere Szene gehört zum Kapitel davor.',
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
    onlySheet: '„select“, „plane“ und „fold“ stehen nur in Szenen, die ein Blatt zeigen, etwa „show: sheet AH3:AJ9“.',
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
      `haben höchstens ${whole(title)} Zeichen, Untertitel ${whole(caption)}, Notizen ${whole(notes)}; ein Lauf hat ` +
      '1 bis 10.000 Schritte.',
  },
  page: {
    play: 'Abspielen',
    pause: 'Anhalten',
    step: 'Nächster Schritt',
    back: 'Szene zurück',
    on: 'Nächste Szene',
    time: 'Zeit',
    timeSpoken: (time, end, title) => `${time} von ${end}: ${title}`,
    scenes: 'Szenen',
    controls: 'Den Film abspielen',
    cell: (address, place, value) => `${address} · ${place}: ${value}`,
    help:
      'Zeigen Sie auf eine Zelle, tippen Sie sie an oder gehen Sie mit den Pfeiltasten hin, um ihre Zahl zu lesen. ' +
      'Die Leertaste spielt ab.',
    voice: 'Sprechertext hören',
    needsScript: 'Diese Seite spielt einen Film mit einem eigenen Skript. Erlauben Sie ihr Skripte.',
  },
};
