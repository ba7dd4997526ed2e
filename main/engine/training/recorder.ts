/** What a run records of itself. The size is bounded: in a long run, each point stands for several steps. */
import type { EpochPoint, RunNote, RunRecord, RunWeights, StepPoint } from '../../../shared/training.ts';
import { createWeightsKeeper, type WeightsKeeper } from './kept-weights.ts';

/** With more points than this, every two become one. */
const MAX_POINTS = 20_000;
/** Notes beyond this number are dropped. */
const MAX_NOTES = 1000;

export type RecorderState = {
  points: readonly StepPoint[];
  epochs: readonly EpochPoint[];
  notes: readonly RunNote[];
  /** Left out if none are kept. Checkpoints of earlier versions don't have it. */
  weights?: readonly RunWeights[];
  /** How many steps a point stands for. */
  every: number;
  /** Sums over the steps since the last point. */
  open: { count: number; loss: number; metric: number };
};

export type Recorder = {
  /** The weights on the way. */
  readonly kept: WeightsKeeper;
  readonly points: readonly StepPoint[];
  readonly epochs: readonly EpochPoint[];
  readonly notes: readonly RunNote[];
  step(point: StepPoint): void;
  epoch(point: EpochPoint): void;
  note(note: RunNote): void;
  /** A copy of everything. */
  state(): RecorderState;
};

export function createRecorder(from?: RecorderState, maxPoints = MAX_POINTS): Recorder {
  let points = from ? [...from.points] : [];
  const epochs = from ? [...from.epochs] : [];
  const notes = from ? [...from.notes] : [];
  let every = from?.every ?? 1;
  let open = from ? { ...from.open } : { count: 0, loss: 0, metric: 0 };

  const kept = createWeightsKeeper(from?.weights);

  return {
    kept,
    get points() {
      return points;
    },
    epochs,
    notes,
    step({ step, loss, metric, learningRate }) {
      open = { count: open.count + 1, loss: open.loss + loss, metric: open.metric + metric };
      if (open.count < every) return;
      points.push({ step, loss: open.loss / every, metric: open.metric / every, learningRate });
      open = { count: 0, loss: 0, metric: 0 };
      if (points.length < maxPoints) return;
      points = halve(points);
      every *= 2;
    },
    epoch: point => epochs.push(point),
    note(note) {
      if (notes.length < MAX_NOTES) notes.push(note);
    },
    state: () => ({
      points: [...points],
      epochs: [...epochs],
      notes: [...notes],
      ...(kept.weights && { weights: [...kept.weights] }),
      every,
      open: { ...open },
    }),
  };
}

/** The state with which a recorder goes on with a kept run. A further point stands for as many steps as the kept points
 *  do, which may be more than when the run was cut short. */
export function recorderStateOf({
  points,
  epochs,
  notes,
  weights,
}: Pick<RunRecord, 'points' | 'epochs' | 'notes' | 'weights'>): RecorderState {
  const every = points.length > 1 ? points[1].step - points[0].step : 1;
  return { points, epochs, notes, ...(weights && { weights }), every, open: { count: 0, loss: 0, metric: 0 } };
}

/** At most `most` points. Every two become one until there are few enough. */
export function thinned(points: readonly StepPoint[], most: number): readonly StepPoint[] {
  return points.length > most ? thinned(halve(points), most) : points;
}

/** Makes one point of every two: the means, with the later one's step and rate. An odd last point stays. */
function halve(points: readonly StepPoint[]): StepPoint[] {
  const halved: StepPoint[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [first, second] = [points[i], points[i + 1] ?? points[i]];
    halved.push({ ...second, loss: (first.loss + second.loss) / 2, metric: (first.metric + second.metric) / 2 });
  }
  return halved;
}
