/** The storyboard as text, in the place of its picture and settings. What is typed counts when it is applied, as one
 *  change. Until then it stays, also while something else is shown. */
import { FILM_LIMITS } from '../../shared/film/storyboard.ts';
import { readStoryboard, writeStoryboard } from '../../shared/film/text.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { readable } from '../core/accelerators.ts';
import { destroyAll, element, smallButton } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { createTextProblems } from '../parts/text-problems.ts';
import type { Board } from './board.ts';
import type { Player } from './player.ts';

type Needs = { store: Store; board: Board; player: Player; dialogs: Dialogs };

/** Milliseconds after the last key until the text is read. */
const READ_AFTER = 150;
const APPLY_KEY = 'CmdOrCtrl+Enter';

export function createTextView(parent: Element, { store, board, player, dialogs }: Needs): View {
  const text = messages.storyboardPanel.asText;
  const { platform } = store.get().capabilities;
  const field = element('textarea', {
    class: 'ruled-text',
    'aria-label': text.field,
    spellcheck: 'false',
    maxlength: FILM_LIMITS.json,
  });
  const problems = createTextProblems(field);
  const told = element('span', { class: 'film-written-told', role: 'status' });
  const cancel = smallButton(messages.shell.cancel, () => void leave());
  const apply = smallButton(text.apply, () => take());
  apply.title = `${text.apply} (${readable(APPLY_KEY, platform)})`;
  const title = element('span', { id: 'film-written-title' }, text.title);
  const root = element(
    'section',
    { class: 'film-written', 'aria-labelledby': title.id, hidden: true },
    element('h2', {}, title, told, element('span', { class: 'spacer' }), cancel, apply),
    field,
    problems.list,
  );
  /** The storyboard as text, which the field had before anything was typed. */
  let written = '';
  let workbook: string | undefined;
  let scene: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isEdited = () => field.value !== written;

  const around = () => {
    const { sheet, sheets, written: own } = store.get();
    return { sheet, sheets, names: own.names };
  };
  const read = () => readStoryboard(field.value, { ...around(), narrations: board.get().narrations });
  const check = () => {
    clearTimeout(timer);
    const found = read();
    const faults = Array.isArray(found) ? found : [];
    problems.show(faults.map(({ line, problem }) => ({ line, sentence: say(problem) })));
    return found;
  };
  const typed = () => {
    clearTimeout(timer);
    timer = setTimeout(check, READ_AFTER);
  };
  const write = (now: string) => {
    written = field.value = now;
    told.textContent = '';
    check();
  };
  /** Goes to the chosen scene. */
  const revealScene = () => {
    scene = board.scene()?.id;
    const lines = field.value.split('\n');
    const named = lines.indexOf(`id: ${scene}`);
    const heading = lines.findLastIndex((line, at) => at < named && line.startsWith('## '));
    problems.reveal(heading + 1);
  };
  const end = () => {
    write('');
    store.set({ filmSheet: undefined });
  };
  const leave = async () => {
    if (!isEdited() || (await dialogs.confirm(text.leaveQuestion))) end();
  };
  const take = () => {
    const found = check();
    if (Array.isArray(found)) {
      field.focus();
      problems.reveal(found[0].line);
      return;
    }
    const hasChanged = isEdited();
    end();
    if (hasChanged) board.edit(sentences.storyboardPanel.labels.asText, () => found);
  };
  field.addEventListener('input', typed);
  root.addEventListener('keydown', event => {
    const isApply = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (event.key !== 'Escape' && !isApply) return;
    event.preventDefault();
    event.stopPropagation();
    if (isApply) take();
    else void leave();
  });

  const show = () => {
    const { filming, filmSheet, workbookId } = store.get();
    if (workbook !== workbookId) {
      workbook = workbookId;
      written = field.value = '';
    }
    const wasHidden = root.hidden;
    root.hidden = !filming || filmSheet !== 'text';
    parent.classList.toggle('as-text', !root.hidden);
    if (root.hidden) return;
    field.readOnly = apply.disabled = !board.mayEdit();
    const now = writeStoryboard(board.get(), around());
    if (!isEdited() && now !== written) write(now);
    else told.textContent = isEdited() && now !== written ? text.changed : '';
    if (wasHidden) {
      player.pause();
      field.focus();
    }
    if (wasHidden || board.scene()?.id !== scene) revealScene();
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['filming', 'filmSheet', 'workbookId', 'role', 'sheet', 'sheets'], show),
    board.onChange(show),
    () => clearTimeout(timer),
  ]);
}
