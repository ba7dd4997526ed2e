import { editCommand } from '../../shared/change.ts';
import type { Block } from '../../shared/layout/layout.ts';
import { looksInverted } from '../../shared/inverted.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { TensorInfo } from '../../shared/network.ts';
import type { Client } from '../core/client.ts';
import { inkOnPaper } from '../core/colours.ts';
import { wholeInput } from '../grid/drawing.ts';
import { destroyAll, element } from '../core/element.ts';
import { refusal } from '../core/notices.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, Values, View } from '../core/store.ts';

/** A line over the tools with a button that inverts the image. It is shown while the user's own image is black on
 *  white, but the network has learned white on black. Undo takes it back. */
export function createInvertHint(parent: Element, store: Store, values: Values, client: Client): View {
  const text = messages.panels;
  const invert = element('button', { type: 'button', class: 'button outlined' }, text.invert);
  const banner = element(
    'div',
    { class: 'banner', role: 'status', hidden: true },
    element('span', {}, text.looksInverted),
    invert,
  );

  /** The input tensor, if its image may be one to invert. */
  const candidate = (): TensorInfo | undefined => {
    const { sheet, dataChoice, workbook, role } = store.get();
    if (role === 'viewer' || workbook.source.kind !== 'image') return undefined;
    if (!inkOnPaper(sheet.network, dataChoice)) return undefined;
    return [...sheet.tensors.values()].find(each => each.role === 'pixels');
  };
  let block: Block | undefined;
  let watched: TensorInfo | undefined;
  const watch = () => {
    const input = candidate();
    if (input === watched) return;
    watched = input;
    block = input && wholeInput(input);
    values.show('inverted', block ? [block] : []);
    show();
  };
  const show = () => {
    const pixels = block && values.block(block)?.numbers;
    const [height, width] = watched?.shape ?? [];
    banner.hidden = !pixels || !looksInverted(pixels, [height, width], 1);
  };
  invert.addEventListener('click', () => {
    const pixels = block && values.block(block)?.numbers;
    if (!pixels || !watched) return;
    const { structure, workbook } = store.get();
    const edit = { tensor: watched.id, values: pixels.map(value => 1 - value) };
    client
      .send('change', { structure, ...editCommand(sentences.panels.labels.invert, [edit], workbook) })
      .catch((error: unknown) => store.set({ notice: refusal(sentenceOf(error), store.get()) }));
  });
  parent.append(banner);
  watch();
  return destroyAll(banner, [
    store.on(['workbook', 'sheet', 'dataChoice', 'role'], watch),
    values.onChange(show),
    () => values.show('inverted', []),
  ]);
}
