import { expect, test } from 'vitest';
import { EMPTY_STORYBOARD, FILM_LIMITS, type Storyboard } from '../film/storyboard.ts';
import { narrationOf, sceneOf, spokenBoard } from '../film/testing/small-storyboard.ts';
import { createRandom } from '../random.ts';
import {
  applyStoryboard,
  checkNarrations,
  checkStoryboard,
  composedStoryboards,
  type Filmed,
  narrowedStoryboard,
  NOTHING_FILMED,
  sizeOfStoryboard,
  storyboardBack,
  type StoryboardChange,
} from './storyboard.ts';

const soundOf = (id: string) => Uint8Array.from(`sound of ${id}`, letter => letter.charCodeAt(0));
const change = (storyboard: Storyboard, ...added: string[]): StoryboardChange => ({
  kind: 'storyboard',
  storyboard,
  ...(added.length > 0 && { narrations: added.map(id => ({ id, bytes: soundOf(id) })) }),
});
const snapshot = ({ storyboard, narrations }: Filmed) => ({ storyboard, narrations: new Map(narrations) });

test('after any changes, their inverses bring every storyboard and every sound back, one by one or composed', () => {
  const ids = ['a', 'b', 'c', 'd'];
  for (let seed = 0; seed < 50; seed++) {
    const random = createRandom(seed);
    const content: Filmed = { ...NOTHING_FILMED };
    const states = [snapshot(content)];
    const [done, inverses]: [StoryboardChange[], StoryboardChange[]] = [[], []];
    for (let step = 0; step < 8; step++) {
      const wanted = ids.filter(() => random.integer(2) === 0);
      const added = wanted.filter(id => !content.narrations.has(id));
      const next = narrowedStoryboard(content, change(spokenBoard(...wanted), ...added));
      if (!next) continue;
      checkNarrations(content, next);
      inverses.unshift(storyboardBack(content, next));
      done.push(next);
      applyStoryboard(content, next);
      states.push(snapshot(content));
    }
    const [first, last] = [states[0], states.at(-1)!];
    const together = { ...first };
    applyStoryboard(together, composedStoryboards(done));
    expect(snapshot(together)).toEqual(last);
    applyStoryboard(together, composedStoryboards(inverses));
    expect(snapshot(together)).toEqual(first);
    for (const [at, inverse] of inverses.entries()) {
      applyStoryboard(content, inverse);
      expect(snapshot(content)).toEqual(states.at(-2 - at));
    }
  }
});

test('a change of a caption carries no sound, and what changes nothing is no change', () => {
  const content: Filmed = { ...NOTHING_FILMED };
  applyStoryboard(content, change(spokenBoard('a', 'b'), 'a', 'b'));
  const { storyboard } = content;
  const scenes = storyboard.scenes.map(scene => ({ ...scene, caption: 'Every pixel counts.' }));
  const captioned = narrowedStoryboard(content, change({ ...storyboard, scenes }, 'a', 'b'))!;
  expect(captioned.narrations).toBeUndefined();
  expect(storyboardBack(content, captioned).narrations).toBeUndefined();
  expect(sizeOfStoryboard(captioned)).toBeLessThan(1500);
  expect(narrowedStoryboard(content, change(spokenBoard('a', 'b'), 'b'))).toBeUndefined();
  const louder = { kind: 'storyboard' as const, storyboard, narrations: [{ id: 'a', bytes: soundOf('louder') }] };
  expect(narrowedStoryboard(content, louder)).toEqual(louder);
  expect(storyboardBack(content, louder).narrations).toEqual([{ id: 'a', bytes: soundOf('a') }]);
});

test.each<[title: string, change: StoryboardChange, sentence: RegExp]>([
  ['two scenes of one id', change({ ...EMPTY_STORYBOARD, scenes: [sceneOf('a'), sceneOf('a')] }), /have the id a\./],
  [
    'a narration that is not listed',
    change({ ...EMPTY_STORYBOARD, scenes: [sceneOf('a', { narration: 'n' })] }),
    /“a” has a narration that the storyboard doesn’t list/,
  ],
  ['a sound that nobody speaks', change(EMPTY_STORYBOARD, 'n'), /doesn’t list the narration n/],
  [
    'endless notes',
    change({
      ...EMPTY_STORYBOARD,
      scenes: Array.from({ length: 300 }, (_, n) => sceneOf(`s${n}`, { notes: 'x'.repeat(FILM_LIMITS.notes) })),
    }),
    /at most. Shorten notes/,
  ],
  [
    'an endless sound',
    {
      ...change({ ...EMPTY_STORYBOARD, narrations: [narrationOf('n')] }),
      narrations: [{ id: 'n', bytes: new Uint8Array(FILM_LIMITS.narration + 1) }],
    },
    /64 MiB at most/,
  ],
])('%s are refused with a sentence', (_title, refused, sentence) => {
  expect(() => checkStoryboard(refused)).toThrow(sentence);
});

test('a storyboard whose sounds are missing or too many is refused', () => {
  expect(() => checkNarrations(NOTHING_FILMED, change(spokenBoard('a')))).toThrow(/narration a is missing/);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const bytes = new Uint8Array(FILM_LIMITS.narration);
  const many = { ...change(spokenBoard(...ids)), narrations: ids.map(id => ({ id, bytes })) };
  expect(() => checkNarrations(NOTHING_FILMED, many)).toThrow(/256 MiB at most/);
});
