import { expect, test } from 'vitest';
import { type Change, editsOf, write } from '../../../shared/change.ts';
import { changedElements, createHistory, type Step } from './history.ts';

const pixel = (index: number, value: number): Change => ({
  kind: 'values',
  edits: [{ tensor: 'input/output', indices: Uint32Array.of(index), values: Float32Array.of(value) }],
});
/** A step that changes one pixel. Its changes and its inverse name the same element, as in a real step. */
const step = (label: string, index: number, before: number, after: number): Step => {
  const changes = [pixel(index, after)];
  const [{ indices }] = editsOf(changes);
  const edits = [{ tensor: 'input/output' as const, indices, values: Float32Array.of(before) }];
  return { label, changes, inverse: [{ kind: 'values', edits }] };
};

test('a merged step keeps the first values before and the last values after', () => {
  const history = createHistory();
  history.push(step('first', 4, Number.NaN, 1), 'stroke');
  history.push(step('second', 7, 0, 2), 'stroke');
  history.push(step('third', 4, 1, 3), 'stroke');
  const merged = history.undo()!;
  const pixels = (changes: readonly Change[]) => {
    const values = new Float32Array(8);
    for (const edit of editsOf(changes)) write(values, edit);
    return [values[4], values[7]];
  };
  expect(merged.label).toEqual('third');
  expect(pixels(merged.changes)).toEqual([3, 2]);
  expect(pixels(merged.inverse)).toEqual([Number.NaN, 0]);
  expect([merged.changes.length, editsOf(merged.inverse)[0].indices]).toEqual([1, Uint32Array.of(4, 7)]);
  expect(history.labels()).toEqual({ undo: undefined, redo: 'third' });
});

test('after an undo a new stroke is a step of its own, even with the key of the step before', () => {
  const history = createHistory();
  history.push(step('stroke', 0, 0, 1), 'stroke');
  history.push(step('other', 1, 0, 1), undefined);
  history.undo();
  history.push(step('stroke again', 0, 1, 2), 'stroke');
  const again = history.undo()!;
  expect([again.label, editsOf(again.inverse)[0].values]).toEqual(['stroke again', Float32Array.of(1)]);
  expect(history.labels().undo).toEqual('stroke');
});

test('when the steps take too much memory, the oldest are forgotten, but never the last', () => {
  const history = createHistory(1000);
  const beginning = history.position();
  for (let i = 0; i < 10; i++) history.push(step(`step ${i}`, i, 0, 1), undefined);
  const labels: unknown[] = [];
  for (let last = history.undo(); last; last = history.undo()) labels.push(last.label);
  expect(labels).toEqual(['step 9', 'step 8', 'step 7', 'step 6']);
  // The state before the forgotten steps can't be reached any more.
  expect(history.position()).not.toBe(beginning);
  const small = createHistory(1);
  small.push(step('large', 0, 0, 1), undefined);
  expect(small.labels().undo).toEqual('large');
});

test('in a section undo goes back to its start; the steps that closing keeps can still be undone', () => {
  const history = createHistory();
  history.push(step('before', 1, 0, 1), undefined);
  history.openSection();
  expect([history.atSection(), history.labels()]).toEqual([true, { undo: undefined, redo: undefined }]);
  expect(history.undo()).toBeUndefined();
  history.push(step('kept', 2, 0, 1), undefined);
  history.push(step('left out', 3, 0, 1), undefined);
  history.undo();
  history.redo();
  history.closeSection(each => (each.label === 'kept' ? each : undefined));
  expect(history.undo()).toMatchObject({ label: 'kept' });
  expect(history.undo()).toMatchObject({ label: 'before' });
  expect(history.undo()).toBeUndefined();
});

test('another history can take over a section, undone steps included', () => {
  const first = createHistory();
  first.openSection();
  first.push(step('one', 1, 0, 1), 'stroke');
  first.push(step('two', 2, 0, 1), undefined);
  first.undo();
  const second = createHistory();
  second.push(step('before', 1, 0, 1), undefined);
  second.openSection();
  second.push(step('forgotten', 4, 0, 1), undefined);
  second.restoreSection(structuredClone(first.section()));
  expect(second.labels()).toEqual({ undo: 'one', redo: 'two' });
  expect(second.redo()).toMatchObject({ label: 'two', mergeKey: undefined });
  second.undo();
  expect(second.undo()).toMatchObject({ label: 'one', mergeKey: 'stroke' });
  expect(second.atSection()).toBe(true);
});

test('steps from before a section are forgotten before the section’s own', () => {
  const history = createHistory(700);
  history.push(step('old', 1, 0, 1), undefined);
  history.openSection();
  for (const label of ['one', 'two', 'three']) history.push(step(label, 2, 0, 1), undefined);
  expect(history.section().done.map(each => each.step.label)).toEqual(['one', 'two', 'three']);
  for (let i = 0; i < 3; i++) history.undo();
  expect(history.atSection()).toBe(false);
});

test('the elements of a step are those of all its changes, also where several write into one tensor', () => {
  const whole = (...values: number[]): Change => ({
    kind: 'values',
    edits: [{ tensor: 'input/output', values: Float32Array.from(values) }],
  });
  const elementsOf = (changes: Change[], inverse: Change[]) => [
    ...changedElements({ label: '', changes, inverse }).get('input/output')!,
  ];
  expect(elementsOf([pixel(1, 5), pixel(3, 6)], [pixel(3, 0), pixel(1, 0)])).toEqual([1, 3]);
  expect(elementsOf([pixel(1, 5), whole(0, 5, 7)], [whole(0, 5, 0), pixel(1, 0)])).toEqual([1, 2]);
  expect(elementsOf([whole(0, 5, 0), whole(0, 0, 7)], [whole(0, 5, 0), whole(0, 0, 0)])).toEqual([1, 2]);
});
