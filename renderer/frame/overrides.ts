/** The panel that lists what the user has typed over the network's cells, and the comments on all cells. */
import { formatAddress } from '../../shared/address.ts';
import { contentText, isError } from '../../shared/cell-content.ts';
import { describeElement } from '../../shared/describe.ts';
import type { Block, ElementIndex } from '../../shared/layout/layout.ts';
import { placeOf } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { only } from '../../shared/places.ts';
import type { Replies } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, smallButton } from '../core/element.ts';
import { selected } from '../core/selection.ts';
import type { Store, Values, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import { errorText } from '../grid/cell-text.ts';
import { cellAsTyped, restoreRanges } from '../grid/entry.ts';
import { countOver } from '../grid/over-counts.ts';
import { overKind, writtenOver } from '../grid/over-elements.ts';
import { commentList } from './comment-list.ts';
import { showLoop } from './loop-card.ts';
import { createNearlyLayers } from '../layers/nearly-layers.ts';
import { createSide, section } from '../parts/sides.ts';

/** The most cells that are listed. The others are counted. */
const LISTED = 200;
/** A number with all its digits and the minus of the sheet. */
const shownNumber = (value: number) => cellAsTyped(value).replace(/^-/, '−');

/** The panel on the right of the sheet: overrides, tied weights and errors, each with its formula. */
export function createOverrides(
  parent: Element,
  store: Store,
  client: Client,
  values: Values,
  commands: Commands,
  grid: () => GridApi,
): View {
  const text = messages.panels.overrides;
  const { root, body, end } = createSide(store, 'overrides', text.title);
  let blocks: readonly Block[] = [];
  /** What the network gives without overrides, for this revision of the workbook. */
  let alone: (Replies['describeOverrides'] & { revision: number }) | undefined;
  let asking = false;
  const ask = async () => {
    const { side, workbook, workbookId } = store.get();
    if (asking || side !== 'overrides' || alone?.revision === workbook.revision) return;
    if (countOver(store.get()).computed === 0) return;
    asking = true;
    try {
      const answer = await client.send('describeOverrides', {});
      if (store.get().workbookId === workbookId) alone = { ...answer, revision: workbook.revision };
    } catch {
      // The figures are left out while the engine is away.
      alone = undefined;
    }
    asking = false;
    show();
  };
  const predicted = (guess: Replies['describeOverrides']['predicted']) =>
    guess ? `${store.get().classes[guess.class]} · ${messages.panels.probability(guess.probability)}` : '–';
  let held = false;
  const stopComparing = () => {
    held = false;
    store.set({ comparing: undefined });
  };
  const compare = element(
    'button',
    { type: 'button', class: 'button outlined', title: text.compareHelp },
    text.compare,
  );
  const startComparing = async () => {
    held = true;
    const { tensors = [] } = await client.send('describeOverrides', { values: true });
    if (held) store.set({ comparing: new Map(tensors.map(({ tensor, values: own }) => [tensor, own])) });
  };
  const hold = () => void startComparing().catch(stopComparing);
  compare.addEventListener('pointerdown', hold);
  compare.addEventListener('keydown', ({ key, repeat }) => {
    if ((key === ' ' || key === 'Enter') && !repeat) hold();
  });
  for (const over of ['pointerup', 'pointercancel', 'pointerleave', 'keyup', 'blur'] as const)
    compare.addEventListener(over, stopComparing);

  const listed = (): ElementIndex[] => {
    const { written, sheet } = store.get();
    const found: ElementIndex[] = [];
    for (const [tensor, own] of written.formulas) {
      if (!sheet.tensors.has(tensor)) continue;
      for (const index of own.keys()) {
        if (found.length === LISTED) return found;
        found.push({ tensor, index });
      }
    }
    return found;
  };
  const placeIn = ({ tensor, index }: ElementIndex) => placeOf(store.get().sheet, tensor, index);

  const row = (found: ElementIndex): HTMLElement => {
    const state = store.get();
    const place = placeIn(found);
    const where = formatAddress(place);
    const content = values.element(found.tensor, found.index) ?? null;
    const derived = alone?.derived.find(({ tensor, index }) => tensor === found.tensor && index === found.index);
    const error = errorText({ ...state, plane: 'value' }, values, place);
    const go = () => {
      store.set(selected(place));
      grid().focus();
    };
    const remove = () => {
      const { sheet, written } = store.get();
      grid().run(restoreRanges(sheet, [only(place)], written.formulas));
      body.focus();
    };
    return element(
      'li',
      { class: 'override-item' },
      element('span', { class: `over-mark ${kindOf(found)}`, 'aria-hidden': true }),
      element('b', {}, where),
      ' ',
      element('span', { class: 'override-place' }, describeElement(state.sheet, found)),
      element('code', {}, writtenOver(state, found)?.text ?? ''),
      element(
        'span',
        { class: error === undefined ? 'override-value' : 'override-value problem' },
        derived ? `${text.derived(shownNumber(derived.value))} ` : '',
        contentText(content, shownNumber, messages.cells.errors),
      ),
      ...(error === undefined ? [] : [element('p', { class: 'problem' }, error)]),
      element(
        'span',
        { class: 'override-buttons' },
        smallButton(text.goTo, go, text.goToHelp(where)),
        ...(isError(content) && content.error === '#CYCLE!'
          ? [smallButton(messages.loop.show, () => showLoop(store, commands, place), messages.loop.showHelp(where))]
          : []),
        smallButton(text.remove, remove, text.removeHelp(where), state.role === 'viewer'),
      ),
    );
  };

  const nearly = createNearlyLayers(store, place => {
    store.set(selected(place));
    grid().focus();
  });
  const show = () => {
    if (root.hidden) return;
    const state = store.get();
    const all = listed();
    const isWrong = ({ tensor, index }: ElementIndex) => isError(values.element(tensor, index));
    const groups = [
      ['override', all.filter(each => !isWrong(each) && kindOf(each) === 'override')],
      ['tied', all.filter(each => !isWrong(each) && kindOf(each) === 'tied')],
      ['pixel', all.filter(each => !isWrong(each) && kindOf(each) === 'pixel')],
      ['error', all.filter(isWrong)],
    ] as const;
    if (compare === document.activeElement) return;
    const focused = body.contains(document.activeElement) ? document.activeElement?.getAttribute('aria-label') : null;
    const { all: count } = countOver(state);
    const removeAll = element(
      'button',
      { type: 'button', class: 'button outlined', disabled: state.role === 'viewer' },
      text.removeAll,
    );
    removeAll.addEventListener('click', () => commands.run('view.removeOverrides'));
    const comments = commentList(store, grid);
    body.replaceChildren(
      ...(count === 0 && !comments ? [element('p', { class: 'remark' }, text.none)] : []),
      ...(count === 0
        ? []
        : [
            ...nearly(),
            ...groups
              .filter(([, items]) => items.length > 0)
              .map(([kind, items]) =>
                section(
                  text.groups[kind](items.length),
                  [],
                  element('ul', { class: 'override-list' }, ...items.map(row)),
                ),
              ),
            ...(count > all.length ? [element('p', { class: 'remark' }, text.more(count - all.length))] : []),
            ...(alone && countOver(state).computed > 0
              ? [
                  section(
                    text.answer,
                    [],
                    element('p', {}, text.without(predicted(alone.predicted))),
                    element('p', {}, text.with(predicted(state.workbook.predicted))),
                  ),
                ]
              : []),
            element('div', { class: 'override-buttons' }, ...(alone ? [compare] : []), removeAll),
          ]),
      ...(comments ? [comments] : []),
    );
    void ask();
    if (focused) body.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  };
  const kindOf = ({ tensor }: ElementIndex) => overKind(store.get().sheet.tensors.get(tensor)!);
  const watch = () => {
    const { sheet, side } = store.get();
    const next = side === 'overrides' ? listed().flatMap(each => sheet.layout.blocksIn(only(placeIn(each)))) : [];
    if (next.length + blocks.length > 0) values.show('overrides', next);
    blocks = next;
    show();
  };
  parent.append(root);
  watch();
  return destroyAll(root, [
    end,
    store.on(['written', 'sheet', 'side', 'role'], watch),
    values.onChange(() => {
      if (blocks.length > 0) show();
    }),
    store.on(['workbook'], () => void ask()),
    () => values.show('overrides', []),
  ]);
}
