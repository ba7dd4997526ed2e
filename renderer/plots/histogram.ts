import type { Histogram } from '../../shared/training.ts';
import { createSvg } from '../core/element.ts';

const WIDTH = 150;
const HEIGHT = 36;

/** A histogram as a small picture of bars over a line, with a tick at zero if it is in range. Heights are square roots
 *  of the counts, so that small counts stay visible. */
export function histogramPicture({ from, to, counts }: Histogram): SVGSVGElement {
  const svg = createSvg('svg', {
    class: 'histogram',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': true,
  });
  const most = Math.sqrt(Math.max(1, ...counts));
  const wide = WIDTH / Math.max(1, counts.length);
  const bars = counts
    .map((count, i) => {
      if (count === 0) return '';
      const height = Math.max(1, ((HEIGHT - 2) * Math.sqrt(count)) / most);
      const across = Math.max(0.5, wide - 0.5).toFixed(1);
      return `M${(i * wide).toFixed(1)} ${HEIGHT - 1}v${(-height).toFixed(1)}h${across}v${height.toFixed(1)}z`;
    })
    .join('');
  svg.append(
    createSvg('path', { class: 'histogram-bars', d: bars }),
    createSvg('path', { class: 'histogram-base', d: `M0 ${HEIGHT - 0.5}H${WIDTH}` }),
  );
  if (from < 0 && to > 0) {
    const zero = ((WIDTH * -from) / (to - from)).toFixed(1);
    svg.append(createSvg('path', { class: 'histogram-zero', d: `M${zero} 0V${HEIGHT}` }));
  }
  return svg;
}
