/** What a scene shows is what the workbook would hold if it were really done there. */
import { expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import type { Change } from '../../../shared/change.ts';
import { UserError } from '../../../shared/errors.ts';
import { captionIn } from '../../../shared/film/captions.ts';
import { numberText } from '../../../shared/film/number-form.ts';
import { elementIn, type SceneFilm } from '../../../shared/film/numbers.ts';
import { type FilmScene, FILM_LIMITS } from '../../../shared/film/storyboard.ts';
import { MOST_MOMENTS, sceneFilmOf, statesOf } from '../../../shared/film/states.ts';
import { sceneOf } from '../../../shared/film/testing/small-storyboard.ts';
import { buildSheet, placeOf } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { startBackend } from '../backend/backend.ts';
import { dataImage } from '../data/shown-image.ts';
import { smallConfig, smallDigits, smallWorkbook } from '../data/testing/small-digits.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from '../workbook/session.ts';
import { type FilmSources, filmStates } from './film-states.ts';
import { createTrainer } from './trainer.ts';

await startBackend();

const images = smallDigits(320, 64);
const config = smallConfig();
const open = () => {
  const network = digitNetwork();
  const values = valuesFor(network, createRandom(1));
  return createSession({ network, classes: [], source: { kind: 'typed' }, values });
};
const sources = (session: Session): FilmSources => ({
  image: index => dataImage(session.sheet, images, index),
  training: { images, config },
  running: false,
});
async function film(session: Session, scene: FilmScene, between = async () => {}): Promise<SceneFilm> {
  const { sheet, sheets, written } = session;
  const asked = statesOf({ sheet, scene });
  return sceneFilmOf(
    { scene, sheet, sheets, written },
    asked,
    await filmStates(session, asked, sources(session), between),
  );
}
/** All that a session holds, bit for bit. */
const bits = (session: Session) => ({
  values: new Map([...session.sheet.tensors.keys()].map(id => [id, session.value(id).slice()])),
  state: { ...session.state(), milliseconds: 0 },
  written: JSON.stringify([...session.written.formulas].map(([id, own]) => [id, [...own]])),
});
function expectSame({ sheet, states }: SceneFilm, at: number, session: Session): void {
  for (const info of sheet.tensors.values()) {
    const values = session.value(info.id);
    expect(states[at].tensors.get(info.id), info.id).toEqual(values);
    for (const index of [0, values.findIndex(each => !Number.isFinite(each))]) {
      if (index < 0) continue;
      const wanted = Number.isFinite(values[index]) ? values[index] : session.otherAt(info.id, index);
      expect(elementIn(sheet, states[at], { tensor: info.id, index })).toEqual(wanted);
    }
  }
}
const typing = (tensor: TensorId, index: number, text: string) =>
  sceneOf('typed', { motion: { kind: 'edit', element: { tensor, index }, text } });
const type = (session: Session, tensor: TensorId, index: number, text: string) => {
  const { sheet } = session;
  const typed = typedInto({ sheet, ...session.written }, placeOf(sheet, tensor, index), text);
  session.change({ label: 'Type', changes: typed.refusal === undefined ? typed.changes : [] });
};

test.each<[tensor: TensorId, index: number, text: string]>([
  ['conv2d1/kernel', 3, '0.25'],
  ['input0/output', 40, '=1/3'],
  ['conv2d1/output', 7, '-2'],
  ['relu2/output', 9, '=1/0'],
  ['dense7/kernel', 0, '=2*3'],
  ['softmax8/actual', 2, '1'],
])(
  'typed into %s[%d], %s gives every number of the sheet as if it were entered, and changes nothing',
  async (...typed) => {
    const session = open();
    // Something is written already, which the scene must neither lose nor change.
    type(session, 'relu4/output', 5, '=3+4');
    type(session, 'conv2d3/kernel', 1, '=1/7');
    const before = bits(session);
    const found = await film(session, typing(...typed));
    expect(bits(session)).toEqual(before);
    expect(found.states).toHaveLength(2);
    expectSame(found, 0, session);
    type(session, ...typed);
    expectSame(found, 1, session);
    if (typed[2].startsWith('='))
      expect(found.states[1].written!.formulas.get(typed[0])).toEqual(session.written.formulas.get(typed[0]));
  },
);

test('pictures of the sheet get the cells around the network, and what they hold after the edit', async () => {
  const session = open();
  const { sheet } = session;
  const at = { sheet: sheet.id, row: sheet.layout.rows + 1, column: 2 };
  const { row, column } = placeOf(sheet, 'dense7/output', 3);
  const typed = typedInto({ sheet, ...session.written }, at, `=2*${formatAddress({ row, column })}`);
  session.change({ label: 'Type', changes: (typed as { changes: readonly Change[] }).changes });
  const region = { ...at, row: at.row - 1, height: 3, width: 4 };
  const scene = { ...typing('dense7/bias', 3, '7'), camera: { kind: 'sheet' as const, region } };
  const { states } = await film(session, scene);
  const cell = `${at.sheet} ${at.row} ${at.column}`;
  expect(states[0].cells).toEqual(new Map([[cell, session.contentAt(at)]]));
  type(session, 'dense7/bias', 3, '7');
  expect(states[1].cells).toEqual(new Map([[cell, session.contentAt(at)]]));
  expect(session.contentAt(at)).toBe(2 * session.value('dense7/output')[3]);
});

test('a caption says what its cells hold, after an edit too, on any sheet and of a huge network', async () => {
  const session = open();
  const { sheet } = session;
  const element = { tensor: 'dense7/output', index: 3 } as const;
  const at = { sheet: sheet.id, row: sheet.layout.rows + 1, column: 2 };
  const typed = typedInto({ sheet, ...session.written }, at, `=2*${formatAddress(placeOf(sheet, element.tensor, 3))}`);
  session.change({ label: 'Type', changes: (typed as { changes: readonly Change[] }).changes });
  const caption = `{#dense7/output@3} {#${sheet.id}!${formatAddress(at)}}`;
  const found = await film(session, { ...typing('dense7/bias', 3, '7'), caption });
  const said = () =>
    [session.value('dense7/output')[3], session.contentAt(at) as number].map(each => numberText(each)).join(' ');
  const before = said();
  expect(captionIn(found, found.states[0]).text).toBe(before);
  type(session, 'dense7/bias', 3, '7');
  expect(captionIn(found, found.states[1]).text).toBe(said());
  expect(said()).not.toBe(before);
  const kernels = { camera: { kind: 'kernels' as const, layer: 'conv2d1' } };
  const huge = createSheetOf(1500);
  expect(
    statesOf({ sheet: huge, scene: sceneOf('k', { ...kernels, caption: '{#relu2/output@0}' }) }).tensors,
  ).toContain('relu2/output');
});

test('other images are shown with their classes, one state each', async () => {
  const session = createSession(smallWorkbook());
  const before = bits(session);
  const scene = sceneOf('images', { motion: { kind: 'images', images: [4, 17, 4] } });
  const found = await film(session, scene);
  expect(bits(session)).toEqual(before);
  expect(found.states.map(({ label }) => label)).toEqual([4, 17, 4].map(index => String(images.labels[index])));
  for (const [at, index] of [4, 17, 4].entries()) {
    session.change({
      label: 'Show',
      changes: [{ kind: 'values', edits: dataImage(session.sheet, images, index).edits }],
    });
    expectSame(found, at, session);
  }
});

test.each(['initial', 'here'] as const)(
  'a scene trains from %s as a real run does, twice with the same bits',
  async start => {
    const workbook = smallWorkbook();
    const session = createSession(workbook);
    const before = bits(session);
    const scene = sceneOf('train', { motion: { kind: 'train', start, steps: 20 } });
    const [one, two] = [await film(session, scene), await film(session, scene)];
    expect(two.states).toEqual(one.states);
    expect(bits(session)).toEqual(before);
    expect(one.states.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, step) => step));
    expect(one.states.at(-1)!.points!.map(({ step }) => step)).toEqual(
      Array.from({ length: 20 }, (_, step) => step + 1),
    );
    expect(one.states[3].points).toHaveLength(3);

    const parameters = new Map([...one.states[0].tensors].filter(([id]) => session.parameters().has(id)));
    if (start === 'here') expect(parameters).toEqual(session.parameters());
    else expect(parameters.get('conv/kernel')).not.toEqual(session.value('conv/kernel'));
    const trainer = createTrainer({ network: session.sheet.network, parameters, data: images, config });
    while (trainer.end === undefined) trainer.advance();
    expect(trainer.step).toBe(20);
    session.change({
      label: 'Trained',
      changes: [{ kind: 'values', edits: [...trainer.parameters()].map(([tensor, values]) => ({ tensor, values })) }],
    });
    expectSame(one, 20, session);
    expect(one.states.at(-1)!.points).toEqual(trainer.history.points);
  },
);

test('of a long run so many moments are shown, evenly, and of a huge network only what the picture reads', () => {
  const { sheet } = open();
  const train = sceneOf('train', { motion: { kind: 'train', start: 'here', steps: FILM_LIMITS.steps } });
  const [ask] = statesOf({ sheet, scene: train }).asks;
  const steps = ask.kind === 'trained' ? ask.steps : [];
  expect([steps.length, steps[0], steps.at(-1)]).toEqual([MOST_MOMENTS, 0, FILM_LIMITS.steps]);
  const huge = createSheetOf(1500);
  const kernels = { ...train, camera: { kind: 'kernels' as const, layer: 'conv2d1' } };
  const asked = statesOf({ sheet: huge, scene: kernels });
  expect(asked.tensors).toContain('conv2d1/kernel');
  expect(asked.tensors).not.toContain('relu2/output');
  expect(statesOf({ sheet: huge, scene: sceneOf('still') }).tensors).toContain('relu2/output');
});

test('what can’t be done is refused with its sentence, and the work ends when its user cancels it', async () => {
  const session = open();
  await expect(film(session, typing('conv2d1/kernel', 0, 'hello'))).rejects.toThrow(UserError);
  await expect(film(session, typing('conv2d1/kernel', 0, '=SUM(]'))).rejects.toThrow(UserError);
  await expect(film(session, typing('gone/kernel', 0, '1'))).rejects.toThrow(/gone\/kernel/);
  const images = sceneOf('images', { motion: { kind: 'images', images: [9999] } });
  await expect(film(session, images)).rejects.toThrow(/no image 9999/);
  const train = sceneOf('train', { motion: { kind: 'train', start: 'here', steps: 50 } });
  const small = createSession(smallWorkbook());
  const cancel = async () => {
    throw new UserError('Cancelled.');
  };
  const before = bits(small);
  await expect(film(small, train, cancel)).rejects.toThrow('Cancelled.');
  expect(bits(small)).toEqual(before);
});

const createSheetOf = (size: number) => {
  const layers = digitNetwork().layers.slice(0, 4);
  const network = {
    ...digitNetwork(),
    layers: [{ ...layers[0], shape: [size, size, 1] as const }, ...layers.slice(1)],
  };
  return buildSheet(network);
};
