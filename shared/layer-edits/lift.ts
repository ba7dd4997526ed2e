/** Turns formulas that users have written over a whole band, or over whole maps of it, into a formula layer. */
import {
  type Cell,
  cellAt,
  type CellEdit,
  type ElementContent,
  type FormulaEdit,
  isFormula,
  sheetOf,
} from '../cells.ts';
import type { Written } from '../cells.ts';
import { placesIn, columnOf, rowOf } from '../changes/edits.ts';
import type { SimpleChange } from '../changes/kinds.ts';
import { UserError } from '../errors.ts';
import { ABSOLUTE, type Reference } from '../formula/expression.ts';
import { patternOver } from '../formula/pattern.ts';
import { alike } from '../formula/pattern-reads.ts';
import type { Layer } from '../layers/kinds.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { describeTensors, parseNetwork } from '../network.ts';
import type { NetworkSpec } from '../network-schema.ts';
import type { CellPlace } from '../places.ts';
import type { LayerId, TensorId } from '../tensor.ts';
import { type LayerParts, type Numbers, partsFor, shownWeight } from './formula-parts.ts';

/** What the formulas over a layer's cells have become.
 *  - layer: the layer is a formula layer now.
 *  - almost: all cells of a map but a few have one formula. `differing`: the first of the others, by their elements.
 *  - overrides: they are one formula, but no layer can have it. */
export type Lifted =
  | { kind: 'layer'; layer: LayerId }
  | { kind: 'almost'; tensor: TensorId; differing: readonly number[]; count: number; of: number }
  | { kind: 'overrides'; layer: LayerId; reason: Sentence };

/** What edits of formulas change. Without `network` no layer is made. `written`: to be made after the network. */
export type Lift = {
  formulas: readonly FormulaEdit[];
  network?: NetworkSpec;
  values: readonly { tensor: TensorId; values: Float32Array }[];
  written: readonly SimpleChange[];
  lifted: readonly Lifted[];
};

/** Whether changes can complete a pattern: they write formulas over elements, or let a cell learn. */
export function mayLift(changes: readonly AnyChange[]): boolean {
  return changes.some(change => change.kind === 'formulas' || learnsIn(change));
}
type AnyChange = { kind: string; edits?: unknown };

/** Whether a change lets a cell learn. */
export function learnsIn(change: AnyChange): boolean {
  return change.kind === 'cells' && (change.edits as readonly CellEdit[]).some(({ cell }) => cell?.learns);
}

type Around = Pick<Written, 'formulas' | 'sheets' | 'names'> & { values: Numbers; sheet: Sheet };

/** The most differing cells that are told. */
const TOLD = 200;

/** What the edits change if whole patterns among them become layers. Edits that complete no pattern cost nothing.
 *  `tensors`: where patterns are looked for; left out for those of the edits. */
export function liftedFrom(around: Around, edits: readonly FormulaEdit[], tensors = editedIn(edits)): Lift {
  const lift = { formulas: [...edits], values: [], written: [], lifted: [] } as Lift & Collected;
  for (const tensor of tensors) if (mayBeLifted(around, edits, tensor)) lifts(around, edits, tensor, lift);
  return lift;
}
const editedIn = (edits: readonly FormulaEdit[]): ReadonlySet<TensorId> =>
  new Set(edits.filter(({ content }) => isFormula(content)).map(({ tensor }) => tensor));
type Collected = {
  formulas: FormulaEdit[];
  values: Lift['values'][number][];
  written: SimpleChange[];
  lifted: Lifted[];
};

/** Whether so many formulas can fill a map. */
function mayBeLifted({ sheet, formulas }: Around, edits: readonly FormulaEdit[], tensor: TensorId): boolean {
  const info = sheet.tensors.get(tensor);
  if (info?.role !== 'computed' || info.name !== 'output') return false;
  const own = edits.filter(edit => edit.tensor === tensor);
  const count = own.reduce((sum, { indices }) => sum + indices.length, formulas.get(tensor)?.size ?? 0);
  const inMap = info.shape.length === 3 ? info.shape[0] * info.shape[1] : info.size;
  return inMap > 1 && count >= inMap * 0.9;
}

function lifts(around: Around, edits: readonly FormulaEdit[], tensor: TensorId, lift: Lift & Collected): void {
  const { sheet, formulas } = around;
  const contents = new Map<number, ElementContent>(formulas.get(tensor));
  const own = edits.filter(edit => edit.tensor === tensor);
  for (const { indices, content } of own)
    for (const index of indices)
      if (content === undefined) contents.delete(index);
      else contents.set(index, content);
  const touched = own.reduce((sum, { indices }) => sum + indices.length, 0);
  // A cell that learns now concerns all formulas.
  const looked = own.length > 0 ? own.map(({ indices }) => indices) : [Uint32Array.from(contents.keys())];
  const found = patternOver(sheet, tensor, contents, looked);
  if (!found) return;
  const { layer: id, shape } = sheet.tensors.get(tensor)!;
  // The layer may have been connected by a pattern before.
  const network = lift.network ?? sheet.network;
  const layer = network.layers.find(each => each.id === id)!;
  if (found.kind === 'almost') {
    // Somebody who edits a single cell there knows that it differs.
    if (touched !== 1)
      lift.lifted.push({
        kind: 'almost',
        tensor,
        differing: found.differing.slice(0, TOLD),
        count: found.differing.length,
        of: found.of,
      });
    return;
  }
  const refuse = (reason: Sentence) => lift.lifted.push({ kind: 'overrides', layer: id, reason });
  const instead = insteadOf(layer);
  const makesLoss = instead.kind === 'softmax' || (instead.kind === 'sigmoid' && network.layers.at(-1) === layer);
  if (makesLoss) return void refuse(sentences.formulaLayers.probabilities(layer.name));
  if (sheet.tensors.has(`${id}/partial`)) return void refuse(sentences.layers.formulaWithPartials(layer.name));
  if (found.kind === 'unknown') {
    const dense = denseReadIn(sheet, contents);
    const reason = dense === undefined ? sentences.formulaLayers.uneven : sentences.formulaLayers.denseRange(dense);
    return void (touched !== 1 && refuse(reason));
  }
  const inputs = layer.kind === 'formula' ? layer.inputs.slice(0, -(layer.besides ?? 0) || undefined) : layer.inputs;
  const patterns = 'reads' in found.patterns ? [found.patterns] : found.patterns;
  const parts = partsFor(sheet, around, around.values, layer, inputs, patterns);
  if ('reason' in parts) return void refuse(parts.reason);
  const made = madeOf(around, layer, instead, inputs, parts);
  try {
    lift.network = parseNetwork({ ...network, layers: network.layers.map(each => (each.id === id ? made : each)) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return void refuse(error.sentence);
  }
  const channels = shape.length === 3 ? shape[2] : 1;
  const maps = new Set(found.maps);
  const isIn = (index: number) => maps.has(index % channels);
  lift.formulas = lift.formulas.flatMap(edit => {
    if (edit.tensor !== tensor) return [edit];
    const rest = edit.indices.filter(index => !isIn(index));
    return rest.length > 0 ? [{ ...edit, indices: rest }] : [];
  });
  const gone = Uint32Array.from([...(formulas.get(tensor)?.keys() ?? [])].filter(isIn));
  if (gone.length > 0) lift.formulas.push({ tensor, indices: gone });
  const ties = parts.kept === 0 ? formulas.get(`${id}/weights`) : undefined;
  if (ties) lift.formulas.push({ tensor: `${id}/weights`, indices: Uint32Array.from(ties.keys()) });
  addWeights(around, made, parts, lift);
  lift.lifted.push({ kind: 'layer', layer: id });
}

/** The name of a dense layer of whose weights one of the formulas reads a range. */
function denseReadIn(sheet: Sheet, contents: ReadonlyMap<number, ElementContent>): string | undefined {
  let found: string | undefined;
  const look = (reference: Reference): boolean => {
    if (reference.kind !== 'elements' || reference.first === reference.last) return true;
    const info = sheet.tensors.get(reference.tensor);
    if (info?.shape.length === 2) found = sheet.layers.get(info.layer)!.name;
    return found === undefined;
  };
  for (const content of contents.values())
    if (isFormula(content)) {
      alike(content.formula, content.formula, look);
      break;
    }
  return found;
}

/** The settings of the built-in layer in whose place a layer is or would be. */
function insteadOf(layer: Layer) {
  if (layer.kind === 'formula') return layer.instead;
  const { id: _id, name: _name, inputs: _inputs, ...settings } = layer;
  return settings;
}

function madeOf(
  { values }: Around,
  { id, name }: Layer,
  instead: ReturnType<typeof insteadOf>,
  inputs: readonly LayerId[],
  { formulas, besides, kept, added }: LayerParts,
): Layer {
  const own = [...(values.get(`${id}/weights`)?.subarray(0, kept) ?? []), ...added.map(({ value }) => value)];
  return {
    id,
    name,
    inputs: [...inputs, ...besides],
    kind: 'formula',
    instead,
    formulas,
    ...(own.length > 0 && { weights: own }),
    ...(besides.length > 0 && { besides: besides.length }),
  };
}

/** The values of the layer's weights, the formulas that tie them, and the cells that show them. */
function addWeights(around: Around, made: Layer, { kept, added }: LayerParts, lift: Collected): void {
  const tensor: TensorId = `${made.id}/weights`;
  if (made.kind !== 'formula' || !made.weights) return;
  lift.values.push({ tensor, values: Float32Array.from(made.weights) });
  const ties: FormulaEdit[] = [];
  for (const [i, { tied, cell }] of added.entries()) {
    const from = kept + i;
    if (tied) ties.push({ tensor, indices: Uint32Array.of(from), content: { formula: tied, from } });
    if (cell) lift.written.push(showing(around, cell, tensor, from));
  }
  if (ties.length > 0) lift.written.push({ kind: 'formulas', edits: ties });
}

/** Lets a cell show a weight. */
function showing({ sheets }: Around, place: CellPlace, tensor: TensorId, index: number): SimpleChange {
  const { row, column } = place;
  const cell = cellAt(sheetOf(sheets, place.sheet)!.cells, place)!;
  const formula = { kind: 'elements', tensor, first: index, last: index, anchors: ABSOLUTE } as const;
  const next: Cell = { ...cell, content: { formula, from: { row, column } } };
  return { kind: 'cells', sheet: place.sheet, edits: [{ at: Uint32Array.of(row, column), cell: next }] };
}

/** Gives the cells that learn their own numbers back if the next network doesn't have the weights that they show. */
export function releasedCells(
  { sheets, values, network }: Pick<Around, 'sheets' | 'values'> & { network: NetworkSpec },
  next: NetworkSpec,
): SimpleChange[] {
  if (!network.layers.some(layer => layer.kind === 'formula' && layer.weights)) return [];
  const sizes = new Map(describeTensors(next).map(({ id, size }) => [id, size]));
  return sheets.flatMap(({ id, cells }): SimpleChange[] => {
    const edits: CellEdit[] = [];
    for (const [place, cell] of placesIn(cells)) {
      const shown = cell.learns ? shownWeight(cell.content) : undefined;
      const value = shown && values.get(shown.tensor)?.[shown.first];
      if (!shown || value === undefined || shown.first < (sizes.get(shown.tensor) ?? 0)) continue;
      edits.push({ at: Uint32Array.of(rowOf(place), columnOf(place)), cell: { ...cell, content: value } });
    }
    return edits.length > 0 ? [{ kind: 'cells', sheet: id, edits }] : [];
  });
}
