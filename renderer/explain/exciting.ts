import type { CellRange } from '../../shared/address.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { receptiveField } from '../../shared/formula/trace.ts';
import { describeElement } from '../../shared/describe.ts';
import { messages, sayName } from '../../shared/messages.ts';
import { indexOf } from '../../shared/network.ts';
import type { Replies, SamplePage } from '../../shared/protocol.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import type { Client } from '../core/client.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { overriddenBehind } from '../grid/over-counts.ts';
import { showDataImage } from '../data/show-image.ts';
import { samplesOf } from '../data/sample-view.ts';
import { createPictures } from '../parts/pictures.ts';
import { createWork, section } from '../parts/sides.ts';
import { frameOver, within } from './map-pictures.ts';

type Found = { key: string; answer: Replies['findExciting']; images: SamplePage };

/** The images of the data set that excite a cell's map most. They are found when somebody asks for them. */
export function createExciting(store: Store, client: Client, changed: () => void) {
  const text = messages.explain;
  const work = createWork(store, client, text.finding);
  let found: Found | undefined;
  const keyOf = (layer: string, channel: number) => {
    const { workbookId, structure, workbook, dataChoice } = store.get();
    // Other weights excite the map otherwise.
    return JSON.stringify([workbookId, structure, workbook.parameterRevision, dataChoice, layer, channel]);
  };

  const find = async (layer: string, channel: number) => {
    const { dataChoice: data } = store.get();
    if (!data) return work.refuse(text.noData);
    const key = keyOf(layer, channel);
    const done = await work.run(async () => {
      const answer = await client.send('findExciting', { data, layer, channel });
      const indices = answer.found.map(({ index }) => index);
      return { key, answer, images: await client.send('getImages', { data, indices }) };
    });
    if (done) found = done;
    changed();
    return undefined;
  };

  return {
    /** The section for a computed element. undefined for others, and where the network reads no images. */
    section({ tensor, index }: ElementIndex): HTMLElement | undefined {
      const { sheet, dataChoice } = store.get();
      const info = sheet.tensors.get(tensor)!;
      if (!dataChoice || info.role !== 'computed' || info.name !== 'output') return undefined;
      const channels = info.shape.at(-1)!;
      const channel = index % channels;
      const button = element('button', { type: 'button', class: 'button outlined small' }, text.find);
      button.title = text.findHelp(describeElement(sheet, { tensor, index }).split(' · ').slice(0, 2).join(' · '));
      button.addEventListener('click', () => void find(info.layer, channel));
      const known = found?.key === keyOf(info.layer, channel) ? found : undefined;
      const pictures: HTMLElement[] = known ? [pictureRow(known, info.shape, channel, tensor)] : [];
      if (known && overriddenBehind(store.get(), info.layer))
        pictures.push(element('p', { class: 'remark' }, messages.panels.overrides.ignored));
      return section(text.exciting, [button], ...work.elements, ...pictures);
    },
    destroy: work.end,
  };

  function pictureRow(
    { answer, images }: Found,
    shape: readonly number[],
    channel: number,
    tensor: ElementIndex['tensor'],
  ) {
    const { sheet, dataSummary } = store.get();
    const draw = createPictures(store);
    const made = samplesOf(images).map((sample, i) => {
      const { value, row, column } = answer.found[i];
      const canvas = draw.draw(sample.pixels, images.shape);
      const at = shape.length === 3 ? indexOf(shape, [row, column, channel])! : channel;
      const [patch] = receptiveField(sheet, { tensor, index: at });
      const whole = patch && sheet.layout.blocksIn(patch)[0]?.whole;
      const frame: CellRange | undefined = whole && within(patch, whole);
      const name = text.excitement(sayName(sample.name), shortNumber(value));
      const button = element(
        'button',
        { type: 'button', class: 'sight', 'aria-label': name, title: name },
        canvas,
        frame && frameOver(frame, canvas.width, canvas.height),
      );
      button.addEventListener('click', () => void showDataImage(store, client, sample, dataSummary?.classes ?? []));
      return element('figure', {}, button, element('figcaption', {}, shortNumber(value)));
    });
    return element(
      'div',
      {},
      element('div', { class: 'sights small' }, ...made),
      element('p', { class: 'remark' }, text.found(answer.of)),
    );
  }
}
