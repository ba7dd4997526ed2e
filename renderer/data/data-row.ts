import type { DataSummary } from '../../shared/data.ts';
import { messages, sayName } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { createDataReading } from './data-reading.ts';
import { destroyAll, element } from '../core/element.ts';
import type { State, Store, View } from '../core/store.ts';

/** The name of the chosen data set with its counts, and a button to choose another. The data set is read as soon as
 *  `side` is looked at. */
export function createDataRow(
  store: Store,
  client: Client,
  commands: Commands,
  side: NonNullable<State['side']>,
  counts: (summary: DataSummary) => string,
): View & { readonly root: HTMLElement } {
  const text = messages.trainingPanel;
  const name = element('b', {});
  const told = element('small', {});
  const choose = element('button', { type: 'button', class: 'button outlined small' }, text.chooseData);
  choose.addEventListener('click', () => commands.run('train.data'));
  const root = element(
    'section',
    { class: 'settings-group data-row', 'aria-label': text.data },
    element('div', {}, element('h3', {}, text.data), name, told),
    choose,
  );
  const reading = createDataReading(store, client, side);
  const show = () => {
    const { dataChoice, dataSummary } = store.get();
    name.textContent = dataSummary ? sayName(dataSummary.name) : dataChoice ? sourceName(dataChoice.source) : '–';
    told.textContent = dataSummary ? counts(dataSummary) : reading.status();
  };
  show();
  return {
    root,
    ...destroyAll(root, [store.on(['dataChoice', 'dataSummary'], show), reading.follow(show)]),
  };
}

function sourceName(source: { kind: string; name?: string; path?: string; images?: string }): string {
  if (source.name !== undefined) return messages.views.data.sources[source.name as 'digits'].name;
  return (source.path ?? source.images ?? '').split(/[\\/]/).at(-1) ?? '';
}
