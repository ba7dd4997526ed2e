import { functionsNear, localName, spokenFormulas } from '../../shared/formula/language.ts';
import { describedArgument, type Help, loadHelp, signature } from '../../shared/formula/help.ts';
import { type Proposal, sizeAt } from '../../shared/formula/proposals.ts';
import { readTyped } from '../../shared/formula/typed.ts';
import { colourOfArgument, typedFormula } from '../../shared/formula/tokens.ts';
import { messages, spoken } from '../../shared/messages.ts';
import { type EditSession, helpOf, isFormula } from '../core/edit-session.ts';
import { element, setAttributes } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import type { GridActions } from './actions.ts';
import { asTyped } from './entry.ts';
import { contentShown } from './written-cell.ts';
import { COLOURS, findNames } from './typed-references.ts';
import type { Typing } from './typing.ts';
import { rectOf } from '../core/magnified.ts';

/** In CSS pixels: the gap to the editor, and to the edges of the sheet. */
const GAP = { editor: 4, edge: 6 };
const OPTION = 'formula-proposal-';
/** Milliseconds that typing rests before the formula is tried. */
const REST = 150;

/** The help under the text that is being typed: proposals for a word, and the function around the caret with its
 *  argument. The keyboard stays in the text field, whose aria-activedescendant is the chosen proposal. */
export function createFormulaHelp(
  parent: HTMLElement,
  store: Store,
  typing: Pick<Typing, 'send'>,
  size: () => { width: number; height: number },
  tryOut: GridActions['tryOut'],
): { place(): void; destroy(): void } {
  const text = messages.grid.formulaHelp;
  const called = element('p', { class: 'signature' });
  const line = element('p', { class: 'line' });
  /** What the formula gives as far as it is typed. */
  const soFar = element('p', { class: 'so-far', hidden: true });
  let [tried, trying] = ['', 0];
  const list = element('ul', {
    class: 'proposals',
    id: 'formula-proposals',
    role: 'listbox',
    tabindex: 0,
    'aria-label': text.list,
  });
  const keys = element('p', { class: 'keys', 'aria-hidden': true }, text.keys);
  const root = element('div', { class: 'formula-help', role: 'group', 'aria-label': text.name, hidden: true });
  root.append(called, line, soFar, keys, list);
  /** What screen readers hear when another argument is typed. */
  const told = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  parent.append(root, told);

  let help: Help | undefined;
  let loading = false;
  /** The text field with the keyboard, while it has proposals. */
  let field: Element | undefined;
  let items: readonly Proposal[] | undefined;

  /** The help is loaded with the first formula. */
  const load = async () => {
    loading = true;
    try {
      help = await loadHelp(spoken);
    } catch {
      // The server may be gone. The next key tries again, and without help a formula is typed as well.
      loading = false;
      return;
    }
    // Proposals that are shown already get their lines.
    items = undefined;
    show();
  };

  const lineOf = (proposal: Proposal) =>
    proposal.kind === 'name' ? proposal.detail : (help?.(proposal.english)?.line ?? '');

  const showProposals = (proposals: EditSession['proposals']) => {
    list.hidden = !proposals;
    keys.hidden = !proposals;
    if (proposals) keys.textContent = proposals.fits ? text.fits(formatSize(proposals.fits)) : text.keys;
    if (proposals && items !== proposals.items) {
      list.replaceChildren(
        ...proposals.items.map((item, i) =>
          element(
            'li',
            { id: OPTION + String(i), role: 'option', class: item.kind },
            element('span', { class: 'mark', 'aria-hidden': true }, item.kind === 'function' ? 'fx' : '▦'),
            element('span', { class: 'word' }, item.name),
            element('span', { class: 'about' }, lineOf(item)),
          ),
        ),
      );
      list.scrollTop = 0;
    }
    items = proposals?.items;
    for (const [i, option] of [...list.children].entries())
      option.setAttribute('aria-selected', String(i === proposals?.chosen));
    const chosen = proposals && (list.children[proposals.chosen] as HTMLElement);
    if (chosen) {
      const below = chosen.offsetTop + chosen.offsetHeight - list.clientHeight;
      list.scrollTop = Math.min(chosen.offsetTop, Math.max(list.scrollTop, below));
    }
  };

  const connect = (proposals: EditSession['proposals']) => {
    const now = proposals ? (document.activeElement ?? undefined) : undefined;
    if (field && field !== now)
      setAttributes(field, { 'aria-controls': undefined, 'aria-activedescendant': undefined });
    field = now;
    if (field && proposals)
      setAttributes(field, {
        'aria-controls': list.id,
        'aria-activedescendant': OPTION + String(proposals.chosen),
      });
  };

  /** The function at the caret and its argument, or which function a wrong name is near to. */
  const showCalled = (
    { called: name, unknown, argument }: NonNullable<ReturnType<typeof helpOf>>,
    editing: EditSession,
  ): string => {
    const language = spokenFormulas();
    const found = name === undefined ? undefined : help?.(name);
    called.hidden = !found;
    line.hidden = !found && unknown === undefined;
    if (unknown !== undefined) {
      line.textContent = text.noFunction(unknown, functionsNear(unknown, language));
      return line.textContent;
    }
    if (!found || name === undefined) return '';
    const pieces = signature(localName(name, language), found, argument, language);
    const colour = colourOfArgument(typedFormula(editing.text, language), editing.caret.end, findNames(store.get()));
    const tinted = colour === undefined ? undefined : `ref-${(colour % COLOURS) + 1}`;
    called.replaceChildren(
      ...pieces.map(piece => (piece.current ? element('b', { class: tinted }, piece.text) : piece.text)),
    );
    const described = describedArgument(found, argument);
    const { name: argumentName, line: about } = found.arguments[described ?? 0] ?? { name: '', line: '' };
    line.textContent = described === undefined ? found.line : text.argument(argumentName, about);
    const wanted = sizeAt(typedFormula(editing.text, language), editing.caret.end, language, findNames(store.get()));
    if (wanted) line.textContent = text.sameSize(formatSize(wanted), wanted.first);
    return `${called.textContent} ${line.textContent}`;
  };

  const show = () => {
    const { editing } = store.get();
    const formula = editing && isFormula(editing);
    if (formula && !loading) void load();
    // What was refused has its sentence there.
    const shown = formula && !editing.refused ? helpOf(editing, { language: spokenFormulas() }) : undefined;
    connect(shown?.proposals);
    tryLater(shown?.called === undefined ? undefined : editing);
    // What is pointed at changes without a key in the text field, so it is told.
    const at = formula ? editing.pointed : undefined;
    const pointed = at && editing!.text.slice(at.start, at.end);
    if (!shown) {
      root.hidden = true;
      items = undefined;
      tell(pointed ?? '');
      return;
    }
    root.hidden = false;
    const said = showCalled(shown, editing!);
    showProposals(shown.proposals);
    root.hidden = called.hidden && line.hidden && list.hidden;
    tell(shown.proposals && !shown.proposals.fits ? text.proposed(shown.proposals.items.length) : (pointed ?? said));
    place();
  };

  /** Asks for the value of the formula as it is typed so far, when typing rests. */
  const tryLater = (editing: EditSession | undefined) => {
    const now = editing?.text ?? '';
    if (now === tried) return;
    tried = now;
    clearTimeout(trying);
    soFar.hidden = true;
    if (!editing) return;
    trying = window.setTimeout(async () => {
      const { sheet, written } = store.get();
      const surroundings = { sheet, sheets: written.sheets, names: written.names, on: editing.place.sheet };
      const read = readTyped(editing.text, surroundings, spokenFormulas());
      if (read.problem !== undefined) return;
      const value = await tryOut(editing.place, read.expression).catch(() => undefined);
      if (value === undefined || tried !== now) return;
      soFar.textContent = text.soFar(typeof value === 'number' ? asTyped(rounded(value)) : contentShown(value));
      soFar.hidden = false;
      place();
    }, REST);
  };

  const tell = (said: string) => {
    if (told.textContent !== said) told.textContent = said;
  };

  /** Under the editor; above it if there is no room. Under the formula bar, at the top of the sheet. */
  const place = () => {
    if (root.hidden) return;
    const { width, height } = size();
    const sheet = rectOf(parent);
    const [box, bar] = [
      parent.querySelector('.sheet-editor-box:not([hidden])'),
      document.querySelector('.formula'),
    ].map(found => (found ? rectOf(found) : undefined));
    const left = (box?.left ?? bar?.left ?? sheet.left) - sheet.left;
    const below = (box ? box.bottom - sheet.top : 0) + GAP.editor;
    const above = (box ? box.top - sheet.top : 0) - GAP.editor - root.offsetHeight;
    const y = below + root.offsetHeight <= height || above < 0 ? below : above;
    const x = Math.max(GAP.edge, Math.min(left, width - root.offsetWidth - GAP.edge));
    root.style.transform = `translate(${x}px, ${y}px)`;
  };

  // The text field keeps the keyboard.
  root.addEventListener('pointerdown', event => event.preventDefault());
  root.addEventListener('mousedown', event => event.preventDefault());
  list.addEventListener('click', event => {
    const option = event.target instanceof Element && event.target.closest('[role="option"]');
    if (option) typing.send({ kind: 'take', chosen: Number(option.id.slice(OPTION.length)) });
  });
  const stop = store.on(['editing'], show);
  return {
    place,
    destroy() {
      stop();
      clearTimeout(trying);
      connect(undefined);
      root.remove();
      told.remove();
    },
  };
}

const formatSize = ({ height, width }: { height: number; width: number }) => `${height}×${width}`;
const rounded = (value: number) => String(Number(value.toPrecision(6)));
