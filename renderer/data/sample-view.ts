import { type DataChoice, type DataSummary, type Split, splits } from '../../shared/data.ts';
import { messages, sayName } from '../../shared/messages.ts';
import type { SamplePage } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { inkOnPaper } from '../core/colours.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { createPictureGrid, type PictureGrid } from '../parts/picture-grid.ts';

export type Sample = SamplePage['samples'][number] & { pixels: Uint8Array };

/** The images of a page, each with its pixels. */
export function samplesOf({ samples, shape, pixels }: SamplePage): Sample[] {
  const size = shape[0] * shape[1] * shape[2];
  return samples.map((sample, i) => ({ ...sample, pixels: pixels.subarray(i * size, (i + 1) * size) }));
}

/** The labels of an image in words. */
export function labelText(labels: readonly number[], classes: readonly string[]): string {
  if (labels.length === 0) return messages.views.noLabel;
  return labels.map(label => messages.views.classOrNumber(label, classes[label])).join(', ');
}

export type SampleView = View & {
  /** Shows images of this data set; undefined for none. */
  show(data: DataChoice | undefined, summary: DataSummary | undefined): void;
  grid: PictureGrid<Sample>;
};

/** The images of a data set, by split and by class. */
export function createSampleView(
  parent: Element,
  store: Store,
  client: Client,
  options: {
    id: string;
    label: string;
    first: Split;
    /** Whether this image is the one in the sheet. */
    isSelected?(sample: Sample): boolean;
    /** An image was chosen. `classes`: what its labels refer to. */
    choose?(sample: Sample, classes: readonly string[]): Promise<unknown>;
    refuse: (sentence: string) => void;
  },
): SampleView {
  const text = messages.views;
  let shown: { data: DataChoice; summary: DataSummary } | undefined;
  /** The data set that `count` is about. */
  let countedOf: string | undefined;

  const split = element(
    'select',
    { class: 'field small', 'aria-label': text.split },
    ...splits.map(name => element('option', { value: name, selected: name === options.first }, text.splits[name])),
  );
  const only = element('select', { class: 'field small', 'aria-label': text.onlyClass });
  const count = element('small', { id: `${options.id}-count`, 'aria-live': 'polite' });
  const empty = element('p', { class: 'empty', hidden: true }, text.data.noSamples);
  const grid = createPictureGrid<Sample>(store, {
    id: options.id,
    label: options.label,
    describedBy: count.id,
    inkOnPaper: () => inkOnPaper(store.get().sheet.network, shown?.data),
    names: () => shown?.summary.classes ?? [],
    async load(from, size) {
      if (!shown) return { total: 0, shape: [1, 1, 1], items: [] };
      const page = await client.send('listSamples', {
        data: shown.data,
        split: split.value as Split,
        ...(only.value === '' ? {} : { class: Number(only.value) }),
        from,
        count: size,
      });
      const items = samplesOf(page).map(item => ({ item, pixels: item.pixels }));
      return { total: page.total, shape: page.shape, items };
    },
    look(sample) {
      const labels = labelText(sample.labels, shown?.summary.classes ?? []);
      return {
        key: sample.index,
        label: labels,
        spoken: text.data.sampleOf(sayName(sample.name), labels),
        selected: options.isSelected?.(sample),
      };
    },
    async choose(sample) {
      await options.choose?.(sample, shown?.summary.classes ?? []);
    },
    loaded(total) {
      count.textContent = text.images(total);
      countedOf = JSON.stringify(shown?.data);
      empty.hidden = total > 0;
      grid.root.hidden = !empty.hidden;
    },
    refuse: options.refuse,
  });
  const reload = () => {
    if (shown) grid.reload(true);
  };
  split.addEventListener('change', reload);
  only.addEventListener('change', reload);
  const root = element(
    'div',
    { class: 'sample-view', hidden: true },
    element('div', { class: 'browse-filter' }, split, only),
    empty,
    grid.root,
    count,
  );
  parent.append(root);

  return {
    ...destroyAll(root, [() => grid.destroy()]),
    grid,
    show(data, summary) {
      const classesBefore = shown?.summary.classes.join('\n');
      shown = data && summary && { data, summary };
      root.hidden = !shown;
      if (!shown) return;
      if (shown.summary.classes.join('\n') !== classesBefore) {
        only.replaceChildren(
          element('option', { value: '' }, text.allClasses),
          ...shown.summary.classes.map((name, index) => element('option', { value: index }, name)),
        );
      }
      // The count is of another data set.
      if (JSON.stringify(shown.data) !== countedOf) count.textContent = '';
      // Don't begin with a split that has no images.
      if (shown.summary.totals[split.value as Split] === 0) {
        split.value = splits.find(name => shown!.summary.totals[name] > 0) ?? split.value;
      }
      reload();
    },
  };
}
