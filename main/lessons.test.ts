/** Every lesson that comes along, on the engine: its addresses are there, its tasks are open at first and can be
 *  solved. */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatAddress } from '../shared/address.ts';
import type { Change } from '../shared/change.ts';
import type { Value } from '../shared/formula/value.ts';
import { elementAt } from '../shared/layout/sheet.ts';
import { formulaOf, holds, type Facts } from '../shared/lessons/checks.ts';
import { faultsIn, type Lesson, liveFormulas, readLesson, type Step } from '../shared/lessons/lesson.ts';
import { lessonPlaces } from '../shared/lessons/lesson-places.ts';
import { type Action, solutions } from '../shared/lessons/testing/solutions.ts';
import { say } from '../shared/messages.ts';
import type { CellPlace } from '../shared/places.ts';
import { typedInto } from '../shared/typed-entry.ts';
import { startBackend } from './engine/backend/backend.ts';
import { pixelsOf, testDigits } from './engine/data/digits.ts';
import { createSession, type Session } from './engine/workbook/session.ts';
import { assets } from './files/assets.ts';
import { readTemplate } from './files/templates.ts';

const folder = new URL('lessons/', assets);
const files = readdirSync(folder).filter(name => name.endsWith('.md') && name !== 'README.md');
const lessons = files.map(name => {
  const { lesson, problems } = readLesson(readFileSync(new URL(name, folder), 'utf8'));
  expect(
    problems.map(({ line, sentence }) => `${name}:${line} ${say(sentence)}`),
    name,
  ).toEqual([]);
  return lesson!;
});

beforeAll(startBackend);

test('there are twelve lessons in English, in order, and one in German', () => {
  const english = lessons.filter(({ language }) => language === 'en');
  expect(english.map(({ order }) => order).sort((a, b) => a! - b!)).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  expect(lessons.filter(({ language }) => language === 'de').length).toBeGreaterThan(0);
  expect(new Set(lessons.map(({ id }) => id)).size).toBe(lessons.length);
  for (const { id, steps } of lessons) {
    expect(steps.length, id).toBeGreaterThanOrEqual(3);
    expect(steps.length, id).toBeLessThanOrEqual(6);
    for (const { task } of steps) if (task) expect(task.hints.length, id).toBe(2);
  }
});

describe.each(lessons)('$id', lesson => {
  test('every address and formula is there, every task is open at first, and its solution solves it', async () => {
    const session = createSession(await readTemplate(lesson.network!));
    const open = () => ({ sheet: session.sheet, sheets: session.sheets, names: session.written.names });
    const places = lessonPlaces(lesson.network, open());
    const known = commandIds();
    expect(
      faultsIn(lesson, places, id => known.has(id)).map(({ line, sentence }) => `${line}: ${say(sentence)}`),
    ).toEqual([]);
    expect(solutions[lesson.id]).toHaveLength(lesson.steps.length);
    let active: CellPlace = { sheet: session.sheet.id, row: 0, column: 0 };
    for (const [at, step] of lesson.steps.entries()) {
      const told = `${lesson.id}, step ${at + 1}`;
      // Every number in the text is one.
      for (const formula of liveFormulas(step))
        expect(typeof valueOf(session, lesson, formula), formula).toBe('number');
      if (!step.task) {
        expect(solutions[lesson.id][at], told).toEqual([]);
        continue;
      }
      const before = valuesOf(session, lesson, step);
      const seen = { commands: new Set<string>(), runs: [] as (number | undefined)[] };
      const isSolved = () => {
        const now = valuesOf(session, lesson, step);
        const facts: Facts = {
          now: formula => now.get(formula),
          before: formula => before.get(formula),
          cells: places.cells,
          active,
          layers: session.sheet.network.layers,
          ...seen,
        };
        return step.task!.checks.map(check => holds(check, facts));
      };
      expect(isSolved(), told).toContain(false);
      for (const action of solutions[lesson.id][at]) active = await act(session, action, active, seen);
      expect(isSolved(), told).not.toContain(false);
      expect(isSolved(), told).not.toContain(undefined);
    }
    session.dispose();
  });
});

const NOWHERE = { row: 0, column: 0 };

function valueOf(session: Session, { network }: Lesson, text: string): Value | undefined {
  const { sheet, sheets, written } = session;
  const read = lessonPlaces(network, { sheet, sheets, names: written.names }).formula(text);
  if (read.problem !== undefined) throw new Error(`${text}: ${say(read.problem)}`);
  return session.tryOut(read.expression, { sheet: sheet.id, ...NOWHERE });
}

/** What the formulas of a step's checks give. */
function valuesOf(session: Session, lesson: Lesson, { task }: Step): Map<string, Value | undefined> {
  const formulas = task!.checks.map(formulaOf).filter(formula => formula !== undefined);
  return new Map(formulas.map(formula => [formula, valueOf(session, lesson, formula)]));
}

/** Does what a reader does. Returns the selected cell. */
async function act(
  session: Session,
  action: Action,
  active: CellPlace,
  seen: { commands: Set<string>; runs: (number | undefined)[] },
): Promise<CellPlace> {
  const { sheet } = session;
  const cells = (text: string) => lessonPlaces(undefined, { ...session, names: session.written.names }).cells(text)!;
  const enter = (range: string, text: (place: CellPlace) => string) => {
    const { row, column, height, width } = cells(range);
    const changes: Change[] = [];
    for (let y = row; y < row + height; y++)
      for (let x = column; x < column + width; x++) {
        const place = { sheet: sheet.id, row: y, column: x };
        const typed = typedInto({ sheet, sheets: session.sheets, names: session.written.names }, place, text(place));
        if (typed.refusal !== undefined) throw new Error(`${formatAddress(place)}: ${say(typed.refusal)}`);
        changes.push(...typed.changes);
      }
    session.change({ label: 'edit', changes });
  };
  if ('type' in action) {
    enter(action.into, () => action.type);
    return cells(action.into);
  }
  if ('select' in action) {
    // Delete makes pixels and weights 0, and takes away what is typed over a computed cell.
    const role = (place: CellPlace) => sheet.tensors.get(elementAt(sheet, place)!.tensor)!.role;
    if (action.clear) enter(action.select, place => (role(place) === 'computed' ? '' : '0'));
    return cells(action.select);
  }
  if ('undo' in action) for (let n = 0; n < action.undo; n++) session.undo();
  if ('train' in action) seen.runs.push(undefined);
  if ('command' in action) seen.commands.add(action.command);
  const dense = [...sheet.tensors.keys()].find(id => /^(dense|templates)\/kernel$/.test(id))!;
  if ('train' in action || ('command' in action && /reset|means/.test(action.command))) {
    const values = session.value(dense).map(weight => weight / 2);
    session.change({ label: 'train', changes: [{ kind: 'values', edits: [{ tensor: dense, values }] }] });
  }
  if ('command' in action && action.command === 'network.nextDigit') showWrongDigit(session);
  return active;
}

/** Shows the first test digit that the network gets wrong. */
function showWrongDigit(session: Session): void {
  const digits = testDigits();
  const indices = Array.from({ length: 200 }, (_, at) => at);
  const images = pixelsOf(digits, indices);
  const predicted = session.predict(images, indices.length);
  const wrong = predicted.findIndex((unit, at) => unit !== digits.classes[at]);
  const values = pixelsOf(digits, [wrong]);
  const actual = Float32Array.from({ length: 10 }, (_, unit) => (unit === digits.classes[wrong] ? 1 : 0));
  const edits = [
    { tensor: 'input/output' as const, values },
    { tensor: 'softmax/actual' as const, values: actual },
  ];
  session.change({ label: 'digit', changes: [{ kind: 'values', edits }] });
}

/** The ids of all commands: those that stand in the window's sources. */
function commandIds(): Set<string> {
  const renderer = new URL('../renderer/', import.meta.url);
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter(name =>
    /commands?\.ts$/.test(name),
  );
  return new Set(
    sources.flatMap(name =>
      [...readFileSync(new URL(name, renderer), 'utf8').matchAll(/\bid: '([a-z]+\.\w+)'/gi)].map(([, id]) => id),
    ),
  );
}
