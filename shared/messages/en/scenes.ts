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
  noNarration: (id: string) => `The storyboard has no narration ${id} any more.`,
};
