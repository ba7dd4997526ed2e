/** Random networks with random formulas over their weights, for the tests of gradients. */
import { formatAddress } from '../../../shared/address.ts';
import { nothingWritten, applyWritten } from '../../../shared/changes/written.ts';
import type { WrittenChange } from '../../../shared/changes/kinds.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { describeTensors, type TensorId } from '../../../shared/network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { createCalculation } from '../formulas/calculation.ts';
import { type GradientCase, randomCases } from './gradient-cases.ts';

type Doubles = ReadonlyMap<TensorId, Float64Array>;
type Element = { tensor: TensorId; index: number };
/** A formula as it is typed, and what it gives, by hand. */
type Formula = { text: string; value: (values: Doubles) => number };

/** At a kink, the derivatives of its two sides differ. */
const FROM_KINK = 1e-3;

/** Networks of which up to 12 weights have formulas over others. */
export function* tiedCases(first = 0): Generator<GradientCase> {
  for (const example of randomCases(first)) {
    const tied = withTies(example);
    if (tied) yield tied;
  }
}

function withTies(example: GradientCase): GradientCase | undefined {
  const { network, values, trained, seed } = example;
  const random = createRandom(seed + 0.75);
  const sheet = buildSheet(network, []);
  const written = nothingWritten();
  const notes = { id: 'notes', name: 'Notes', cells: [], widths: [] };
  const write = (change: WrittenChange) => applyWritten(written, change, () => sheet);
  write({ kind: 'addSheet', sheet: notes, at: 1 });
  const elements = random.shuffle(
    [...trained].flatMap(tensor => Array.from(values.get(tensor)!, (_, index): Element => ({ tensor, index }))),
  );
  const targets = elements.splice(0, Math.min(12, Math.floor(elements.length / 2)));
  if (targets.length === 0) return undefined;
  const ties = new Map<Element, Formula>();
  /** Tensors that a formula reads whole. No further formula stands in them. */
  const whole = new Set<TensorId>();
  const names = new Map(network.layers.map(({ id, name }) => [id, name]));
  const addressOf = ({ tensor, index }: Element) => formatAddress(sheet.layout.cellOf(tensor, index));
  const now = new Map([...values].map(([id, own]) => [id, Float64Array.from(own)]));
  const byHand = (all: ReadonlyMap<TensorId, Float64Array>) => {
    for (const [{ tensor, index }, { value }] of ties) all.get(tensor)![index] = value(all);
  };

  const type = (place: { sheet: string; row: number; column: number }, text: string) => {
    const typed = typedInto({ sheet, sheets: written.sheets, names: written.names }, place, text);
    if (typed.refusal !== undefined) throw new Error(`${text}: ${JSON.stringify(typed.refusal)}`);
    for (const change of typed.changes) write(change as WrittenChange);
  };
  for (const [n, target] of targets.entries()) {
    if (whole.has(target.tensor)) continue;
    // A formula may read every free element, and those that have formulas already.
    const readable = [...elements, ...ties.keys()];
    const read = (): Formula => {
      const element = readable[random.integer(readable.length)];
      return { text: addressOf(element), value: all => all.get(element.tensor)![element.index] };
    };
    const readWhole = (): Formula | undefined => {
      const others = [...trained].filter(id => id !== target.tensor && values.get(id)!.length > 1);
      const tensor = others[random.integer(Math.max(1, others.length))];
      if (!tensor || [...ties.keys()].some(each => each.tensor === tensor)) return undefined;
      whole.add(tensor);
      const [layer, name] = tensor.split('/');
      const text = `AVERAGE(${names.get(layer)}_${name})`;
      return { text, value: all => all.get(tensor)!.reduce((sum, each) => sum + each, 0) / all.get(tensor)!.length };
    };
    const formula = randomFormula(random, read, readWhole, now);
    let { text } = formula;
    if (random.integer(4) === 0) {
      type({ sheet: 'notes', row: n, column: 0 }, `=${text.replaceAll(/\b([A-Z]+\d+)\b/g, 'Network!$1')}`);
      text = `Notes!A${n + 1}`;
    }
    type({ sheet: sheet.id, ...sheet.layout.cellOf(target.tensor, target.index) }, `=${text}`);
    ties.set(target, formula);
    byHand(now);
  }
  const tiedAt = new Set([...ties.keys()].map(({ tensor, index }) => `${tensor}[${index}]`));
  const learning = new Set([...trained].map(id => id.split('/')[0]));
  const frozen = new Set(network.layers.flatMap(({ id }) => (learning.has(id) ? [] : [id])));
  return {
    ...example,
    name: `${example.name}, ${ties.size} tied`,
    ties: {
      has: (tensor, index) => tiedAt.has(`${tensor}[${index}]`),
      byHand,
      over(parameters) {
        const stored = describeTensors(network).filter(({ role }) => role !== 'computed');
        const all = new Map(stored.map(({ id, size }) => [id, parameters.get(id) ?? new Float32Array(size)]));
        const calculation = createCalculation(sheet, all);
        calculation.read(written);
        calculation.begin(new Set());
        return calculation.ties(parameters, frozen)!;
      },
    },
  };
}

/** `now` has the present values, so that no formula is at a kink. */
function randomFormula(
  random: Random,
  read: () => Formula,
  readWhole: () => Formula | undefined,
  now: Doubles,
): Formula {
  const [a, b] = [read(), read()];
  const apart = Math.abs(a.value(now) - b.value(now)) > FROM_KINK;
  switch (random.integer(9)) {
    case 0:
      return { text: `-${a.text}`, value: all => -a.value(all) };
    case 1:
      return { text: `0.5*${a.text}+${b.text}`, value: all => 0.5 * a.value(all) + b.value(all) };
    case 2:
      return { text: `${a.text}*${b.text}`, value: all => a.value(all) * b.value(all) };
    case 3:
      return { text: `TANH(${a.text}-2*${b.text})`, value: all => Math.tanh(a.value(all) - 2 * b.value(all)) };
    case 4:
      return { text: `EXP(-(${a.text}^2))`, value: all => Math.exp(-(a.value(all) ** 2)) };
    case 5:
      return { text: `${a.text}/(1+SUMSQ(${b.text},2))`, value: all => a.value(all) / (1 + b.value(all) ** 2 + 4) };
    case 6:
      if (!apart) return a;
      return { text: `MAX(${a.text},${b.text})`, value: all => Math.max(a.value(all), b.value(all)) };
    case 7:
      if (!apart) return b;
      return {
        text: `IF(${a.text}>${b.text},${a.text}/3,SIN(${b.text}))`,
        value: all => (a.value(all) > b.value(all) ? a.value(all) / 3 : Math.sin(b.value(all))),
      };
    default:
      return readWhole() ?? a;
  }
}
