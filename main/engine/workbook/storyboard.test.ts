/** The storyboard in the open workbook. */
import { expect, test } from 'vitest';
import { editCommand } from '../../../shared/change.ts';
import { EMPTY_STORYBOARD, type Storyboard } from '../../../shared/film/storyboard.ts';
import { spokenBoard } from '../../../shared/film/testing/small-storyboard.ts';
import { removeLayer } from '../../../shared/layer-edits/edits.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from './session.ts';

await startBackend();

const sound = Uint8Array.of(1, 2, 3);
const open = (onPass?: () => void) => {
  const network = digitNetwork();
  return createSession(
    { network, classes: [], source: { kind: 'typed' }, values: valuesFor(network, createRandom(1)) },
    onPass,
  );
};
const film = (session: Session, storyboard: Storyboard, mergeKey?: string, ...added: string[]) =>
  session.change({
    label: 'Film',
    changes: [{ kind: 'storyboard', storyboard, narrations: added.map(id => ({ id, bytes: sound })) }],
    ...(mergeKey !== undefined && { mergeKey }),
  });
const captioned = (storyboard: Storyboard, caption: string): Storyboard => ({
  ...storyboard,
  scenes: storyboard.scenes.map(scene => ({ ...scene, caption })),
});

test('it is changed, undone and redone with its sounds, and nothing is calculated for it', () => {
  let passes = 0;
  const session = open(() => passes++);
  const { contentRevision, revision } = session.state();
  passes = 0;
  const board = spokenBoard('a', 'b');
  expect(film(session, board, undefined, 'a', 'b').size).toBe(0);
  film(session, spokenBoard('b'));
  expect(session.narration('a')).toBeUndefined();
  session.undo();
  expect([session.storyboard, session.narration('a')]).toEqual([board, sound]);
  session.undo();
  expect([session.storyboard, session.narration('b')]).toEqual([EMPTY_STORYBOARD, undefined]);
  session.redo();
  expect(session.workbook()).toMatchObject({
    storyboard: board,
    narrations: new Map([
      ['a', sound],
      ['b', sound],
    ]),
  });
  expect(passes).toBe(0);
  expect(session.state()).toMatchObject({ contentRevision, revision: revision + 5, modified: true });
  session.change(
    editCommand('Type', [{ tensor: 'dense7/bias', indices: Uint32Array.of(0), values: Float32Array.of(9) }]),
  );
  expect(session.state().contentRevision).toBe(session.state().revision);
});

test('typing a caption is one step, and a storyboard without the sounds it lists is refused', () => {
  const session = open();
  const board = spokenBoard('a');
  film(session, board, undefined, 'a');
  for (const caption of ['E', 'Ev', 'Eve']) film(session, captioned(board, caption), 'caption a');
  expect(session.storyboard.scenes[0].caption).toBe('Eve');
  session.undo();
  expect(session.storyboard).toEqual(board);
  expect(() => film(session, spokenBoard('a', 'b'))).toThrow(/sound of the narration b is missing/);
  expect([session.storyboard, session.narration('a')]).toEqual([board, sound]);
});

test('it stays as it is when layers are edited', () => {
  const session = open();
  const board = spokenBoard('a');
  film(session, board, undefined, 'a');
  const network = removeLayer(digitNetwork(), 'conv2d3');
  session.change({ label: 'Edit layers', changes: [{ kind: 'layers', network, beginning: 'initial', seed: 1 }] });
  expect([session.storyboard, session.narration('a')]).toEqual([board, sound]);
});
