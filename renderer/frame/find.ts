/** The panel that finds cells by their contents, on all sheets, and replaces what is typed in them. */
import { formatAddress } from '../../shared/address.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { messages, spoken } from '../../shared/messages.ts';
import { decimalSign } from '../../shared/messages/format.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { type CellPlace, only, samePlace } from '../../shared/places.ts';
import type { Args } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import type { Command } from '../core/commands.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import { isUnderWay } from '../core/run-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store, View } from '../core/store.ts';
import type { GridApi } from '../grid/api.ts';
import type { GoTo } from '../grid/go-to.ts';
import { createSide } from '../parts/sides.ts';
import { type Found, foundWith } from './found.ts';

/** In milliseconds: how long typing rests before it is looked for, how long a change rests before its cells are looked
 *  for again, and how long a search takes before its progress is shown. */
const REST = { typing: 250, change: 500, progress: 300 };
/** Asks the panel for the next cell, or the one before it. */
const AGAIN = 'find-again';

/** The commands that open the panel, and that go on without it. */
export function createFindCommands(store: Store, grid: () => GridApi): Command[] {
  const open = (field: 'text' | 'replacement') => {
    if (!grid().finishEditing()) return;
    store.set({ side: 'find' });
    const panel = document.querySelector('.panel.side[data-side="find"]');
    const [text, replacement] = panel?.querySelectorAll<HTMLInputElement>('input[type="text"]') ?? [];
    const chosen = field === 'replacement' && text?.value !== '' && !replacement?.disabled ? replacement : text;
    chosen?.focus();
    chosen?.select();
  };
  const again = (by: 1 | -1) => {
    if (store.get().side !== 'find') return open('text');
    document.querySelector('.panel.side[data-side="find"]')?.dispatchEvent(new CustomEvent(AGAIN, { detail: by }));
  };
  return [
    { id: 'find.open', label: () => messages.find.menu, key: 'CmdOrCtrl+F', run: () => open('text') },
    { id: 'find.replace', label: () => messages.find.replaceMenu, key: 'CmdOrCtrl+H', run: () => open('replacement') },
    { id: 'find.next', key: 'F3', run: () => again(1) },
    { id: 'find.previous', key: 'Shift+F3', run: () => again(-1) },
  ];
}

export function createFind(
  parent: Element,
  store: Store,
  client: Client,
  reveal: GoTo['reveal'],
  grid: () => GridApi,
): View {
  const text = messages.find;
  const { root, body, end } = createSide(store, 'find', text.title);
  const problem = element('p', { class: 'problem', role: 'alert', id: 'find-problem' });
  const typed = element('input', {
    type: 'text',
    class: 'field',
    spellcheck: 'false',
    autocomplete: 'off',
    maxlength: 255,
    'aria-describedby': problem.id,
  });
  const replacement = element('input', { type: 'text', class: 'field', spellcheck: 'false', autocomplete: 'off' });
  const choice = <T extends string>(options: Record<T, string>) =>
    element(
      'select',
      { class: 'field' },
      ...(Object.keys(options) as T[]).map(value => element('option', { value }, options[value])),
    );
  const look = choice(text.looks);
  const within = choice(text.places);
  within.value = 'workbook';
  const matchCase = element('input', { type: 'checkbox' });
  const whole = element('input', { type: 'checkbox' });
  const count = element('p', { class: 'find-count', role: 'status' });
  const list = element('ul', { class: 'find-list', 'aria-label': text.list, tabindex: 0, hidden: true });
  const rest = element('p', { class: 'remark' });
  const bar = element('progress', { max: 1, 'aria-label': text.searching });
  const stop = element('button', { type: 'button', class: 'button outlined small' }, messages.views.stop);
  const progress = element('div', { class: 'data-progress', hidden: true }, text.searching, bar, stop);
  const button = (label: string, press: () => Promise<unknown>) => {
    const made = element('button', { type: 'button', class: 'button outlined' }, label);
    made.addEventListener('click', () => void press().catch(refuse));
    return made;
  };

  let found: Found | undefined;
  /** The place of the shown cell in the list; -1 where none is shown. */
  let at = -1;
  /** What was looked for, and in which revision of which workbook. */
  let looked = '';
  let timer = 0;
  let asked = 0;

  const query = (): Args<'findCells'> => ({
    text: typed.value,
    look: look.value as 'values' | 'formulas',
    matchCase: matchCase.checked,
    whole: whole.checked,
    ...(within.value === 'sheet' && { sheet: store.get().active.sheet }),
    language: spoken,
    decimal: decimalSign,
  });
  const stamp = () => JSON.stringify([query(), store.get().workbookId, store.get().workbook.revision]);
  const refuse = (error: unknown) => {
    problem.textContent = sentenceOf(error);
    found = undefined;
    show();
  };
  /** Shows the progress of work that takes long. */
  const working = async <T>(work: () => Promise<T>): Promise<T> => {
    const late = setTimeout(() => {
      bar.removeAttribute('value');
      progress.hidden = false;
    }, REST.progress);
    try {
      return await work();
    } finally {
      clearTimeout(late);
      const focused = stop === document.activeElement;
      progress.hidden = true;
      if (focused) typed.focus();
    }
  };

  /** Looks for the cells, unless they are known. Resolves with false if another search has begun meanwhile. */
  const search = async (): Promise<boolean> => {
    clearTimeout(timer);
    const wanted = stamp();
    if (wanted === looked && found) return true;
    const mine = ++asked;
    problem.textContent = '';
    if (typed.value === '') {
      [found, looked, at] = [undefined, wanted, -1];
      show();
      return true;
    }
    try {
      const search = query();
      const reply = await working(() => client.send('findCells', search));
      if (mine !== asked) return false;
      [found, looked, at] = [foundWith(reply, search, store.get()), wanted, -1];
    } catch (error) {
      if (mine !== asked) return false;
      looked = '';
      refuse(error);
      return false;
    }
    at = found.cells.findIndex(place => samePlace(place, store.get().active));
    show();
    return true;
  };
  const later = (wait: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void search(), wait);
  };

  const go = (index: number) => {
    const place = found?.cells[index];
    if (!place || !grid().leaveEditing()) return;
    at = index;
    if (store.get().plane !== 'value') store.set({ plane: 'value' });
    reveal(only(place));
    show();
  };
  /** The next cell after the active one, or the last before it. */
  const nearest = (by: 1 | -1): number => {
    const { active, sheets } = store.get();
    const order = new Map(sheets.map(({ id }, i) => [id, i]));
    const isBehind = ({ sheet, row, column }: CellPlace) =>
      order.get(sheet)! - order.get(active.sheet)! || row - active.row || column - active.column;
    const { cells } = found!;
    if (by > 0)
      return Math.max(
        0,
        cells.findIndex(place => isBehind(place) > 0),
      );
    const before = cells.findLastIndex(place => isBehind(place) < 0);
    return before < 0 ? cells.length - 1 : before;
  };
  const next = async (by: 1 | -1) => {
    if (!(await search()) || !found || found.cells.length === 0) return;
    const isHere = at >= 0 && samePlace(found.cells[at], store.get().active);
    go(isHere ? (at + by + found.cells.length) % found.cells.length : nearest(by));
  };

  const replace = async (place?: CellPlace) => {
    problem.textContent = '';
    const { text: wanted, ...more } = query();
    const {
      changes,
      count: replaced,
      computed,
    } = await working(() =>
      client.send('findReplacements', {
        text: wanted,
        ...more,
        replacement: replacement.value,
        ...(place && { at: { sheet: place.sheet, row: place.row, column: place.column } }),
      }),
    );
    if (replaced > 0) {
      const label = sentences.find.replaceLabel(shortened(wanted), shortened(replacement.value));
      await client.send('change', { structure: store.get().structure, label, changes });
    }
    return { replaced, computed };
  };
  const replaceAll = async () => {
    if (typed.value === '' || !grid().finishEditing()) return;
    const { replaced, computed } = await replace();
    await search();
    const told = [
      replaced > 0 ? text.replaced(replaced) : computed === 0 ? text.nothingReplaced : '',
      computed > 0 ? text.computedStay(computed) : '',
    ];
    count.textContent = told.filter(Boolean).join(' ');
  };
  const replaceOne = async () => {
    if (typed.value === '' || !grid().finishEditing() || !(await search()) || !found) return;
    const { active } = store.get();
    if (at < 0 || !samePlace(found.cells[at] ?? active, active)) {
      await next(1);
      return;
    }
    const { replaced, computed } = await replace(active);
    if (replaced > 0) await next(1);
    else problem.textContent = computed > 0 ? text.onlyComputed(formatAddress(active)) : text.nothingReplaced;
  };

  const nameOf = (id: string) => store.get().sheets.find(sheet => sheet.id === id)?.name;
  const item = (place: CellPlace, i: number) => {
    const where = sheetPrefix(nameOf(place.sheet)) + formatAddress(place);
    const made = element(
      'button',
      { type: 'button', class: 'find-item' },
      element('b', {}, where),
      element('span', {}, found?.texts[i] ?? ''),
    );
    made.addEventListener('click', () => {
      go(i);
      // The sheet takes the keyboard with each new cell.
      made.focus();
    });
    return element('li', {}, made);
  };
  let shown: Found | undefined;
  const show = () => {
    const viewer = store.get().role === 'viewer';
    for (const each of [one, all, replacement]) each.disabled = viewer;
    const none = found?.cells.length === 0;
    const sheet = within.value === 'sheet' ? nameOf(store.get().active.sheet) : undefined;
    count.textContent = !found
      ? ''
      : none
        ? sheet === undefined
          ? text.none(typed.value)
          : text.noneHere(typed.value, sheet)
        : text.count(found.cells.length, at + 1, found.more);
    if (shown !== found) {
      const { cells = [], texts = [] } = found ?? {};
      list.replaceChildren(...cells.slice(0, texts.length).map(item));
      list.hidden = cells.length === 0;
      rest.textContent = cells.length > texts.length ? text.more(cells.length - texts.length) : '';
      rest.hidden = rest.textContent === '';
    }
    shown = found;
    for (const [i, { firstElementChild: made }] of [...list.children].entries())
      setAttributes(made!, { 'aria-current': i === at ? 'true' : undefined });
    if (at >= 0) list.children[at]?.scrollIntoView({ block: 'nearest' });
  };

  const one = button(text.replaceOne, replaceOne);
  const all = button(text.replaceAll, replaceAll);
  const check = (box: HTMLInputElement, label: string) =>
    element('label', { class: 'find-check' }, box, element('span', {}, label));
  body.append(
    element('label', { class: 'labelled' }, text.text, typed),
    element('label', { class: 'labelled' }, text.replacement, replacement),
    element(
      'div',
      { class: 'find-choices' },
      element('label', { class: 'labelled' }, text.look, look),
      element('label', { class: 'labelled' }, text.within, within),
    ),
    check(matchCase, text.matchCase),
    check(whole, text.whole),
    element(
      'div',
      { class: 'find-buttons' },
      button(text.previous, () => next(-1)),
      button(text.next, () => next(1)),
      one,
      all,
    ),
    progress,
    problem,
    count,
    list,
    rest,
  );
  root.classList.add('find-panel');
  typed.addEventListener('input', () => later(REST.typing));
  for (const changed of [look, within, matchCase, whole]) changed.addEventListener('change', () => void search());
  for (const [field, enter] of [
    [typed, (by: 1 | -1) => next(by)],
    [replacement, () => replaceOne()],
  ] as const)
    field.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      void enter(event.shiftKey ? -1 : 1).catch(refuse);
    });
  root.addEventListener(AGAIN, event => void next((event as CustomEvent<1 | -1>).detail).catch(refuse));
  stop.addEventListener('click', () => void client.send('cancel', {}).catch(refuse));
  parent.append(root);
  show();
  return destroyAll(root, [
    end,
    store.on(['workbook', 'written', 'sheets'], ({ side, run }) => {
      if (side === 'find' && found && looked !== stamp() && !isUnderWay(run?.state)) later(REST.change);
    }),
    store.on(['role'], show),
    store.on(['active'], () => {
      if (store.get().side === 'find' && within.value === 'sheet' && found && looked !== stamp()) later(REST.change);
    }),
    store.on(['progress'], ({ progress: now }) => {
      if (now && !progress.hidden) bar.value = now.fraction;
    }),
    () => clearTimeout(timer),
  ]);
}

/** For the name of a step. */
const shortened = (text: string) => (text.length > 30 ? `${text.slice(0, 30)}…` : text);
