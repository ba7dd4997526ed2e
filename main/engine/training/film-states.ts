/** The states of the network that a scene of a film shows, found beside the open workbook. */
import { type Change, editsOf, type TensorEdit } from '../../../shared/change.ts';
import { groupOthers } from '../../../shared/cell-content.ts';
import type { DataSet } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { problemOfRun } from '../../../shared/film/check.ts';
import type { StateAsk, ToldState, ToldStates } from '../../../shared/film/states.ts';
import { placeOf } from '../../../shared/layout/sheet.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { TensorId } from '../../../shared/network.ts';
import { frozenIn } from '../../../shared/phases.ts';
import type { CellPlace, RangePlace } from '../../../shared/places.ts';
import type { RunRecord, RunWeights, TrainingConfig } from '../../../shared/training.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { differ } from '../show/channels.ts';
import { type Beside, type Between, createBeside, TURN } from '../workbook/beside.ts';
import type { Session } from '../workbook/session.ts';
import { keptIn } from './kept-weights.ts';
import { thinned } from './recorder.ts';
import { beginningOf } from './start.ts';
import { createTrainer } from './trainer.ts';
import { TURN_EVERY } from './learner.ts';

/** The most bytes of numbers in a reply. */
const MOST_BYTES = 256 * 2 ** 20;
/** The most points of a run's curve: more than a picture has columns. */
const MOST_POINTS = 4000;

/** `image`: the edits that show an image of the data set. `training`: the images and the set-up of a run. `running`: a
 *  run is under way, so that the sheet's numbers are those of different moments. */
export type FilmSources = {
  image(index: number): { edits: readonly TensorEdit[]; label: string };
  training?: { images: DataSet; config: TrainingConfig };
  running: boolean;
};

type Asked = {
  asks: readonly StateAsk[];
  tensors: readonly TensorId[];
  cells?: RangePlace;
  places?: readonly CellPlace[];
};

/** Throws UserError if one of the states can't be. */
export async function filmStates(
  session: Session,
  { asks, ...wanted }: Asked,
  sources: FilmSources,
  between: Between,
): Promise<ToldStates> {
  for (const tensor of wanted.tensors)
    if (!session.sheet.tensors.has(tensor)) throw new UserError(sentences.engine.unknownTensor(tensor));
  const teller = createTeller(wanted);
  const states: ToldState[] = [];
  let points: ToldStates['points'];
  /** The copy that all images are shown in. */
  let showing: Beside | undefined;
  const opened: Beside[] = [];
  let paused = performance.now();
  /** Lets others through if it is time for that. */
  const breathe: Between = async fraction => {
    if (performance.now() - paused < TURN) return;
    await between(fraction);
    paused = performance.now();
  };
  const copy = (options: Parameters<typeof createBeside>[1]): Beside => {
    const beside = createBeside(session, options);
    opened.push(beside);
    return beside;
  };
  try {
    for (const [at, ask] of asks.entries()) {
      const within: Between = fraction => breathe((at + fraction) / asks.length);
      await within(0);
      switch (ask.kind) {
        case 'here': {
          const now = sources.running ? copy({ writes: [] }) : undefined;
          await now?.calculate(within);
          states.push(teller.tell(now ?? session));
          break;
        }
        case 'typed': {
          const changes = typedIn(session, ask);
          const beside = copy({ writes: tensorsIn(changes) });
          const made = beside.change(changes);
          await beside.calculate(within);
          const formulas = made.flatMap(change => (change.kind === 'formulas' ? change.edits : []));
          states.push({ ...teller.tell(beside), ...(formulas.length > 0 && { formulas }) });
          break;
        }
        case 'image': {
          const { edits, label } = sources.image(ask.image);
          showing ??= copy({ writes: edits.map(({ tensor }) => tensor) });
          showing.change([{ kind: 'values', edits }]);
          await showing.calculate(within);
          states.push({ ...teller.tell(showing), label });
          break;
        }
        case 'trained': {
          const found = await trained(session, ask, sources, { copy, tell: now => teller.tell(now), between: within });
          states.push(...found.states);
          ({ points } = found);
          break;
        }
        case 'run': {
          const run = session.runs().find(({ id }) => id === ask.run);
          if (!run) throw new UserError(sentences.scenes.problems.noRun);
          const beside = copy({ writes: 'parameters' });
          points = thinned(run.points, MOST_POINTS);
          for (const [nth, { step, values }] of weightsIn(session, run).entries()) {
            beside.follow(values);
            await beside.calculate(() => within(nth / run.weights!.length));
            states.push({ ...teller.tell(beside), step });
          }
          break;
        }
      }
    }
    return { states, ...(points && { points }) };
  } finally {
    for (const beside of opened) beside.dispose();
  }
}

/** Tells states, each with the tensors that differ from the state before. */
function createTeller({ tensors, cells, places }: Omit<Asked, 'asks'>) {
  const before = new Map<TensorId, Float32Array>();
  let bytes = 0;
  return {
    tell(now: Pick<Session, 'value' | 'otherAt' | 'contentAt'>): ToldState {
      const told = tensors.flatMap(tensor => {
        const values = now.value(tensor);
        const others = groupOthers(values, index => now.otherAt(tensor, index));
        const last = before.get(tensor);
        // NaN stands for every error, so others may have changed although no number has.
        if (last && others.length === 0 && !differ(last, values)) return [];
        bytes += values.byteLength;
        if (bytes > MOST_BYTES) throw new UserError(sentences.scenes.tooManyNumbers(MOST_BYTES / 2 ** 20));
        const own = values.slice();
        before.set(tensor, own);
        return [{ tensor, values: own, ...(others.length > 0 && { others }) }];
      });
      return {
        tensors: told,
        ...(cells && { cells: cellsIn(cells, now) }),
        ...(places && { places: places.map(place => now.contentAt(place)) }),
      };
    },
  };
}

function cellsIn(range: RangePlace, now: Pick<Session, 'contentAt'>): NonNullable<ToldState['cells']> {
  const found: [number, NonNullable<ReturnType<Session['contentAt']>>][] = [];
  for (let place = 0; place < range.height * range.width; place++) {
    const [row, column] = [range.row + Math.floor(place / range.width), range.column + (place % range.width)];
    const content = now.contentAt({ sheet: range.sheet, row, column });
    if (content !== null) found.push([place, content]);
  }
  return found;
}

/** The tensors that changes write to. */
const tensorsIn = (changes: readonly Change[]): TensorId[] => [
  ...editsOf(changes).map(({ tensor }) => tensor),
  ...changes.flatMap(change => (change.kind === 'formulas' ? change.edits.map(({ tensor }) => tensor) : [])),
];

/** The changes that a text makes which is typed into a cell. */
function typedIn({ sheet, written }: Session, { element, text }: StateAsk & { kind: 'typed' }): readonly Change[] {
  const { tensor, index } = element;
  const info = sheet.tensors.get(tensor);
  if (!info) throw new UserError(sentences.engine.unknownTensor(tensor));
  if (index >= info.size) throw new UserError(sentences.engine.unknownElement(tensor, index, info.size));
  const { sheets, names } = written;
  const typed = typedInto({ sheet, sheets, names }, placeOf(sheet, tensor, index), text);
  if (typed.refusal !== undefined) throw new UserError(typed.refusal);
  return typed.changes;
}

/** The weights that a run has kept, if they are this network's. */
function weightsIn({ sheet }: Session, { name, layers, weights = [] }: RunRecord): readonly RunWeights[] {
  const problem = problemOfRun(sheet, { name, layers, kept: keptIn(weights) });
  if (problem !== undefined) throw new UserError(problem);
  return weights;
}

/** Trains a copy. It goes as a run with the same set-up would, but without validation, and on wasm, so that it comes
 *  out the same everywhere. */
async function trained(
  session: Session,
  { start, steps, of }: StateAsk & { kind: 'trained' },
  { training }: FilmSources,
  {
    copy,
    tell,
    between,
  }: {
    copy: (options: Parameters<typeof createBeside>[1]) => Beside;
    tell: (now: Beside) => ToldState;
    between: Between;
  },
): Promise<ToldStates> {
  if (!training) throw new UserError(sentences.scenes.noImages);
  const { images, config: given } = training;
  const { network, classes } = session.sheet;
  const frozen = frozenIn(network, given);
  const beside = copy({ writes: 'parameters', frozen });
  await beside.calculate(() => between(0));
  const values = beside.parameters();
  const kept = beside.ties(values, frozen)?.staying;
  const beginning = beginningOf({ network, classes, values, kept }, images, given, start);
  if (beginning.network !== network) throw new UserError(sentences.scenes.otherNetwork(images.name));
  const { split } = beginning.data;
  const data = { ...beginning.data, split: { ...split, validation: new Uint32Array() } };
  const epochs = Math.ceil(of / Math.ceil(split.training.length / given.batchSize));
  const config = { ...given, epochs, patience: 0, keepBest: false, backend: 'wasm' as const };
  const trainer = createTrainer({ network, parameters: beginning.values, data, config });
  try {
    trainer.tie(parameters => beside.ties(parameters, frozen));
    const states: ToldState[] = [];
    for (const step of steps.toSorted((a, b) => a - b)) {
      while (trainer.step < step && trainer.end === undefined) {
        trainer.advance(performance.now() + TURN_EVERY);
        await between(trainer.step / of);
      }
      // Numbers have grown too large, so the run has ended here.
      if (trainer.step < step) break;
      beside.follow(trainer.parameters());
      await beside.calculate(() => between(trainer.step / of));
      states.push({ ...tell(beside), step });
    }
    return { states, points: thinned(trainer.history.points, MOST_POINTS) };
  } finally {
    trainer.dispose();
  }
}
