import { messages } from '../../shared/messages.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import { createSvg } from '../core/element.ts';

/** The picture's size in its own units. The style sheet sets its width on the page. */
const [WIDTH, HEIGHT, EDGE] = [240, 120, 6];

/** The curve of a function, with the point that the cell is at. */
export function drawCurve(points: readonly (readonly [x: number, y: number])[], at: readonly [number, number]) {
  const all = [...points, at];
  const ends = (axis: 0 | 1, least: number) => {
    const numbers = all.map(point => point[axis]);
    const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
    return high - low < least ? ([low - least / 2, high + least / 2] as const) : ([low, high] as const);
  };
  const [left, right] = ends(0, 1);
  const [bottom, top] = ends(1, 1e-3);
  const x = (value: number) => EDGE + ((value - left) / (right - left)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - EDGE - ((value - bottom) / (top - bottom)) * (HEIGHT - 2 * EDGE);
  const place = ([px, py]: readonly [number, number]) => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`;
  const label = messages.explain.curveName(shortNumber(at[0]), shortNumber(at[1]));
  const svg = createSvg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'explain-curve',
    role: 'img',
    'aria-label': label,
  });
  svg.append(
    createSvg('path', { class: 'axis', d: `M${EDGE} ${y(0)}H${WIDTH - EDGE}M${x(0)} ${EDGE}V${HEIGHT - EDGE}` }),
    createSvg('path', { class: 'curve', d: `M${points.map(place).join('L')}` }),
    createSvg('path', { class: 'guide', d: `M${x(at[0])} ${y(0)}V${y(at[1])}H${x(0)}` }),
    createSvg('circle', { cx: x(at[0]), cy: y(at[1]), r: 4 }),
  );
  return svg;
}
