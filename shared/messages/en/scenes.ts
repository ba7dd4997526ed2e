import { whole } from '../format.ts';
import { counted } from './words.ts';

export const sceneMessages = {
  /** Why a storyboard is refused. */
  refusals: {
    twice: (id: string) => `Two scenes or two narrations of the storyboard have the id ${id}.`,
    unknownNarration: (scene: string) =>
      `The scene “${scene}” has a narration that the storyboard doesn’t list. Record it again.`,
    foreignSound: (id: string) => `The storyboard doesn’t list the narration ${id}.`,
    soundMissing: (id: string) => `The sound of the narration ${id} is missing. Record it again.`,
    narrationTooLarge: (mebibytes: number) =>
      `A narration may have ${mebibytes} MiB at most. Divide it among several scenes.`,
    narrationsTooLarge: (mebibytes: number) =>
      `All narrations of a storyboard together may have ${mebibytes} MiB at most. Remove some, or record shorter ones.`,
    tooLong: (mebibytes: number) =>
      `The texts of a storyboard may have ${mebibytes} MiB at most. Shorten notes, or remove scenes.`,
  },
  /** Why a scene doesn't fit the network. Names are those of tensors, such as conv1/kernel. */
  problems: {
    noTensor: (tensor: string) => `The network has no ${tensor}. Choose what the scene shows anew.`,
    noElement: (tensor: string, nth: number, count: number) =>
      `${tensor} has ${counted(count, 'cell', 'cells')}, and the scene needs cell ${whole(nth)}. Choose a cell of it.`,
    noMap: (tensor: string, nth: number, count: number) =>
      `${tensor} has ${counted(count, 'map', 'maps')}, and the scene shows map ${whole(nth)}. Choose one of them.`,
    noLayer: (layer: string) => `The network has no layer ${layer} any more. Choose another one.`,
    noKernel: (tensor: string, nth: number, count: number) =>
      `${tensor} has ${whole(count)} kernels, and the scene shows kernel ${whole(nth)}. Choose another kernel.`,
    noKernels: 'The network has no kernels to show. Choose another picture.',
    noKernelsIn: (layer: string) => `${layer} has no kernels. Choose a layer that has some.`,
    noScores:
      'The scores of this network don’t come from maps by one dense layer of modest size. Choose another picture.',
    noSheet: 'The sheet that the scene shows is gone. Choose another part.',
    noRange: 'The part that the scene shows lies outside of its sheet. Choose another part.',
    plane: 'Films show the cells’ own values, not gradients or masks. Choose another part.',
    notComputed: (tensor: string) =>
      `${tensor} isn’t computed, so its cells don’t come about. Choose a computed layer.`,
    backwards: (from: number, to: number) =>
      `The scan begins at cell ${whole(from)} and ends before it, at cell ${whole(to)}. Exchange the two.`,
    nothingToTrain: 'The network has no weights to train. Add a layer with weights, or choose another motion.',
    noRun: 'The run that the scene shows is gone. Choose another one.',
    runOfAnother: (name: string) => `${name} trained a network with other weights. Choose another run, or train again.`,
    strangeBraces: (inner: string) =>
      `In the caption, {${inner}} is no cell. Name one like {AH3} or {Notes!B2}, or write {{ for a brace.`,
    captionCell: (cell: string) => `The caption says what ${cell} holds, and there is no such cell. Name another one.`,
    noAnswer: (nth: number) =>
      nth === 1
        ? 'The caption says the answer, and this network has no classes. Take {answer} out of it.'
        : `The caption says answer ${whole(nth)}, and this network has no such class. Take {answer ${nth}} out of it.`,
    noProbability:
      'The caption says a probability, and this network ends in plain scores. Write {answer} without the % sign.',
    runOfOtherLayers: (name: string, layer: string) =>
      `${name} trained a network that differs from this one at ${layer}. Choose another run, or train again.`,
    runWithoutWeights: (name: string) =>
      `${name} has kept no weights from its course. Choose another run, or train again.`,
  },
  finding: 'Finding what the scene shows',
  /** Why the numbers of a scene can't be found. */
  tooManyNumbers: (mebibytes: number) =>
    `The scene needs more than ${mebibytes} MiB of numbers. Show fewer images or steps, or a smaller part of the ` +
    'network.',
  noImages: 'Training needs images, and none are chosen. Choose a data set first.',
  otherNetwork: (data: string) =>
    `To train on ${data}, the network would get other scores. Train it once, or choose images of its classes.`,
  noNarration: (id: string) => `The storyboard has no narration ${id} any more.`,
};
