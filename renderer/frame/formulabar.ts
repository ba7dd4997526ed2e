import { formatAddress } from '../../shared/address.ts';
import { LONGEST } from '../../shared/backprop/gradients.ts';
import { isError } from '../../shared/cell-content.ts';
import { describeElement } from '../../shared/describe.ts';
import { formulaAllowed } from '../../shared/cell-entry.ts';
import { derive } from '../../shared/formula/derive.ts';
import type { Formula } from '../../shared/formula/formula.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import { typedFormula } from '../../shared/formula/tokens.ts';
import { elementAt } from '../../shared/layout/sheet.ts';
import { nameOfRange } from '../../shared/own-names.ts';
import { only } from '../../shared/places.ts';
import { messages } from '../../shared/messages.ts';
import type { Commands } from '../core/commands.ts';
import { showsLiveGradients } from '../core/planes.ts';
import { bandOf, suggestionsFor } from '../core/layer-places.ts';
import { destroyAll, element, icon, setAttributes } from '../core/element.ts';
import type { GridApi } from '../grid/api.ts';
import { learningText } from '../grid/learning.ts';
import { readable } from '../core/accelerators.ts';
import { editText } from '../grid/cell-text.ts';
import { formulaShown, overAt } from '../grid/over-elements.ts';
import { formulaText } from '../grid/formula-text.ts';
import { findNames } from '../grid/typed-references.ts';
import { isFormula } from '../core/edit-session.ts';
import { listenToField, type Typing } from '../grid/typing.ts';
import { foldedSources } from '../grid/tracing.ts';
import type { Store, Values, View } from '../core/store.ts';
import { menuButton } from '../parts/menu.ts';

/** The name box, the formula with coloured references, and the kind of the cell. */
export function createFormulaBar(
  parent: Element,
  store: Store,
  values: Values,
  commands: Commands,
  grid: () => GridApi | undefined,
): View {
  const text = messages.panels;

  // ── name box ──
  const name = element('input', {
    type: 'text',
    class: 'name-input',
    'aria-label': text.nameBox,
    list: 'places',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const places = element('datalist', { id: 'places' });
  const layers = element(
    'button',
    { type: 'button', class: 'name-more', 'aria-label': messages.menu.goToLayer },
    icon('down'),
  );
  const layerCommand = ({ id, name: label }: { id: string; name: string }) =>
    ({ kind: 'command', id: 'network.goToLayer', argument: id, label, enabled: true }) as const;
  menuButton(
    layers,
    () => {
      const { sheet } = store.get();
      return sheet.network.layers.filter(({ id }) => bandOf(sheet, id)).map(layerCommand);
    },
    {
      label: messages.menu.goToLayer,
      platform: store.get().capabilities.platform,
      run: ({ id, argument }) => commands.run(id, argument),
    },
  );
  name.addEventListener('focus', () => name.select());
  /** Why the text names no cells: shown under the name box and in the status bar while the text stays. */
  const problem = element('p', { class: 'name-problem', id: 'name-problem', role: 'alert', hidden: true });
  const showProblem = (sentence: string | undefined) => {
    const { notice } = store.get();
    if (sentence !== undefined) store.set({ notice: { tone: 'warning', sentence, holds: () => true } });
    else if (!problem.hidden && notice?.sentence === problem.textContent) store.set({ notice: undefined });
    problem.textContent = sentence ?? '';
    problem.hidden = sentence === undefined;
    setAttributes(name, {
      'aria-invalid': sentence === undefined ? undefined : 'true',
      'aria-describedby': sentence === undefined ? undefined : problem.id,
    });
  };
  name.addEventListener('input', () => showProblem(undefined));
  name.addEventListener('blur', () => {
    showProblem(undefined);
    showName();
  });
  name.addEventListener('keydown', event => {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (name.value.trim() === '') grid()?.focus();
      else showProblem(commands.goTo(name.value));
    } else if (event.key === 'Escape') {
      grid()?.focus();
    } else return;
    event.stopPropagation();
  });

  // ── formula ──
  const input = element('input', {
    type: 'text',
    class: 'formula-input',
    'aria-label': text.formula,
    spellcheck: 'false',
    autocomplete: 'off',
  });
  /** The same text in colour, behind the transparent input. */
  const behind = element('div', { class: 'formula-text', 'aria-hidden': true });
  const chip = element('span', { class: 'chip state' });
  /** A formula that reads hidden cells has this button, which shows their columns. */
  const unfold = element('button', { type: 'button', class: 'button outlined small unfold', hidden: true });
  unfold.addEventListener('click', () => {
    const hidden = new Set(foldedSources(store.get()));
    store.set({ foldedLayers: new Set([...store.get().foldedLayers].filter(id => !hidden.has(id))) });
    grid()?.focus();
  });
  const showUnfold = () => {
    const { sheet, plane } = store.get();
    const hidden = plane === 'value' ? foldedSources(store.get()) : [];
    unfold.hidden = hidden.length === 0;
    const names = hidden.map(id => sheet.layers.get(id)!.name).join(' + ');
    unfold.textContent = text.unfold(names);
    unfold.title = text.unfoldHelp(names);
  };
  /** Brings the layer's own formula back where something is typed over it. */
  const restore = element('button', { type: 'button', class: 'button outlined small', hidden: true }, text.derived);
  restore.addEventListener('click', () => {
    commands.run('edit.restore');
    grid()?.focus();
  });
  const showRestore = (derived: string | undefined) => {
    restore.hidden = derived === undefined || store.get().role === 'viewer';
    if (derived === undefined) return;
    restore.title = text.derivedHelp(derived, readable('CmdOrCtrl+Shift+Backspace', store.get().capabilities.platform));
  };
  /** On a cell whose formula depends on itself. */
  const loop = element('button', { type: 'button', class: 'button outlined small', hidden: true }, messages.loop.show);
  loop.addEventListener('click', () => commands.run('view.loop'));
  const showLoop = () => {
    const { active, sheet, plane, editing } = store.get();
    const found = elementAt(sheet, active);
    const content = found ? values.element(found.tensor, found.index) : values.cell(active);
    loop.hidden = editing !== undefined || plane !== 'value' || !isError(content) || content.error !== '#CYCLE!';
  };
  /** Reading or setting the position makes the browser lay out the page, so that is done only where it isn't 0. */
  let scrolled = 0;
  const follow = () => (behind.scrollLeft = scrolled = input.scrollLeft);
  input.addEventListener('scroll', follow);

  const edited = () => store.get().editing?.field === 'bar';
  const send: Typing['send'] = intent => grid()?.type(intent) ?? true;
  /** Typing begins here, or continues from the cell's editor. */
  const startEditing = () => {
    const { editing, active, role, sheet } = store.get();
    const text = input.value;
    const session = { place: active, text, before: text, mode: 'edit', field: 'bar' } as const;
    if (editing) send({ kind: 'focus', field: 'bar' });
    else if (role === 'editor')
      send({ kind: 'begin', session: { ...session, formula: formulaAllowed(sheet, active) }, locked: false });
  };
  input.addEventListener('focus', startEditing);
  // Text can get here without the focus, for instance by dictation.
  input.addEventListener('beforeinput', startEditing);
  listenToField(input, 'bar', send);

  let painted: string | undefined;
  const paint = (formula: Formula | undefined) => {
    const { editing } = store.get();
    if (editing && isFormula(editing)) {
      painted = undefined;
      behind.classList.remove('number');
      input.classList.remove('plain');
      const formula = typedFormula(editing.text, spokenFormulas());
      behind.replaceChildren(...formulaText(formula, editing.caret.end, findNames(store.get())));
      follow();
      return;
    }
    // Most new values leave the formula as it is, and a long formula has hundreds of pieces.
    const coloured = formula?.text === input.value;
    const now = `${coloured} ${input.value}`;
    if (now === painted) return;
    painted = now;
    behind.classList.toggle('number', formula === undefined && !input.value.startsWith('='));
    // Laying out the colours of a very long formula would take half a second.
    const isLong = input.value.length > LONGEST;
    input.classList.toggle('plain', isLong);
    if (isLong) {
      behind.replaceChildren();
      return;
    }
    if (!formula || !coloured) {
      behind.replaceChildren(input.value);
      return;
    }
    const parts: (Node | string)[] = [];
    let at = 0;
    for (const [i, { start, end }] of formula.references.entries()) {
      parts.push(...plain(formula.text.slice(at, start)));
      parts.push(element('span', { class: `ref ref-${(i % 5) + 1}` }, formula.text.slice(start, end)));
      at = end;
    }
    behind.replaceChildren(...parts, ...plain(formula.text.slice(at)));
    if (scrolled > 0) follow();
  };

  const showName = () => {
    const { active, selection, sheet, sheets, editing, written } = store.get();
    const place = editing?.place ?? active;
    // A formula may point at another sheet. The box then names its own cell.
    const other = sheets.find(({ id }) => id === place.sheet && id !== active.sheet);
    const own = editing ? undefined : nameOfRange(sheet, written.names, selection);
    if (document.activeElement !== name) name.value = own ?? sheetPrefix(other?.name) + formatAddress(place);
    const cell = elementAt(sheet, place);
    name.title = cell ? describeElement(sheet, cell) : '';
  };
  const show = () => {
    const { sheet, active, editing, role, plane } = store.get();
    showName();
    const cell = elementAt(sheet, editing?.place ?? active);
    const formula = cell && formulaShown(store.get(), cell);
    const over = cell && plane === 'value' ? overAt(store.get(), active) : undefined;
    showRestore(over === 'override' && !editing ? derive(sheet, cell!, spokenFormulas())?.text : undefined);
    const shown = editing?.text ?? editText(store.get(), values, active);
    if (input.value !== shown) {
      input.value = shown;
      if (scrolled > 0) input.scrollLeft = 0;
      if (edited()) input.setSelectionRange(editing!.caret.start, editing!.caret.end);
    }
    // A formula that points at another sheet goes on here, though it began in its cell.
    if (edited() && editing!.place.sheet !== active.sheet && document.activeElement !== input) {
      input.focus();
      input.setSelectionRange(editing!.caret.start, editing!.caret.end);
    }
    const kinds = messages.trainingPanel.planeKinds;
    const own = cell ? text.cellKinds[sheet.tensors.get(cell.tensor)!.role] : text.cellKinds.none;
    const learning = cell ? undefined : learningText(store.get(), active);
    const written = learning === undefined ? own : { name: messages.formulaLayers.learnShort, help: learning };
    const shownKind = showsLiveGradients(store.get()) ? kinds.live : plane === 'value' ? written : kinds[plane];
    const kind = over ? text.overKinds[over] : cell ? shownKind : written;
    chip.classList.toggle('override', over !== undefined);
    chip.textContent = kind.name;
    chip.title = kind.help;
    chip.hidden = kind.name === '';
    const refused = editing?.refused === true && editing.field === 'bar';
    setAttributes(input, { readonly: role === 'viewer', 'aria-invalid': refused ? 'true' : undefined });
    showLoop();
    paint(formula);
  };
  const watchCell = () => {
    const { active, sheet } = store.get();
    values.show('formula bar', elementAt(sheet, active) ? sheet.layout.blocksIn(only(active)) : []);
  };
  const showPlaces = () => {
    places.replaceChildren(...suggestionsFor(store.get()).map(value => element('option', { value })));
  };

  const root = element(
    'div',
    { class: 'formulabar', role: 'group', 'aria-label': text.formulaBar },
    element('div', { class: 'name' }, name, places, layers, problem),
    element('div', { class: 'fx', 'aria-hidden': true }, 'fx'),
    element('div', { class: 'formula' }, behind, input),
    unfold,
    restore,
    loop,
    chip,
  );
  parent.append(root);
  showPlaces();
  show();
  showUnfold();
  watchCell();
  return destroyAll(root, [
    store.on(['active', 'sheet'], watchCell),
    store.on(['active', 'sheet', 'foldedLayers', 'plane'], showUnfold),
    store.on(['sheet', 'written'], showPlaces),
    store.on(['active', 'selection', 'sheet', 'written', 'editing', 'role', 'workbook', 'plane', 'run'], show),
    values.onChange(() => {
      if (!edited()) show();
    }),
    () => values.show('formula bar', []),
  ]);
}

/** A piece of formula without references: its function names and operators get different styles. */
function plain(text: string): Node[] {
  return [...text.matchAll(/[A-Z][A-Z0-9.]*(?=\()|[^A-Z]+|[A-Z]+/g)].map(([part]) =>
    element('span', { class: /^[A-Z]/.test(part) ? 'function' : 'operator' }, part),
  );
}
