/** What the boxes of the graph say: each layer's name, shape and parameters, and what the edits make of them. */
import { messages } from '../../shared/messages.ts';
import type { Layer, NetworkSpec } from '../../shared/network.ts';
import { formatShape, type LayerId } from '../../shared/tensor.ts';
import { consequencesOf, type Figures } from './layer-draft.ts';

/** One line of a box. `before` is given if the edits change it. */
export type BoxLine = { before?: string; now: string };
export type BoxText = {
  layer: LayerId;
  name: string;
  /** The edits add this layer, or change what the box says. */
  change: 'added' | 'changed' | undefined;
  lines: readonly BoxLine[];
  /** What screen readers say besides. */
  more: readonly string[];
};

/** The boxes of the network that the edits make, and the names of the layers that they remove. */
export function boxTexts(from: NetworkSpec, draft: NetworkSpec): { boxes: BoxText[]; gone: string[] } {
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
    const lines = linesOf(layer, old && was, is);
    const isOther =
      old && (lines.some(line => line.before !== undefined) || JSON.stringify(old) !== JSON.stringify(layer));
    const change = old ? (isOther ? ('changed' as const) : undefined) : ('added' as const);
    const inputs = layer.inputs.map(input => after.get(input)!.name);
    boxes.push({ layer: id, name, change, lines, more: moreOf(layer, lines, inputs, readers.get(id) ?? []) });
  }
  return { boxes, gone };
}

function linesOf({ kind }: Layer, was: Figures | undefined, { shape, parameters }: Figures): BoxLine[] {
  const line = (before: string | undefined, now: string): BoxLine =>
    before === undefined || before === now ? { now } : { before, now };
  const count = (of: number) => messages.panels.parameters(of);
  const kindName = messages.layerEdits.kinds[kind];
  const isCounted = parameters > 0 || (was?.parameters ?? 0) > 0;
  return [
    line(was && shapeText(was.shape), shapeText(shape)),
    isCounted ? line(was && count(was.parameters), count(parameters)) : { now: kindName },
  ];
}

/** What is said besides what is seen: the kind of layer, and what it is connected with. */
function moreOf(
  { kind }: Layer,
  lines: readonly BoxLine[],
  inputs: readonly string[],
  readers: readonly string[],
): string[] {
  const text = messages.graph;
  const kindName = messages.layerEdits.kinds[kind];
  return [
    ...(lines.some(({ now }) => now === kindName) ? [] : [kindName]),
    ...(inputs.length > 0 ? [text.reads(inputs)] : []),
    ...(readers.length > 0 ? [text.readBy(readers)] : []),
  ];
}

/** A shape with its channels first, as maps are below each other on the sheet: 2×26×26. */
export function shapeText(shape: readonly number[]): string {
  const [height, width, channels] = shape;
  return shape.length === 3 ? formatShape([...(channels === 1 ? [] : [channels]), height, width]) : formatShape(shape);
}
