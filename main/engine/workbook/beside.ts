/** A copy of the open workbook that is calculated beside it. Whatever happens to the copy, the workbook stays as it
 *  is. */
import { applyChange, type Change, type Content, editsOf, isWritten, sheetIn } from '../../../shared/change.ts';
import { otherOf } from '../../../shared/cell-content.ts';
import { checkWritten } from '../../../shared/changes/check.ts';
import { copyOfWritten } from '../../../shared/changes/written.ts';
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { LayerId, TensorId } from '../../../shared/network.ts';
import { type Calculation, createCalculation } from '../formulas/calculation.ts';
import { createForward, type Forward } from '../show/forward.ts';
import { isEmpty } from './content.ts';
import { withoutFormulas } from './entered.ts';
import type { Session, TensorValues } from './session.ts';

/** Milliseconds of work without a pause. */
export const TURN = 8;
/** A workbook with at most so many stored numbers is copied whole. Of a larger one only what is written to is. */
const MOST_COPIED = 16_000_000;

/** Lets others through, and tells them how far the work has come. It may throw to end the work. */
export type Between = (fraction: number) => Promise<void>;

/** Calculates what depends on these stored tensors, with pauses. */
export async function calculateBetween(
  forward: Forward,
  changed: Iterable<TensorId>,
  between: Between,
  turn = TURN,
): Promise<void> {
  let paused = performance.now();
  for (const done of forward.inSteps(changed)) {
    if (performance.now() - paused < turn) continue;
    // oxlint-disable-next-line no-await-in-loop -- so that other requests get through
    await between(done);
    paused = performance.now();
  }
}

export type Beside = Pick<Session, 'value' | 'otherAt' | 'contentAt'> & {
  /** Makes changes of values and of formulas over elements, and gives all that were made. Nothing is calculated yet. */
  change(changes: readonly Change[]): readonly Change[];
  /** Copies parameters of a run. Nothing is calculated yet. */
  follow(values: TensorValues): void;
  /** Calculates what depends on everything since the last time. */
  calculate(between: Between): Promise<void>;
  /** A copy of all parameters. */
  parameters(): TensorValues;
  /** See Calculation. */
  ties: Calculation['ties'];
  dispose(): void;
};

/** Copies the workbook. `writes`: the stored tensors that will be written to. `frozen`: the layers that a run doesn't
 *  train, for parameters of a run. */
export function createBeside(
  session: Session,
  { writes, frozen }: { writes: Iterable<TensorId> | 'parameters'; frozen?: ReadonlySet<LayerId> },
): Beside {
  const open = session.unrecorded.content;
  const { tensors } = session.sheet;
  const { contentRevision } = session.state();
  const isParameter = (tensor: TensorId) => tensors.get(tensor)?.role === 'parameter';
  const size = [...open.values.values()].reduce((sum, { length }) => sum + length, 0);
  const own = new Set(writes === 'parameters' ? [...open.values.keys()].filter(isParameter) : writes);
  const isOwn = (tensor: TensorId) =>
    size <= MOST_COPIED || own.has(tensor) || open.formulas.has(tensor) || tensor.endsWith('/actual');
  const content: Content = {
    ...open,
    ...copyOfWritten(open),
    values: new Map([...open.values].map(([tensor, values]) => [tensor, isOwn(tensor) ? values.slice() : values])),
  };
  const isWhole = [...content.values].every(([tensor, values]) => values !== open.values.get(tensor));
  const sheet = sheetIn(content);
  let calculation: Calculation | undefined;
  let forward: Forward | undefined;
  const due = new Set<TensorId>();

  const startCalculation = (computed?: (tensor: TensorId) => Float32Array) => {
    calculation = createCalculation(sheet, content.values, computed);
    calculation.hold(frozen);
    calculation.read(content);
  };

  return {
    change(changes) {
      const all = withoutFormulas(content, changes);
      for (const each of all) {
        if (isWritten(each)) checkWritten(content, each, () => sheet);
        applyChange(content, each);
      }
      for (const { tensor } of editsOf(all)) due.add(tensor);
      if (!forward || !all.some(isWritten)) return all;
      if (calculation) calculation.read(content, all);
      else if (!isEmpty(content)) {
        startCalculation(tensor => forward!.value(tensor));
        forward.attach(calculation);
      }
      return all;
    },
    follow(values) {
      for (const [tensor, given] of values) {
        content.values.get(tensor)!.set(given);
        due.add(tensor);
      }
    },
    async calculate(between) {
      let changed: Iterable<TensorId> = [...due];
      if (!forward) {
        if (!isEmpty(content)) startCalculation();
        forward = createForward(content.network, content.values, { formulas: calculation });
        changed = content.values.keys();
      }
      due.clear();
      await calculateBetween(forward, changed, async done => {
        await between(done);
        // What isn't copied may have other values by now.
        if (!isWhole && session.state().contentRevision !== contentRevision)
          throw new UserError(sentences.runs.cancelled);
      });
    },
    value: tensor => forward!.value(tensor),
    otherAt: (tensor, index) =>
      calculation ? calculation.otherAt(tensor, index) : otherOf(tensors.get(tensor)!, 'value'),
    contentAt: place => calculation?.contentAt(place) ?? null,
    parameters: () =>
      new Map([...content.values].flatMap(([tensor, own]) => (isParameter(tensor) ? [[tensor, own.slice()]] : []))),
    ties: (parameters, layers) => calculation?.ties(parameters, layers),
    dispose() {
      forward?.dispose();
    },
  };
}
