import { describe, expect, test } from 'vitest';
import { editCommand } from '../../../shared/change.ts';
import { UserError } from '../../../shared/errors.ts';
import type { NetworkSpec } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { createBrowser } from './browse.ts';
import { testDigits } from '../data/digits.ts';
import { chain, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from '../workbook/session.ts';

await startBackend();
const { classes } = testDigits();
const indicesOf = (digit: number) => Array.from(classes.keys()).filter(index => classes[index] === digit);

/** A network that predicts `answer` for every digit, and is fast. */
function stubborn(answer: number): Session {
  const network = chain(
    { kind: 'input', shape: [28, 28, 1] },
    { kind: 'maxPool2d', poolSize: [28, 28], strides: [1, 1], padding: 'valid' },
    { kind: 'flatten' },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'softmax' },
  );
  const values = valuesFor(network, createRandom(1), () => 0);
  values.get('dense3/bias')![answer] = 1;
  return open(network, values);
}
const open = (network: NetworkSpec, values = valuesFor(network, createRandom(2))) =>
  createSession({ network, classes: [], source: { kind: 'typed' }, values });
const answer = (session: Session, digit: number) =>
  session.change(
    editCommand('answer', [
      {
        tensor: 'dense3/bias',
        indices: Uint32Array.from({ length: 10 }, (_, unit) => unit),
        values: Float32Array.from({ length: 10 }, (_, unit) => (unit === digit ? 1 : 0)),
      },
    ]),
  );
const ignore = () => {};

describe('browsing', () => {
  const browser = createBrowser(stubborn(4));
  const find = (index: number, direction: 'next' | 'previous' | 'random', filter = {}) =>
    browser.find({ filter, index, direction }, ignore);

  test('goes to the next and previous digit, and starts again at the ends', async () => {
    expect(await find(-1, 'next')).toBe(0);
    expect(await find(0, 'next')).toBe(1);
    expect(await find(9_999, 'next')).toBe(0);
    expect(await find(0, 'previous')).toBe(9_999);
    expect(await find(123_456, 'previous')).toBe(9_999);
  });

  test('keeps to a class', async () => {
    const sevens = indicesOf(7);
    expect(await find(0, 'next', { class: 7 })).toBe(sevens[1]);
    expect(await find(sevens[1], 'previous', { class: 7 })).toBe(0);
    expect(await find(1, 'previous', { class: 7 })).toBe(0);
    const found = new Set<number | undefined>();
    for (let i = 0; i < 20; i++) found.add(await find(0, 'random', { class: 7 }));
    expect(found.size).toBeGreaterThan(10);
    expect([...found].every(index => classes[index!] === 7 && index !== 0)).toBe(true);
  });

  test('keeps to digits that the network gets wrong', async () => {
    // All digits but the fours are wrong. Digit 3 is a 0, digit 4 a 4, digit 5 a 1.
    expect(await find(3, 'next', { wrong: true })).toBe(5);
    expect(await find(5, 'previous', { wrong: true })).toBe(3);
    expect(await find(3, 'next', { wrong: true, class: 4 })).toBeUndefined();
    expect(classes[(await find(4, 'random', { wrong: true }))!]).not.toBe(4);
  });

  test('lists pages with classes and pixels, and predictions where they are known', async () => {
    const fresh = createBrowser(stubborn(4));
    const page = await fresh.list({ filter: { class: 2 }, from: 1, count: 3 }, ignore);
    const twos = indicesOf(2);
    expect(page.total).toBe(twos.length);
    expect(page.digits).toEqual(twos.slice(1, 4).map(index => ({ index, class: 2, unit: 2, predicted: undefined })));
    expect(page.pixels).toEqual(
      Uint8Array.from(
        twos.slice(1, 4).flatMap(index => [...testDigits().bytes.subarray(index * 784, index * 784 + 784)]),
      ),
    );
    const wrong = await fresh.list({ filter: { wrong: true }, from: 9_000, count: 500 }, ignore);
    expect(wrong.total).toBe(10_000 - indicesOf(4).length);
    expect(wrong.digits).toHaveLength(wrong.total - 9_000);
    expect(wrong.digits.every(digit => digit.predicted === 4 && digit.class !== 4)).toBe(true);
    expect(await fresh.list({ filter: {}, from: 10_000, count: 5 }, ignore)).toMatchObject({
      total: 10_000,
      digits: [],
    });
  });
});

describe('finding out which digits are wrong', () => {
  test('lets edits through, and starts again if they change the network', async () => {
    const session = stubborn(4);
    const browser = createBrowser(session);
    let turns = 0;
    let done = false;
    const turn = () => {
      turns++;
      if (turns === 3) answer(session, 8);
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    const page = await browser.list({ filter: { wrong: true }, from: 0, count: 500 }, ignore);
    done = true;
    expect(turns).toBeGreaterThan(10);
    expect(page.total).toBe(10_000 - indicesOf(8).length);
    expect(page.digits.every(digit => digit.predicted === 8)).toBe(true);
  });

  test('is remembered until a parameter changes', async () => {
    const session = stubborn(4);
    const browser = createBrowser(session);
    let asked = 0;
    const { predict } = session;
    session.predict = (images, count) => {
      asked += count;
      return predict(images, count);
    };
    const wrong = { filter: { wrong: true }, from: 0, count: 1 };
    await browser.list(wrong, ignore);
    expect(asked).toBe(10_000);
    session.change(browser.show(17));
    await browser.list(wrong, ignore);
    expect(asked).toBe(10_000);
    answer(session, 5);
    expect((await browser.list(wrong, ignore)).total).toBe(10_000 - indicesOf(5).length);
    expect(asked).toBe(20_000);
  });

  test('reports its progress, and at last that it has ended', async () => {
    const network = chain(
      { kind: 'input', shape: [28, 28, 1] },
      { kind: 'conv2d', filters: 8, kernelSize: [5, 5], strides: [1, 1], padding: 'valid', useBias: true },
      { kind: 'globalMaxPool2d' },
      { kind: 'dense', units: 10, useBias: true },
      { kind: 'softmax' },
    );
    const fractions: number[] = [];
    await createBrowser(open(network)).list({ filter: { wrong: true }, from: 0, count: 1 }, fraction =>
      fractions.push(fraction),
    );
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.filter(fraction => fraction === 1)).toHaveLength(1);
  });

  test('ends with a sentence if another workbook is opened', async () => {
    const browser = createBrowser(stubborn(4));
    const asking = browser.list({ filter: { wrong: true }, from: 0, count: 1 }, ignore);
    browser.dispose();
    await expect(asking).rejects.toThrow('Another workbook was opened meanwhile');
  });

  test('reports the end of its progress even if it is broken off', async () => {
    const session = stubborn(4);
    const browser = createBrowser({
      ...session,
      // A slow network, so that progress is reported.
      predict(images, count) {
        const until = performance.now() + 20;
        while (performance.now() < until);
        return session.predict(images, count);
      },
    });
    const fractions: number[] = [];
    const asking = browser.list({ filter: { wrong: true }, from: 0, count: 1 }, fraction => {
      fractions.push(fraction);
      browser.dispose();
    });
    await expect(asking).rejects.toThrow('Another workbook was opened meanwhile');
    expect(fractions.length).toBe(2);
    expect(fractions[1]).toBe(1);
  });

  test('counts digits whose scores aren’t numbers as wrong', async () => {
    const session = stubborn(4);
    session.change(
      editCommand('break', [{ tensor: 'dense3/kernel', indices: Uint32Array.of(0), values: Float32Array.of(3e38) }]),
    );
    session.change(
      editCommand('break', [{ tensor: 'dense3/bias', indices: Uint32Array.of(0), values: Float32Array.of(3e38) }]),
    );
    const page = await createBrowser(session).list({ filter: { wrong: true, class: 4 }, from: 0, count: 1 }, ignore);
    expect(page.total).toBe(indicesOf(4).length);
    expect(page.digits[0].predicted).toBeUndefined();
  });
});

describe('a digit is shown', () => {
  test('with its class as the expected one, and in one undo step with the digits shown before it', () => {
    const session = stubborn(4);
    const before = session.value('input0/output').slice();
    const browser = createBrowser(session);
    session.change(browser.show(0));
    session.change(browser.show(2));
    expect(session.state()).toMatchObject({
      source: { kind: 'digit', index: 2 },
      actual: 1,
      undo: 'Show test digit 2',
    });
    expect(Array.from(session.value('softmax4/actual'))).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(Math.max(...session.value('input0/output'))).toBeGreaterThan(0.9);
    session.undo();
    expect(session.value('input0/output')).toEqual(before);
    expect(session.state()).toMatchObject({ source: { kind: 'typed' }, actual: undefined, undo: undefined });
  });

  test('with a blank expected class if the network has other classes', () => {
    const session = open(
      chain(
        { kind: 'input', shape: [28, 28, 1] },
        { kind: 'globalMaxPool2d' },
        { kind: 'dense', units: 3, useBias: true },
        { kind: 'softmax' },
      ),
    );
    session.change(createBrowser(session).show(0));
    expect(Array.from(session.value('softmax3/actual'))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('only if it fits, else with a sentence', async () => {
    const small = createBrowser(open(chain({ kind: 'input', shape: [14, 14, 1] })));
    expect(() => small.show(0)).toThrow(UserError);
    expect(() => small.show(0)).toThrow("don't fit this network's input of 14×14×1");
    await expect(small.list({ filter: {}, from: 0, count: 1 }, ignore)).rejects.toThrow('14×14×1');
    const bare = createBrowser(open(chain({ kind: 'input', shape: [28, 28, 1] })));
    expect(() => bare.show(10_000)).toThrow('There is no test digit 10000; they are numbered from 0 to 9,999.');
    await expect(bare.find({ filter: { wrong: true }, index: 0, direction: 'next' }, ignore)).rejects.toThrow(
      'ends in a softmax',
    );
    expect(await bare.find({ filter: {}, index: 0, direction: 'next' }, ignore)).toBe(1);
  });
});
