import { messages } from '../../shared/messages.ts';
import type { Histogram } from '../../shared/training.ts';
import { destroyAll, element } from '../core/element.ts';
import { histogramPicture } from '../plots/histogram.ts';
import type { RunView } from '../core/run-view.ts';
import type { Store, View } from '../core/store.ts';
import { shortNumber } from './training-rate.ts';

/** The distributions of each layer's weights and gradients, folded away at first. */
export function createDistributions(parent: Element, store: Store): View & { show(run: RunView): void } {
  const text = messages.trainingPanel;
  const list = element('div', { class: 'distributions' });
  const root = element('details', {}, element('summary', {}, text.distributions), list);
  let run: RunView | undefined;
  let shown: unknown;
  const draw = () => {
    if (!run || !root.open || shown === run.histograms) return;
    shown = run.histograms;
    const nameOf = (id: string) => store.get().sheet.layers.get(id)?.name ?? id;
    list.replaceChildren(
      ...(run.histograms.length === 0
        ? [element('p', { class: 'help' }, text.noDistributions)]
        : [
            element('span', {}),
            element('span', {}, text.weights),
            element('span', {}, text.gradients),
            ...run.histograms.flatMap(({ layer, weights, gradients }) => {
              const name = nameOf(layer);
              return [
                element('b', { title: name }, name),
                one(weights, name, text.weights),
                gradients ? one(gradients, name, text.gradients) : element('span', { class: 'help' }, text.frozen),
              ];
            }),
          ]),
    );
  };
  root.addEventListener('toggle', draw);
  parent.append(root);
  return {
    ...destroyAll(root, []),
    show(next) {
      run = next;
      draw();
    },
  };
}

function one(histogram: Histogram, layer: string, what: string): HTMLElement {
  const text = messages.trainingPanel;
  const [from, to] = [histogram.from, histogram.to].map(shortNumber);
  return element(
    'div',
    { role: 'img', 'aria-label': text.histogram(layer, what, from, to) },
    histogramPicture(histogram),
    element(
      'span',
      { class: 'histogram-range', 'aria-hidden': true },
      element('span', {}, from),
      element('span', {}, to),
    ),
    histogram.nonFinite > 0 && element('span', { class: 'problem' }, text.nonFinite(histogram.nonFinite)),
  );
}
