import { whole } from '../format.ts';
import { list } from './words.ts';

/** What a storyboard becomes besides a film: text, captions, pictures, pages. */
export const filmFileMessages = {
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
    onlySheet: '“select” and “plane” stand only in scenes that show a sheet, such as “show: sheet AH3:AJ9”.',
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
} as const;
