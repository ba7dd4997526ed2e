/** Runs a network with edited layers beside the open one, before the edits are made. */
import { applyChange, carriedBy, changesFor, type Content, editsOf, sheetIn } from '../../../shared/change.ts';
import { checkChanges, editable } from '../../../shared/change-check.ts';
import { copyOfWritten, isUnwritten } from '../../../shared/changes/written.ts';
import type { LayersChange } from '../../../shared/changes/kinds.ts';
import { UserError } from '../../../shared/errors.ts';
import { kindOf } from '../../../shared/layers/kinds.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { type Layer, type LayerId, type NetworkSpec, sourceOf, type TensorId } from '../../../shared/network.ts';
import type { Replies } from '../../../shared/protocol.ts';
import { createCalculation } from '../formulas/calculation.ts';
import { createForward, type Forward } from '../show/forward.ts';
import { type Between, calculateBetween, TURN } from './beside.ts';
import { predictedBy } from './predicted.ts';
import type { Session } from './session.ts';
import { begunAnew, saidOf } from './written-said.ts';

/** What the network would answer to the shown image after edits of its layers, with the values that it would begin
 *  with. Nothing is changed. `between` lets other requests through; if one of them changes the workbook, the work ends.
 *  Throws UserError if there can't be such a network. */
export async function previewLayers(
  session: Session,
  change: LayersChange,
  between: Between,
  turn = TURN,
): Promise<Replies['previewLayers']> {
  const { content } = session.unrecorded;
  const { revision } = session.state();
  checkChanges(editable(content.network, content.classes), [change]);
  const own: Content = { ...content, ...copyOfWritten(content) };
  const told: Sentence[] = [];
  const changes = changesFor(content, change);
  const edited = new Set(editsOf(changes).map(({ tensor }) => tensor));
  for (const each of changes) {
    const carried = carriedBy(own, each);
    if (carried) told.push(...saidOf(carried, sheetIn(own), own.sheets));
    if (each.kind === 'network') told.push(...begunAnew(own.network, each.network));
    applyChange(own, each);
    if (each.kind === 'network') own.values = withCopies(own, edited);
  }
  const sheet = sheetIn(own);
  const plain = isUnwritten(own);
  const formulas = plain ? undefined : createCalculation(sheet, own.values);
  formulas?.read(own);
  const same = plain ? unchangedLayers(content, own) : new Set<LayerId>();
  const forward = createForward(own.network, own.values, {
    formulas,
    once: true,
    known: layer => (same.has(layer.id) ? outputOf(session, content.network, layer) : undefined),
  });
  try {
    const given = [...own.values.keys()].filter(tensor => !same.has(tensor.slice(0, tensor.indexOf('/'))));
    await calculateBetween(
      forward,
      given,
      async done => {
        await between(done);
        if (session.state().revision !== revision) throw new UserError(sentences.runs.cancelled);
      },
      turn,
    );
    const [before, after] = [content.network, own.network];
    const apart = largestDifference(
      outputOf(session, before, before.layers.at(-1)!),
      outputOf(forward, after, after.layers.at(-1)!),
    );
    return {
      before: session.state().predicted,
      after: predictedBy(forward, sheet),
      classes: own.classes,
      ...(apart !== undefined && { apart }),
      told,
    };
  } finally {
    forward.dispose();
  }
}

/** The values, with copies of those that changes or formulas write into, because the open workbook has these arrays
 *  too. */
function withCopies({ values, formulas }: Content, edited: ReadonlySet<TensorId>): Content['values'] {
  return new Map(
    [...values].map(([tensor, own]) => [
      tensor,
      formulas.has(tensor) || edited.has(tensor) || tensor.endsWith('/actual') ? own.slice() : own,
    ]),
  );
}

/** The layers that give the same in both networks: they and what they read are as before, with the same parameters. */
function unchangedLayers(before: Content, after: Content): Set<LayerId> {
  const was = new Map(before.network.layers.map(layer => [layer.id, layer]));
  const tensors = new Map<LayerId, TensorId[]>();
  for (const tensor of after.values.keys()) {
    const layer = tensor.slice(0, tensor.indexOf('/'));
    tensors.set(layer, [...(tensors.get(layer) ?? []), tensor]);
  }
  const isSame = (layer: Layer) =>
    JSON.stringify(was.get(layer.id)) === JSON.stringify(layer) &&
    (tensors.get(layer.id) ?? []).every(tensor => after.values.get(tensor) === before.values.get(tensor));
  const same = new Set<LayerId>();
  const last = after.network.layers.at(-1)!;
  for (const layer of after.network.layers)
    if (layer !== last && layer.inputs.every(id => same.has(id)) && isSame(layer)) same.add(layer.id);
  return same;
}

/** The output of a layer. One that only gives its input another shape has the input's numbers. */
function outputOf(values: Pick<Forward | Session, 'value'>, { layers }: NetworkSpec, layer: Layer): Float32Array {
  const own = kindOf(layer).reshapes ? sourceOf(new Map(layers.map(each => [each.id, each])), layer) : layer;
  return values.value(`${own.id}/output`);
}

/** undefined where the answers can't be compared. */
function largestDifference(one: Float32Array, other: Float32Array): number | undefined {
  if (one.length !== other.length) return undefined;
  let largest = 0;
  for (let i = 0; i < one.length; i++) {
    const apart = Math.abs(one[i] - other[i]);
    if (!(apart <= Number.MAX_VALUE)) return undefined;
    largest = Math.max(largest, apart);
  }
  return largest;
}
