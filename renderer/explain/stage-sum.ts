/** The part of the stage that compares maps with the template of one class: both, their products, and what these come
 *  to. */
import { type Match, productsOf, type Templates } from '../../shared/explain/comparison.ts';
import { className, type Last } from '../../shared/explain/why.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import { element } from '../core/element.ts';
import type { State } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import { cellsOfElements, paintNumbers, sightButton } from './map-pictures.ts';
import { heatOf, largestOf, type Pointing, signedHeat } from './number-grid.ts';
import { barList } from './sum.ts';

/** So many maps are shown, the ones that weigh most. The others are summed up. */
const MOST_MAPS = 8;

export type SumShown = {
  theme: Theme;
  activations: Float64Array;
  templates: Templates;
  match: Match;
  unit: number;
  name: string;
  /** Whether the templates are the network's own, which stand in cells. */
  isOwn: boolean;
};

export function createStageSum(pointing: Pointing) {
  const text = messages.explain.stage;
  const title = element('h3', {});
  const grid = element('div', { class: 'stage-factors sights' });
  const bars = element('div', { class: 'stage-bars' });
  const root = element(
    'section',
    { class: 'stage-sum' },
    title,
    element('div', { class: 'stage-compared' }, grid, bars),
  );
  let key = '';
  let built: Sheet | undefined;
  let columns: Record<'map' | 'template' | 'product', HTMLCanvasElement>[] = [];

  const build = (sheet: Sheet, last: Last, channels: readonly number[], { unit, name, isOwn }: SumShown) => {
    const { read, dense, scores } = last;
    const [height, width, maps] = read.shape;
    const canvas = () => element('canvas', { width, height, 'aria-hidden': true });
    const still = (made: HTMLCanvasElement, spoken?: string) => {
      const holder = element('span', { class: 'sight', role: 'img', 'aria-label': spoken, title: spoken }, made);
      holder.style.aspectRatio = `${width} / ${height}`;
      return holder;
    };
    columns = channels.map(() => ({ map: canvas(), template: canvas(), product: canvas() }));
    const rows = [
      columns.map(({ map }, i) => {
        const cells = cellsOfElements(sheet, read.id, channels[i], read.size - maps + channels[i]);
        return sightButton(map, messages.cells.map(channels[i] + 1), { target: cells, pointing });
      }),
      columns.map(({ template }, i) => {
        const spoken = text.templateOf(name, messages.cells.map(channels[i] + 1));
        if (!isOwn) return still(template, spoken);
        const [first, end] = [channels[i], read.size - maps + channels[i]].map(at => at * scores.size + unit);
        const cells = cellsOfElements(sheet, `${dense.id}/kernel`, first, end);
        return sightButton(template, spoken, { target: cells, pointing });
      }),
      columns.map(({ product }) => still(product)),
    ];
    const words = [text.factors.maps, text.factors.template(name), text.factors.products];
    grid.style.setProperty('--columns', String(channels.length));
    grid.replaceChildren(
      element('span', {}),
      ...channels.map(channel => element('span', { class: 'stage-map-name' }, messages.cells.map(channel + 1))),
      ...rows.flatMap((row, i) => [element('span', { class: 'stage-word' }, words[i]), ...row]),
    );
  };

  return {
    root,
    update(state: Readonly<State>, last: Last, shown: SumShown): void {
      const { sheet, classes } = state;
      const { theme, activations, templates, match, unit, name, isOwn } = shown;
      const [height, width, maps] = last.read.shape;
      const byWeight = Array.from(match.sums.keys()).sort((a, b) => Math.abs(match.sums[b]) - Math.abs(match.sums[a]));
      const channels = maps <= MOST_MAPS ? byWeight.toSorted((a, b) => a - b) : byWeight.slice(0, MOST_MAPS);
      const now = `${channels.join()} ${unit} ${name} ${isOwn}`;
      if (now !== key || built !== sheet) build(sheet, last, channels, shown);
      [key, built] = [now, sheet];
      title.textContent = text.score(className({ classes }, unit));
      const beside = [text.sets[isOwn ? 'network' : 'means']];
      if (maps > channels.length) beside.push(text.strongest(channels.length, maps));
      title.append(element('span', { class: 'beside' }, beside.join(' · ')));

      const products = productsOf(activations, templates, unit);
      const weights = Float64Array.from(products, (_, at) => templates.kernel[at * templates.bias.length + unit]);
      const heats = [
        heatOf(state, theme, cellsOfElements(sheet, last.read.id, 0, 0)),
        ...[weights, products].map(all => signedHeat(theme, largestOf(all))),
      ];
      for (const [i, channel] of channels.entries()) {
        const of = (all: Float64Array) => Array.from({ length: height * width }, (_, at) => all[at * maps + channel]);
        const { map, template, product } = columns[i];
        paintNumbers(map, of(activations), heats[0], theme);
        paintNumbers(template, of(weights), heats[1], theme);
        paintNumbers(product, of(products), heats[2], theme);
        const told = text.productOf(messages.cells.map(channel + 1), shortNumber(match.sums[channel]));
        product.parentElement!.title = told;
        product.parentElement!.setAttribute('aria-label', told);
      }
      const rest = byWeight.filter(channel => !channels.includes(channel));
      const rows = channels.map(channel => ({ label: messages.cells.map(channel + 1), sum: match.sums[channel] }));
      if (rest.length > 0) {
        const sum = rest.reduce((total, channel) => total + match.sums[channel], 0);
        rows.push({ label: messages.explain.others(rest.length), sum });
      }
      rows.push({ label: messages.explain.why.bias, sum: match.bias });
      bars.replaceChildren(barList(theme, rows, { label: text.score(name), sum: match.score }));
    },
  };
}
