import { messages, sayName } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import type { Browsing } from '../core/browsing.ts';
import { showsDigits } from './data-choice.ts';
import { destroyAll, element, iconButton, type IconName } from '../core/element.ts';
import { isShown, showDataImage } from './show-image.ts';
import type { Store, View } from '../core/store.ts';
import { onImageInSheet } from '../parts/picture-grid.ts';
import { createSampleView } from './sample-view.ts';
import { createWork } from '../parts/sides.ts';

/** The images of the chosen data set, by split and class, unless it is the digits. Pressing one puts it into the
 *  sheet. */
export function createSamples(
  parent: Element,
  store: Store,
  client: Client,
  commands: Commands,
  browsing: Browsing,
): View {
  const text = messages.views.browse;
  const walkButton = (name: IconName, id: string, label: string) => iconButton(name, label, () => commands.run(id));
  const name = element('small', {});
  const read = element('button', { type: 'button', class: 'button outlined small' }, text.load);
  const work = createWork(store, client, messages.views.data.reading);
  const unread = element(
    'div',
    { class: 'unread' },
    element('p', { class: 'empty' }, text.loadHelp),
    read,
    ...work.elements,
  );
  const root = element(
    'section',
    { class: 'browse-panel', 'aria-label': text.title, hidden: true },
    element(
      'h2',
      {},
      text.title,
      element(
        'span',
        { class: 'walk' },
        walkButton('previous', 'network.previousDigit', text.previous),
        walkButton('random', 'network.randomDigit', text.random),
        walkButton('next', 'network.nextDigit', text.next),
      ),
    ),
    name,
    unread,
  );
  const samples = createSampleView(root, store, client, {
    id: 'sample',
    label: text.title,
    first: 'test',
    isSelected: sample => isShown(store, sample.name),
    choose: (sample, classes) => showDataImage(store, client, sample, classes),
    refuse: commands.refuse,
  });

  const readData = async () => {
    const { dataChoice: data } = store.get();
    if (!data) return;
    read.disabled = true;
    const dataSummary = await work.run(() => client.send('describeData', { data }));
    read.disabled = false;
    // Another data set may have been chosen meanwhile.
    if (dataSummary && store.get().dataChoice === data) store.set({ dataSummary });
  };
  read.addEventListener('click', () => void readData());
  const walk = (direction: 'next' | 'previous' | 'random') => {
    const total = samples.grid.total();
    if (total === 0) return;
    const shown = store.get().workbook.source.kind === 'image';
    const position = samples.grid.position();
    const next = {
      next: shown ? (position + 1) % total : position,
      previous: shown ? (position + total - 1) % total : position,
      random: Math.floor(Math.random() * total),
    }[direction];
    samples.grid.choose(next);
  };

  let shown: unknown;
  const show = () => {
    const { dataChoice, dataSummary, sheet } = store.get();
    const hidden = !dataChoice || showsDigits(sheet.network, dataChoice);
    root.hidden = hidden;
    const walkSamples = hidden ? undefined : walk;
    if (browsing.get().walkSamples !== walkSamples) browsing.set({ walkSamples });
    if (hidden) return;
    name.textContent = dataSummary ? sayName(dataSummary.name) : '';
    unread.hidden = dataSummary !== undefined;
    // Shown only once after each reading, so that scroll position and choice stay.
    if (shown === dataSummary) return;
    shown = dataSummary;
    samples.show(dataChoice, dataSummary);
  };

  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['dataChoice', 'dataSummary', 'sheet'], show),
    onImageInSheet(store, () => samples.grid.paint()),
    () => samples.destroy(),
    work.end,
  ]);
}
