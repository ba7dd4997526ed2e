/** A row of the stage: one template for each class as pictures, with the image's score from each as a bar. */
import { overlaid, type Templates } from '../../shared/explain/comparison.ts';
import { messages } from '../../shared/messages.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import { element } from '../core/element.ts';
import type { Theme } from '../parts/theme.ts';
import { paintNumbers } from './map-pictures.ts';
import { largestOf, signedHeat } from './number-grid.ts';

/** `network`: the network's own templates. `means`: those that are means of each class. */
export type SetName = 'network' | 'means';

export type SetShown = {
  theme: Theme;
  templates: Templates;
  scores: readonly number[];
  /** The classes by their scores, the highest first. */
  ranked: readonly number[];
  names: readonly string[];
  /** The shape of the maps: height, width, and how many. */
  shape: readonly number[];
  /** The class that is compared, and whether these are the templates that it is compared with. */
  unit: number;
  chosen: boolean;
  /** Whether anything that is compared has come about. */
  begun: boolean;
  /** Another text when the pictures have to be painted again. */
  version: string;
};

type Tile = { button: HTMLButtonElement; canvas: HTMLCanvasElement; bar: HTMLElement };

/** `beside`: what stands beside the heading. `choose` takes a class, and `turn` goes to the other row. */
export function createStageSet(
  name: SetName,
  beside: Node[],
  { choose, turn }: { choose: (set: SetName, unit: number) => void; turn: (set: SetName) => void },
) {
  const text = messages.explain.stage;
  const tileList = element('div', { class: 'stage-tiles', role: 'radiogroup', 'aria-label': text.sets[name] });
  const note = element('span', { class: 'stage-right' });
  const what = element('span', {});
  const rows = element('tbody', {});
  const table = element(
    'table',
    { class: 'explain-list stage-ranking' },
    element('caption', { class: 'unseen' }, text.rankings[name]),
    element(
      'thead',
      { class: 'unseen' },
      element(
        'tr',
        {},
        ...(['place', 'name', 'score', 'probability'] as const).map(each =>
          element('th', { scope: 'col' }, text.columns[each]),
        ),
      ),
    ),
    rows,
  );
  const content = element('div', { class: 'stage-set-content' }, tileList, table);
  const root = element(
    'section',
    { class: 'stage-set', 'data-set': name },
    element('h3', {}, text.sets[name], element('span', { class: 'beside' }, what, note), ...beside),
    content,
  );
  let tiles: Tile[] = [];
  let built = '';
  let drawn = '';

  const build = ({ names, shape: [height, width] }: SetShown) => {
    tiles = names.map((each, unit) => {
      const canvas = element('canvas', { width, height, 'aria-hidden': true });
      const bar = element('i');
      const button = element(
        'button',
        { type: 'button', role: 'radio', class: 'stage-tile' },
        element('span', { class: 'stage-picture' }, canvas),
        element('span', { class: 'stage-bar' }, bar),
        element('span', { class: 'stage-name' }, each),
      );
      button.addEventListener('click', () => choose(name, unit));
      return { button, canvas, bar };
    });
    tileList.replaceChildren(...tiles.map(({ button }) => button));
  };
  tileList.addEventListener('keydown', event => {
    const at = tiles.findIndex(({ button }) => button === document.activeElement);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: tiles.length - 1,
    };
    const next = steps[event.key];
    const isVertical = event.key === 'ArrowUp' || event.key === 'ArrowDown';
    if (next === undefined && !isVertical) return;
    event.preventDefault();
    if (next === undefined) turn(name);
    else {
      const unit = (next + tiles.length) % tiles.length;
      choose(name, unit);
      tiles[unit].button.focus();
    }
  });

  return {
    root,
    note,
    focus: () => tiles.find(({ button }) => button.tabIndex === 0)?.button.focus(),
    /** undefined while there are no such templates. */
    update(shown: SetShown | undefined): void {
      content.hidden = !shown;
      if (!shown) return;
      const { theme, templates, scores, ranked, names, shape, unit, chosen, begun, version } = shown;
      const key = JSON.stringify([names, shape]);
      if (key !== built) {
        build(shown);
        built = key;
        drawn = '';
      }
      what.textContent = text.overlaid(shape[2]);
      if (drawn !== version) {
        const pictures = names.map((_, each) => overlaid(templates, each, shape[2]));
        const heat = signedHeat(theme, Math.max(...pictures.map(each => largestOf(each))));
        for (const [each, { canvas }] of tiles.entries()) paintNumbers(canvas, pictures[each], heat, theme);
        drawn = version;
      }
      const limit = largestOf(scores) || 1;
      const { css } = theme.colours.diverging;
      for (const [place, each] of ranked.entries()) {
        const { button, bar } = tiles[each];
        const score = scores[each];
        button.setAttribute('aria-checked', String(chosen && each === unit));
        button.tabIndex = each === unit ? 0 : -1;
        const told = text.tile(names[each], shortNumber(score), place + 1);
        if (button.title !== told) {
          button.title = told;
          button.setAttribute('aria-label', told);
        }
        bar.style.background = css[score < 0 ? 0 : 256];
        bar.style.height = begun ? `${(50 * Math.abs(score)) / limit}%` : '0';
        bar.classList.toggle('negative', score < 0);
      }
    },
    /** The first classes of the ranking. `probabilities` may be missing while not all is known. */
    rank(shown: readonly { place: number; name: string; score: number; probability: number | undefined }[]): void {
      rows.replaceChildren(
        ...shown.map(({ place, name: each, score, probability }) =>
          element(
            'tr',
            {},
            element('td', {}, String(place)),
            element('th', { scope: 'row' }, each),
            element('td', {}, shortNumber(score)),
            element('td', {}, probability === undefined ? '' : text.probability(probability)),
          ),
        ),
      );
    },
  };
}
