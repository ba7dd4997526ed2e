import { messages } from '../../shared/messages.ts';

const MOST_EPOCHS = 10;
/** Share of the axis that the last label needs. */
const LAST_LABEL = 0.2;

/** Epochs to mark on the axis: all of them, or ten at most. The last one's label is longer, and takes the place of one before it that is too near. */
export function epochTicks(epochs: number): number[] {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find(each => epochs / each <= MOST_EPOCHS) ?? 2000;
  const last = Math.floor(epochs);
  const ticks = Array.from({ length: Math.floor(last / every) + 1 }, (_, i) => i * every);
  if (last >= MOST_EPOCHS) return [...ticks.filter(epoch => epoch < last * (1 - LAST_LABEL)), last];
  return ticks;
}

/** The marks of an axis that goes over so many epochs, each `width` wide: "0", "1", "2", "epoch 3". */
export function epochMarks(epochs: number, width = 1): { x: number; label: string }[] {
  return epochTicks(epochs).map((epoch, i, { length }) => ({
    x: epoch * width,
    label: i === length - 1 ? messages.trainingPanel.epochLabel(epoch) : epoch.toLocaleString('en-US'),
  }));
}
