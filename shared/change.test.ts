import { describe, expect, test } from 'vitest';
import {
  applyChange,
  type Change,
  changesBetween,
  type Content,
  composed,
  editsOf,
  inverseOf,
  narrowed,
  tensorsApart,
} from './change.ts';
import { NOTHING_FILMED } from './changes/storyboard.ts';
import { nothingWritten } from './changes/written.ts';
import { describeTensors, type NetworkSpec, type TensorId } from './network.ts';
import { createRandom, type Random } from './random.ts';
import { randomExample } from './testing/random-network.ts';
import { structureName } from './structure.ts';
import type { RunRecord } from './training.ts';
import type { TrainingMemory } from './workbook.ts';

const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];
/** Everything that a change can touch. Numbers are compared by their bits, so NaN and -0 count. */
function snapshot(content: Content) {
  const { network, classes, source, fit, values, runs, memory } = content;
  return structuredClone({
    structure: structureName(network, classes),
    order: [...values.keys()],
    values: new Map([...values].map(([tensor, own]) => [tensor, bits(own)])),
    source,
    fit,
    runs,
    memory,
  });
}

const runOf = (id: string) => ({ id, name: id, points: [] }) as unknown as RunRecord;
const memoryOf = (run: string): TrainingMemory => ({ run, optimizer: 'adam', step: 1, slots: new Map(), epochs: 1 });

function contentOf(network: NetworkSpec, values: ReadonlyMap<TensorId, Float32Array>, random: Random): Content {
  const copies = new Map([...values].map(([tensor, own]) => [tensor, own.slice()]));
  const runs = ['a', 'b', 'c'].map(runOf);
  const memory = memoryOf(random.integer(2) === 0 ? 'c' : 'b');
  return {
    network,
    classes: ['cat', 'dog'],
    source: { kind: 'typed' },
    fit: 'crop',
    values: copies,
    runs,
    memory,
    ...nothingWritten(),
    ...NOTHING_FILMED,
  };
}

/** Values for all stored tensors of a network. Some are blank, infinite or -0. */
function valuesOf(network: NetworkSpec, random: Random): Map<TensorId, Float32Array> {
  const stored = describeTensors(network).filter(({ role }) => role !== 'computed');
  return new Map(stored.map(({ id, size }) => [id, Float32Array.from({ length: size }, () => anyValue(random))]));
}
const anyValue = (random: Random) =>
  random.integer(6) === 0 ? [Number.NaN, -0, 0, Number.POSITIVE_INFINITY][random.integer(4)] : random.normal();

/** The same network with other window shapes and units. A kernel may keep its number of elements and still have another
 *  shape. */
function reshaped(network: NetworkSpec): NetworkSpec {
  const layers = network.layers.map((layer, i) => {
    if (layer.kind === 'conv2d') return { ...layer, kernelSize: [layer.kernelSize[1], layer.kernelSize[0]] as const };
    return layer.kind === 'dense' ? { ...layer, units: layer.units + (i % 2) } : layer;
  });
  const other = { ...network, layers };
  try {
    describeTensors(other);
    return other;
  } catch {
    // A window is larger than its maps, or a sum has two shapes.
    return randomExample(network.layers.length + 100, 'plain').sheet.network;
  }
}

/** The values after the whole change, without narrowing it. */
function wholesale(content: Content, change: Change): Content['values'] {
  const copy = { ...content, values: new Map([...content.values].map(([id, own]) => [id, own.slice()])) };
  applyChange(copy, change);
  return copy.values;
}

function randomChange(content: Content, random: Random): Change {
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  switch (random.integer(8)) {
    case 0: {
      const network =
        random.integer(2) === 0 ? reshaped(content.network) : randomExample(random.integer(50), 'plain').sheet.network;
      const given = [...valuesOf(network, random)].filter(() => random.integer(3) > 0);
      return { kind: 'network', network, values: given.map(([tensor, values]) => ({ tensor, values })) };
    }
    case 1:
      return { kind: 'classes', classes: one([['cat', 'dog'], ['dog', 'cat'], ['sneaker']]) };
    case 2:
      return { kind: 'source', source: one([{ kind: 'drawing' }, { kind: 'digit', index: random.integer(3) }]) };
    case 3:
      return { kind: 'fit', fit: one([undefined, 'crop', 'pad']) };
    case 4: {
      const id = one(['a', 'b', 'c']);
      return { kind: 'run', id, ...(random.integer(2) === 0 && { record: { ...runOf(id), name: 'renamed' } }) };
    }
    default: {
      const edits = Array.from({ length: 1 + random.integer(3) }, () => {
        const [tensor, values] = one([...content.values]);
        const next = () => anyValue(random);
        if (random.integer(3) === 0) return { tensor, values: values.map(next) };
        const indices = Uint32Array.from({ length: random.integer(5) }, () => random.integer(values.length));
        return { tensor, indices, values: Float32Array.from(indices, next) };
      });
      return { kind: 'values', edits };
    }
  }
}

test('any changes and their inverses give the same bits back; done again, the same bits again', () => {
  for (let seed = 0; seed < 60; seed++) {
    const { sheet, stored, random } = randomExample(seed, 'plain');
    const content = contentOf(sheet.network, stored, random);
    const states = [snapshot(content)];
    const done: { change: Change; inverse: Change }[] = [];
    for (let step = 0; step < 12; step++) {
      const change = randomChange(content, random);
      // Without the parts that change nothing, the result is the same.
      const narrow = narrowed(content, change);
      if (!narrow) continue;
      done.push({ change: narrow, inverse: inverseOf(content, narrow) });
      const whole = change.kind === 'values' ? wholesale(content, change) : undefined;
      applyChange(content, narrow);
      states.push(snapshot(content));
      if (whole) expect(content.values).toEqual(whole);
    }
    for (const [i, { inverse }] of [...done.entries()].reverse()) {
      applyChange(content, inverse);
      expect(snapshot(content), `seed ${seed}, step ${i}`).toEqual(states[i]);
    }
    for (const [i, { change }] of done.entries()) {
      applyChange(content, change);
      expect(snapshot(content), `seed ${seed}, again ${i}`).toEqual(states[i + 1]);
    }
  }
});

test('the changes between any two workbooks make one of them the other', () => {
  for (let seed = 0; seed < 40; seed++) {
    const { sheet, stored, random } = randomExample(seed, 'plain');
    const before = contentOf(sheet.network, stored, random);
    const network = random.integer(3) === 0 ? sheet.network : reshaped(sheet.network);
    const after = { ...contentOf(network, valuesOf(network, random), random), fit: 'pad' as const };
    after.classes = random.integer(2) === 0 ? before.classes : ['sneaker'];
    const { runs, memory } = after;
    const made = { ...before, values: new Map([...before.values].map(([id, own]) => [id, own.slice()])), runs, memory };
    for (const change of changesBetween(before, after, () => true)) applyChange(made, change);
    expect(snapshot(made)).toEqual(snapshot(after));
  }
});

test('several changes of values composed do what they do one after the other', () => {
  for (let seed = 0; seed < 40; seed++) {
    const { sheet, stored, random } = randomExample(seed, 'plain');
    const [one, other] = [0, 1].map(() => contentOf(sheet.network, stored, createRandom(1)));
    const few = () =>
      Array.from({ length: 3 }, () => randomChange(one, random)).filter(
        ({ kind }) => kind === 'values' || kind === 'source',
      );
    const [first, second] = [few(), few()];
    for (const change of [...first, ...second]) applyChange(one, change);
    const all = composed(first, second);
    for (const change of all) applyChange(other, change);
    expect(snapshot(other)).toEqual(snapshot(one));
    expect(all.length).toBeLessThanOrEqual(2);
  }
});

describe('of two kernels with as many numbers', () => {
  const network = (kernelSize: readonly [number, number]): NetworkSpec => ({
    version: 1,
    layers: [
      { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [4, 4, 1] },
      {
        id: 'c',
        name: 'c',
        kind: 'conv2d',
        inputs: ['in'],
        filters: 1,
        kernelSize,
        strides: [1, 1],
        padding: 'valid',
        useBias: true,
      },
    ],
  });
  const tall = network([2, 3]);
  const wide = network([3, 2]);
  const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
  const content = (): Content => ({
    ...contentOf(tall, valuesOf(tall, createRandom(1)), createRandom(1)),
  });

  test('2×3 and 3×2, neither keeps the numbers of the other; the bias, which both have, stays', () => {
    const work = content();
    work.values.set('c/kernel', numbers.slice());
    const bias = work.values.get('c/bias')![0];
    const change: Change = { kind: 'network', network: wide, values: [] };
    const back = inverseOf(work, change);
    applyChange(work, change);
    expect(work.values.get('c/kernel')).toEqual(new Float32Array(6));
    expect(work.values.get('c/bias')![0]).toBe(bias);
    applyChange(work, back);
    expect(work.values.get('c/kernel')).toEqual(numbers);
    expect([...tensorsApart(content(), { ...content(), network: wide })]).toEqual(['c/kernel']);
  });
});

test('a step that changes most of a tensor holds it whole, without naming its elements; one of few names them', () => {
  const { sheet, stored, random } = randomExample(3, 'plain');
  const content = contentOf(sheet.network, stored, random);
  const [tensor, values] = [...content.values].find(([, own]) => own.length > 20)!;
  const indices = Uint32Array.from(values.keys());
  const dense = narrowed(content, {
    kind: 'values',
    edits: [{ tensor, indices, values: values.map(value => value + 1) }],
  })!;
  const [edit] = editsOf([dense]);
  expect([edit.indices, edit.values.length]).toEqual([undefined, values.length]);
  expect(editsOf([inverseOf(content, dense)])[0]).toEqual({ tensor, values });
  const few = narrowed(content, {
    kind: 'values',
    edits: [{ tensor, values: values.map((value, i) => (i === 7 ? value + 1 : value)) }],
  })!;
  expect(editsOf([few])[0].indices).toEqual(Uint32Array.of(7));
});
