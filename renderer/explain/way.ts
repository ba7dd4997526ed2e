import type { Step } from '../../shared/explain/explain.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import { section } from '../parts/sides.ts';
import { drawCurve } from './curve.ts';
import { cells, type Drawing } from './drawing.ts';
import { addressButton, valueText } from './number-grid.ts';
import { drawSum } from './sum.ts';

/** How the number comes about: a sum of products, a window, a curve, or steps. */
export function drawWay(drawing: Drawing): Node[] {
  const { told, number, pointing } = drawing;
  const { way } = told;
  switch (way.kind) {
    case 'sum':
      return drawSum(drawing, way.terms);
    case 'window':
      return [section(messages.explain.window, [], cells(drawing, messages.explain.window, way.window, way.chosen))];
    case 'curve': {
      const [x] = way.input.contents;
      if (number === null || typeof x !== 'number') return stepList(way.steps);
      const graph = drawCurve(way.points, [x, number]);
      return [section(messages.explain.curve, [addressButton(way.input, 1, pointing)], graph), ...stepList(way.steps)];
    }
    case 'steps':
      return stepList(way.steps);
    default:
      return [];
  }
}

function stepList(steps: readonly Step[]): Node[] {
  // One step says no more than the formula.
  if (steps.length < 2) return [];
  const items = steps.map(({ text: written, value }) =>
    element('li', {}, element('code', {}, written), element('b', {}, ` = ${valueText(value)}`)),
  );
  return [section(messages.explain.steps, [], element('ol', { class: 'explain-steps' }, ...items))];
}
