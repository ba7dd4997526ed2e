import { rounded, whole } from '../format.ts';
import { counted, list, plural } from './words.ts';

/** What a storyboard becomes besides a film: text, captions, pictures, pages. */
export const filmFileMessages = {
  menu: 'Export',
  importMenu: 'Storyboard from Text…',
  importLabel: 'Storyboard from text',
  forms: {
    gif: 'Animation (GIF)…',
    html: 'Web page…',
    pdf: 'Handout (PDF)…',
    sequence: 'Frames (PNG)…',
    png: 'Picture (PNG)…',
    svg: 'Picture (SVG)…',
    md: 'Storyboard as text…',
    srt: 'Captions (SRT)…',
    vtt: 'Captions (WebVTT)…',
    chapters: 'Chapters for a video page…',
  },
  chooseFile: 'Choose a File…',
  reading: 'Reading the numbers of the scenes',
  writing: 'Exporting',
  saved: (path: string) => `It is in ${path}.`,
  stopped: 'The export was stopped. Nothing of it was kept.',
  noScenes: 'The storyboard has no scene that fits this network. Add one first.',
  imported: (scenes: number) => `The storyboard has ${counted(scenes, 'scene', 'scenes')} now.`,
  notRead: (name: string) => `${name} can’t be understood as a storyboard`,
  problem: (line: number, sentence: string) => `Line ${whole(line)}: ${sentence}`,
  more: (count: number) => `And ${counted(count, 'more mistake', 'more mistakes')}.`,
  pictureOf: 'Picture of',
  screen: 'What is on the screen',
  sceneTitled: (number: number, title: string) => `${whole(number)} ${title}`,
  moment: 'Moment of the scene',
  moments: { beginning: 'its beginning', middle: 'its middle', end: 'its end' },
  size: 'Size',
  pixels: (width: number, height: number) => `${width} × ${height}`,
  rate: 'Frames a second',
  fps: (rate: number) => whole(rate),
  measuring: 'How large it will be is being measured…',
  gifSize: (width: number, height: number, rate: number) => `${width} × ${height}, ${whole(rate)} frames a second`,
  gifFitting: (size: string) => `As large as fits into ${size}`,
  gifTold: (size: string, bytes: string) => `About ${bytes}: ${size}.`,
  gifLarge: (size: string) => `Many places take ${size} at most. Choose a smaller size, or fewer scenes.`,
  afterEnd: (seconds: number, length: number) =>
    `The scene is over after ${rounded(length, 2)} s, so there is no picture of it at ${rounded(seconds, 2)} s.`,
  sequenceTold: (frames: number) => `${counted(frames, 'numbered picture', 'numbered pictures')} in one ZIP file.`,
  sequenceSize: (bytes: string) => `About ${bytes}.`,
  tooLarge: 'The film has too many pictures for one ZIP file. Choose a smaller size, or fewer frames a second.',
  paper: 'Paper',
  papers: { A4: 'A4', LETTER: 'US Letter' },
  handoutTold: (scenes: number) =>
    `${counted(scenes, 'page', 'pages')}, or more where notes are long: the picture of each scene at its end, its ` +
    'caption and the notes.',
  pageOf: (page: number, of: number) => `${whole(page)} of ${whole(of)}`,
  pageTold: (scenes: number, size: string) =>
    `One file of ${size} with ${counted(scenes, 'scene', 'scenes')}. It plays in any browser, without a network, and ` +
    'shows the number of every cell.',
  leftOut: (titles: readonly string[]) =>
    `${plural(titles.length, 'This scene doesn’t', 'These scenes don’t')} fit the network and ` +
    `${plural(titles.length, 'is', 'are')} left out: ${list(titles)}.`,
  thinned: (size: string) => `So that it stays below ${size}, it shows fewer moments of training.`,
  chaptersTold: (chapters: number, scenes: number) =>
    `${counted(chapters, 'chapter', 'chapters')} of ${counted(scenes, 'scene', 'scenes')}. Video pages ask for ten ` +
    'seconds at least; a shorter scene belongs to the chapter before it.',
  sceneNumber: (number: number) => `Scene ${whole(number)}`,
  text: {
    tooLong: (most: number) => `A storyboard has at most ${whole(most)} characters.`,
    manyScenes: (most: number) => `A storyboard has at most ${whole(most)} scenes.`,
    beforeScenes:
      'Before the first scene stands nothing but lines such as “look: dark” between two lines ---. ' +
      'A scene begins with a line such as “## The first scene”.',
    noBlock: 'After the heading of a scene comes a line ```scene, then lines such as “show: network”, then a line ```.',
    noKey: (text: string) => `“${text}” isn’t of the form “key: value”.`,
    unknownKey: (key: string, keys: readonly string[]) => `There is no “${key}” here. There are: ${list(keys)}.`,
    twice: (key: string) => `“${key}” is given twice.`,
    missing: (key: string) => `“${key}” is missing.`,
    oneOf: (key: string, values: readonly string[]) => `“${key}” is one of: ${list(values)}.`,
    onlySheet: '“select”, “plane” and “fold” stand only in scenes that show a sheet, such as “show: sheet AH3:AJ9”.',
    noTensor: (name: string) => `The network has no layer or tensor ${name}. Write it like conv1 or conv1/kernel.`,
    noLayer: (name: string) => `The network has no layer ${name}. Write it like conv1.`,
    noCell: (text: string) => `The network has no cell ${text}. Write it like AH3 or conv1/kernel[0,0,0,1].`,
    noPart: (text: string) => `There are no cells ${text}. Write them like AH3:AJ9, conv1 or Notes!A1:C4.`,
    notOf: (cell: string, tensor: string) => `${cell} is no cell of ${tensor}.`,
    manyMaps: 'A scene shows four maps at most.',
    show: (text: string) =>
      `“${text}” can’t be shown. After “show:” comes one of: sheet AH3:AJ9; maps input, conv1 map 2; cell AH3; ` +
      'network; scores; kernels; kernels of conv1.',
    move: (text: string) =>
      `“${text}” is no motion. After “move:” comes one of: nothing; scan conv1 from AH3 to AJ9; walk back from AH3; ` +
      'type into AD11: 2; train 100 steps from fresh weights; train 100 steps from here; run and its id; ' +
      'images 0, 7, 12.',
    time: 'A time is a number of seconds, such as “time: 8 s”, or “time: narration”.',
    rest: 'The rest around a motion is written like “rest: 1 s before, 2 s after”.',
    mark: 'A mark is written like “mark: 2.5 s the edge”.',
    noNarration: (id: string) =>
      `This workbook has no narration ${id}. Leave the line “narration” out, or open its file.`,
    limits: (part: string, title: number, caption: number, notes: number) =>
      `“${part}” is beyond what a scene can have. A scene takes 0.1 to 3,600 seconds; titles and marks have at most ` +
      `${whole(title)} characters, captions ${whole(caption)}, notes ${whole(notes)}; a run has 1 to 10,000 steps.`,
  },
  page: {
    play: 'Play',
    pause: 'Pause',
    step: 'Next step',
    back: 'Scene back',
    on: 'Next scene',
    time: 'Time',
    timeSpoken: (time: string, end: string, title: string) => `${time} of ${end}: ${title}`,
    scenes: 'Scenes',
    controls: 'Play the film',
    cell: (address: string, place: string, value: string) => `${address} · ${place}: ${value}`,
    help: 'Point at a cell, touch it, or go there with the arrow keys, to read its number. Space plays.',
    voice: 'Hear the narration',
    needsScript: 'This page plays a film with a script of its own. Allow scripts for it.',
  },
} as const;
