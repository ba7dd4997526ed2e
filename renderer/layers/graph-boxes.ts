/** What the boxes of the graph say: each layer's name, shape and parameters, and what the edits make of them. */
import { countFormulas, shortFormulaText } from '../../shared/formula/layer-text.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { Layer, NetworkSpec } from '../../shared/network.ts';
import { formatShape, type LayerId } from '../../shared/tensor.ts';
import { consequencesOf } from './layer-draft.ts';

/** One line of a box. `before` is given if the edits change it. `isFormula`: it may be long, and is cut where it is. */
export type BoxLine = { before?: string; now: string; isFormula?: boolean };
export type BoxText = {
  layer: LayerId;
  name: string;
  isFormula: boolean;
  /** Its kind and window, or its formula. */
  detail: string;
  /** How many parameters it has, if no line says so. */
  parameters: number | undefined;
  /** The edits add this layer, or change what the box says. */
  change: 'added' | 'changed' | undefined;
  lines: readonly BoxLine[];
  /** What screen readers say besides. */
  more: readonly string[];
};

/** The boxes of the network that the edits make, and the names of the layers that they remove. `sheet` is that of the
 *  network before. */
export function boxTexts(sheet: Sheet, draft: NetworkSpec): { boxes: BoxText[]; gone: string[] } {
  const from = sheet.network;
  let drafted: Sheet | undefined;
  const details = (layer: Layer, isDraft: boolean) => {
    if (layer.kind !== 'formula') return detailOf(layer);
    const own = isDraft && draft !== from ? (drafted ??= buildSheet(draft)) : sheet;
    const formula = shortFormulaText(own, layer, 0, spokenFormulas())?.slice(1) ?? '';
    return messages.formulaLayers.ofLayer(formula, countFormulas(layer));
  };
  const before = new Map(from.layers.map(layer => [layer.id, layer]));
  const after = new Map(draft.layers.map(layer => [layer.id, layer]));
  const readers = new Map<LayerId, string[]>();
  for (const { name, inputs } of draft.layers)
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), name]);
  const boxes: BoxText[] = [];
  const gone: string[] = [];
  for (const { layer: id, name, before: was, after: is } of consequencesOf(from, draft)) {
    const layer = after.get(id);
    if (!layer || !is) {
      gone.push(name);
      continue;
    }
    const old = before.get(id);
    const isOther = old && JSON.stringify(old) !== JSON.stringify(layer);
    const isCounted = old !== undefined && was?.parameters !== is.parameters;
    const count = (of: number) => messages.panels.parameters(of);
    const isFormula = layer.kind === 'formula';
    const detail = details(layer, true);
    const lines = [
      line(old && was && shapeText(was.shape), shapeText(is.shape)),
      isCounted
        ? line(was && count(was.parameters), count(is.parameters))
        : { ...line(isOther ? details(old, false) : undefined, detail), isFormula },
    ];
    const isChanged = isOther || lines.some(({ before: other }) => other !== undefined);
    const change = old ? (isChanged ? ('changed' as const) : undefined) : ('added' as const);
    const inputs = layer.inputs.map(input => after.get(input)!.name);
    const more = moreOf(layer, isCounted, inputs, readers.get(id) ?? []);
    const parameters = isCounted || is.parameters === 0 ? undefined : is.parameters;
    boxes.push({ layer: id, name, isFormula, detail, parameters, change, lines, more });
  }
  return { boxes, gone };
}

const line = (before: string | undefined, now: string): BoxLine =>
  before === undefined || before === now ? { now } : { before, now };

/** What a layer does, in a few words: Convolution 3×3. */
function detailOf(layer: Layer): string {
  const size = 'kernelSize' in layer ? layer.kernelSize : 'poolSize' in layer ? layer.poolSize : undefined;
  const kind = messages.layerEdits.kinds[layer.kind];
  return size ? `${kind} ${formatShape(size)}` : kind;
}

/** What is said besides what is seen: the kind of layer, and what it is connected with. */
function moreOf({ kind }: Layer, isUnsaid: boolean, inputs: readonly string[], readers: readonly string[]): string[] {
  const text = messages.graph;
  return [
    ...(isUnsaid && kind !== 'formula' ? [messages.layerEdits.kinds[kind]] : []),
    ...(inputs.length > 0 ? [text.reads(inputs)] : []),
    ...(readers.length > 0 ? [text.readBy(readers)] : []),
  ];
}

/** A shape with its channels first, as maps are below each other on the sheet: 2×26×26. */
export function shapeText(shape: readonly number[]): string {
  const [height, width, channels] = shape;
  return shape.length === 3 ? formatShape([...(channels === 1 ? [] : [channels]), height, width]) : formatShape(shape);
}
