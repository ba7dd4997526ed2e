import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { editCommand } from '../../../shared/change.ts';
import { centre, PEN_RADIUS, rasterize, type Stroke } from '../../../shared/drawing.ts';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { createSession, type Session } from '../workbook/session.ts';

type Fixture = { drawings: { digit: number; strokes: [x: number, y: number][][] }[] };
const { drawings } = JSON.parse(
  readFileSync(new URL('../../../e2e/fixtures/strokes.json', import.meta.url), 'utf8'),
) as Fixture;

let session: Session;
beforeAll(async () => {
  await startBackend();
  session = createSession(await readTemplate('lenet'));
});

const strokesOf = (strokes: Fixture['drawings'][number]['strokes']): Stroke[] =>
  strokes.map(points => ({ points: points.map(([x, y]) => ({ x, y })), radius: PEN_RADIUS, eraser: false }));

function recognised(place: (strokes: readonly Stroke[]) => readonly Stroke[]): number[] {
  return drawings.flatMap(({ digit, strokes }) => {
    const pixels = rasterize(place(strokesOf(strokes)), 28, 28);
    const indices = Uint32Array.from(pixels, (_, i) => i);
    session.change(editCommand('Draw', [{ tensor: 'input/output', indices, values: pixels }]));
    return session.state().predicted?.class === digit ? [digit] : [];
  });
}

test('nine of ten digits drawn off centre, small or large, are recognised after centring and scaling', () => {
  expect(recognised(strokes => centre(strokes, 28, 28)).length).toBeGreaterThanOrEqual(9);
});

test('the same drawings are recognised less often without centring', () => {
  expect(recognised(strokes => strokes).length).toBeLessThan(9);
});
