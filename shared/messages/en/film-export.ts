import { clock, fixed, whole } from '../format.ts';
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
  done: (path: string) => `The film is in ${path}.`,
  stopped: 'The export was stopped. Nothing of it was kept.',
  command: {
    browserNeeded:
      'A film is drawn by a browser, and no Chromium, Chrome or Edge was found here. Install one, or name it in ' +
      'CHROME_PATH.',
    browserEnded: (reason: string) => `The browser that draws the film ended too early (${reason}). Try again.`,
    notOpened: 'The browser that draws the film didn’t open the page. Try again.',
    pageEnded: 'The page that draws the film ended too early. Try again.',
    noScenes: (all: number) =>
      all === 0
        ? 'The storyboard has no scenes. Name a template: --storyboard one-cell, whole-network, training or ' +
          'another-letter.'
        : `The storyboard has only ${counted(all, 'scene', 'scenes')}. Name some of them with --scenes.`,
    ending: (path: string) => `${path}: choose a name that ends in .mp4 or .webm.`,
    codec: (codec: string, path: string) =>
      `--codec ${codec} doesn’t fit ${path}: avc is for .mp4, vp9 and av1 for .webm.`,
    size: (text: string, all: string) =>
      `--size ${text} is no size of a film. Choose ${all}, or pixels such as 1920x1080: even numbers up to 3840, ` +
      '16 to 9 or 9 to 16.',
    among: (option: string, text: string, all: string) => `${option} ${text} is unknown. Choose among ${all}.`,
    scenes: (text: string) => `--scenes ${text} names no scenes. Write 3 or 1-3; the first scene is 1.`,
    progress: (done: number, of: number, left: number | undefined) =>
      `frame ${whole(done)} of ${whole(of)}${left === undefined ? '' : ` · ${clock(left)} left`}`,
    made: (path: string, frames: number, seconds: number) =>
      `${path}: ${whole(frames)} frames in ${fixed(seconds, 1)} s`,
    help: {
      line: 'export FILE|TEMPLATE -o FILM   a film of the storyboard as MP4 or WebM',
      text: `Usage: convsheet export FILE|TEMPLATE -o FILM.mp4 [OPTION]…
Makes a film of a workbook's storyboard, or of a template for storyboards, frame by frame: the same film every time.
It is drawn by an installed Chromium, Chrome or Edge, without a window.

  -o, --output FILM    where to. .mp4 is H.264 with AAC, .webm is VP9 with Opus
  --storyboard NAME    own (the workbook's, unless another is named), one-cell, whole-network, training or
                       another-letter
  --scenes 1-3         only these scenes, counted from 1
  --size SIZE          720p, 1080p (if none is named), 1440p, 4K, portrait, or pixels such as 1920x1080
  --fps N              24, 30 (if none is named) or 60 frames a second
  --codec NAME         avc for .mp4; vp9 or av1 for .webm
  --captions WAY       burnt (in the picture, if nothing is named) or none
  --frames FILE.json   also writes a line of JSON for each frame: its time, and every number shown in it with the
                       elements whose products it is the sum of, in which state of the network
  --force              replaces FILM where it exists
  --json               {"path":…,"frames":…,"seconds":…} instead of a line of text

  convsheet export lesson3 -o film.mp4 --storyboard whole-network --size 720p
`,
    },
  },
} as const;
