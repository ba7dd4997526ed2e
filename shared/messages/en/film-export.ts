import { clock, fixed, memorySize, whole } from '../format.ts';
import { counted } from './words.ts';

/** Films as files: choosing where, how far it has come, and why it can't be. */
export const filmExportMessages = {
  saveTitle: 'Export',
  files: 'Folders and exported files',
  emptyFolder: 'There are no exported files in this folder.',
  notExport: (name: string, endings: string) =>
    `${name} is not the name of a file that can be exported. Choose a name that ends in ${endings}.`,
  manyOpen: (most: number) => `${most} files are being written already. Wait until one of them is done.`,
  notOpen: 'This file is not being written any more. Export it again.',
  gap: 'A piece of a file was refused, because it would leave a large hole in it.',
  failed: (reason: string) => `The film can't be made here: ${reason}`,
  changed: 'The workbook changed while the numbers of the film were being read. Export again.',
  noScenes: 'The storyboard has no scenes yet. Add one, or choose a template.',
  task: (fraction: number, left: number | undefined) =>
    `Film: ${whole(Math.floor(100 * fraction))} %${left === undefined ? '' : `, ${clock(left)} left`}`,
  stop: 'Stop',
  stopHelp: 'Ends the export. Nothing of it is kept.',
  done: (path: string, captions?: string) =>
    `The film is in ${path}${captions === undefined ? '' : `, its captions are in ${captions}`}.`,
  stopped: 'The export was stopped. Nothing of it was kept.',
  command: {
    browserNeeded:
      'Films and pictures are drawn by a browser, and no Chromium, Chrome or Edge was found here. Install one, or ' +
      'name it in CHROME_PATH.',
    browserEnded: (reason: string) => `The browser that draws ended too early (${reason}). Try again.`,
    notOpened: 'The browser that draws didn’t open the page. Try again.',
    pageEnded: 'The page that draws ended too early. Try again.',
    misfit: (number: number, title: string, why: string) => `Scene ${whole(number)} (${title}) can’t be shown: ${why}`,
    misfits: (scenes: readonly string[], more: number) =>
      [
        ...scenes,
        ...(more === 0 ? [] : [`Nor can ${counted(more, 'scene', 'scenes')} more.`]),
        'Name the others with --scenes.',
      ].join(' '),
    noScenes: (all: number) =>
      all === 0
        ? 'The storyboard has no scenes. Name a template: --storyboard one-cell, whole-network, training or ' +
          'another-letter.'
        : `The storyboard has only ${counted(all, 'scene', 'scenes')}. Name some of them with --scenes.`,
    ending: (path: string, endings: string) =>
      `${path}: choose a name that ends in ${endings}, or a folder, which ends in /.`,
    unfit: (option: string, path: string, endings: string) => `${option} is not for ${path}. It is for ${endings}.`,
    folder: 'folders',
    codec: (codec: string, path: string) =>
      `--codec ${codec} doesn’t fit ${path}: avc is for .mp4, vp9 and av1 for .webm.`,
    size: (text: string, all: string, isFilm: boolean) =>
      `--size ${text} is no size of a ${isFilm ? 'film' : 'picture'}. Choose ${all}, or pixels such as 1280x720, or ` +
      `only their width: ${isFilm ? 'even ' : ''}numbers from 64 to 3840, 16 to 9 or 9 to 16.`,
    at: (text: string) => `--at ${text} is no moment. Choose beginning, middle or end, or seconds such as 2.5.`,
    oneScene: (text: string) => `--scenes ${text}: a picture is of one scene. Write --scenes 3.`,
    sameFile: (path: string) => `${path} is named for two files. Choose another name for one of them.`,
    framesExist: (path: string, name: string) =>
      `${path} has pictures of frames already, such as ${name}. Choose another folder, or replace them with --force.`,
    among: (option: string, text: string, all: string) => `${option} ${text} is unknown. Choose among ${all}.`,
    scenes: (text: string) => `--scenes ${text} names no scenes. Write 3 or 1-3; the first scene is 1.`,
    progress: (done: number, of: number, left: number | undefined) =>
      `frame ${whole(done)} of ${whole(of)}${left === undefined ? '' : ` · ${clock(left)} left`}`,
    share: (share: number, left: number | undefined) =>
      `${whole(Math.floor(100 * share))} %${left === undefined ? '' : ` · ${clock(left)} left`}`,
    made: (path: string, frames: number, seconds: number) =>
      `${path}: ${counted(frames, 'frame', 'frames')} in ${fixed(seconds, 1)} s`,
    madeFile: (path: string, bytes: number, seconds: number) =>
      `${path}: ${memorySize(bytes)} in ${fixed(seconds, 1)} s`,
    help: {
      line: 'export FILE|TEMPLATE -o PATH   the storyboard as film, pictures, page, handout or text',
      text: `Usage: convsheet export FILE|TEMPLATE -o PATH [OPTION]…
Makes a film, pictures, a page or a text of a workbook's storyboard, or of a template for storyboards. The ending of
PATH says which. All but texts are drawn by an installed Chromium, Chrome or Edge without a window, the same every time.

  -o, --output PATH    where to:
      .mp4 .webm         a film: H.264 with AAC, or VP9 with Opus
      .gif               an animation
      .html              a web page that plays the scenes with their numbers
      .pdf               a handout: for each scene its picture, caption and notes
      .png .svg          a picture of one scene
      .zip               a PNG for each frame; as files of their own if PATH is a folder or ends in /
      .md                the storyboard as text
      .srt .vtt          its captions
      .txt               its chapters, for a video page
  --storyboard NAME    own (the workbook's, unless another is named), one-cell, whole-network, training or
                       another-letter
  --scenes 1-3         only these scenes, counted from 1. A picture is of one scene, the first unless another is named
  --size SIZE          films and pictures: 720p, 1080p (if none is named), 1440p, 4K, portrait, or pixels such as
                       1920x1080, or only their width. GIF: auto (if none is named), the finest below 10 MB
  --fps N              films and frames: 24, 30 (if none is named) or 60 frames a second. GIF with a --size: 5 to 25
  --codec NAME         films: avc for .mp4; vp9 or av1 for .webm
  --captions WAY       films and pictures: burnt (in the picture, if nothing is named) or none. Films: srt or vtt, in a
                       file of that ending beside the film
  --frames FILE.json   films: also writes a line of JSON for each frame: its time, and every number shown in it with
                       the elements whose products it is the sum of, in which state of the network
  --at MOMENT          pictures: beginning, middle, end (if none is named), or seconds since the scene's beginning
  --paper SIZE         handout: a4 (if none is named) or letter
  --force              replaces what exists
  --json               {"path":…,"frames":…,"seconds":…} for films and frames, else {"path":…,"bytes":…,"seconds":…}

  convsheet export lesson3 -o film.mp4 --storyboard whole-network --size 720p
  convsheet export lesson3 -o cell.png --storyboard one-cell --scenes 2
`,
    },
  },
} as const;
