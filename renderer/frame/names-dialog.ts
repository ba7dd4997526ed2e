import { sheetOf } from '../../shared/cells.ts';
import type { Change } from '../../shared/change.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import { messages, say } from '../../shared/messages.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import {
  countUses,
  nameFault,
  rangeOfName,
  readNamed,
  renameChanges,
  standsForItself,
} from '../../shared/own-names.ts';
import { element, setAttributes } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';

export type NamesDialog = {
  /** What the new name is to stand for at first. */
  proposed: Expression;
  /** Makes changes as one step to undo. */
  change: (label: Sentence, changes: readonly Change[]) => Promise<unknown>;
  /** Goes to the cells of a name. */
  goTo: (name: string) => void;
};

/** Shows the names of the workbook: they are defined, changed, gone to and deleted there. */
export async function openNames(dialogs: Dialogs, store: Store, { proposed, change, goTo }: NamesDialog) {
  const text = messages.names;
  let end = () => {};
  const chosen = await dialogs.show<string>(
    text.title,
    close => {
      const workbook = () => {
        const { sheet, written } = store.get();
        return { sheet, sheets: written.sheets, names: written.names, on: undefined };
      };
      const written = (formula: Expression) => writeFormula(formula, workbook(), spokenFormulas()).text;
      /** The name that is being edited; undefined while a new one is defined. */
      let edited: string | undefined;
      const name = element('input', { type: 'text', class: 'field', spellcheck: 'false', autofocus: true });
      const stands = element('input', { type: 'text', class: 'field', spellcheck: 'false', value: written(proposed) });
      const problem = element('p', { class: 'problem', role: 'alert', id: 'names-problem' });
      const told = element('p', { class: 'remark', role: 'status' });
      name.setAttribute('aria-describedby', problem.id);
      stands.setAttribute('aria-describedby', problem.id);
      const submit = button(text.define, 'primary', () => void define());
      const list = element('ul', { class: 'override-list names-list', 'aria-label': text.list, tabindex: 0 });
      const viewer = () => store.get().role === 'viewer';

      const refuse = (field: HTMLInputElement | undefined, sentence: string) => {
        problem.textContent = sentence;
        for (const each of [name, stands]) setAttributes(each, { 'aria-invalid': each === field ? 'true' : undefined });
        (field ?? name).focus();
      };
      const edit = (own: string | undefined) => {
        edited = own;
        const found = own === undefined ? undefined : workbook().names.get(own.toLowerCase());
        name.value = found?.name ?? '';
        stands.value = written(found?.formula ?? proposed);
        submit.textContent = own === undefined ? text.define : text.change;
        problem.textContent = '';
        for (const each of [name, stands]) setAttributes(each, { 'aria-invalid': undefined });
      };
      const send = async (label: Sentence, changes: readonly Change[]) => {
        try {
          await change(label, changes);
          return true;
        } catch (error) {
          refuse(undefined, sentenceOf(error));
          return false;
        }
      };
      const define = async () => {
        const { sheet, active, written: all } = store.get();
        const typed = name.value.trim();
        const fault = nameFault(sheet, typed);
        if (fault) return refuse(name, say(fault));
        if (all.names.has(typed.toLowerCase()) && typed.toLowerCase() !== edited?.toLowerCase())
          return refuse(name, text.taken(typed));
        const read = readNamed(stands.value, workbook(), active.sheet, spokenFormulas());
        if (read.problem !== undefined) return refuse(stands, say(read.problem));
        const { expression: formula } = read;
        if (standsForItself(all.names, edited ?? typed, formula) || standsForItself(all.names, typed, formula))
          return refuse(stands, text.circle(typed));
        const own = { name: typed, formula };
        const before = edited;
        const labels = sentences.names;
        const renames = edited !== undefined && edited !== typed;
        const label = renames
          ? labels.renameLabel(edited!, typed)
          : labels[edited ? 'changeLabel' : 'defineLabel'](typed);
        const changes =
          edited === undefined ? [{ kind: 'names' as const, edits: [own] }] : renameChanges(all, edited, own);
        if (!(await send(label, changes))) return undefined;
        told.textContent = '';
        // Before the engine answered, the user may have begun to edit another name.
        if (edited !== before || name.value.trim() !== typed) return undefined;
        edit(undefined);
        name.focus();
        return undefined;
      };
      const remove = async (own: string) => {
        const uses = countUses(store.get().written, own);
        const changes = [{ kind: 'names' as const, edits: [{ name: own }] }];
        if (!(await send(sentences.names.deleteNameLabel(own), changes))) return;
        if (edited?.toLowerCase() === own.toLowerCase()) edit(undefined);
        told.textContent = text.deleted(own, uses);
        name.focus();
      };
      const small = (label: string, help: string, disabled: boolean, press: () => void) => {
        const made = element(
          'button',
          { type: 'button', class: 'button outlined small', 'aria-label': help, title: help, disabled },
          label,
        );
        made.addEventListener('click', press);
        return made;
      };
      const row = (own: string, formula: Expression) => {
        const { sheet, written: all } = store.get();
        const range = rangeOfName(sheet, { formula });
        const isThere = range !== undefined && sheetOf(all.sheets, range.sheet) !== undefined;
        return element(
          'li',
          { class: 'override-item' },
          element('b', {}, own),
          element('span', { class: 'override-place' }, text.uses(countUses(all, own))),
          element('code', {}, written(formula)),
          element(
            'span',
            { class: 'override-buttons' },
            small(text.goTo, text.goToHelp(own), !isThere, () => close(own)),
            small(text.edit, text.editHelp(own), viewer(), () => {
              edit(own);
              name.focus();
              name.select();
            }),
            small(text.delete, text.deleteHelp(own), viewer(), () => void remove(own)),
          ),
        );
      };
      const show = () => {
        const names = [...store.get().written.names.values()].toSorted((a, b) => a.name.localeCompare(b.name));
        list.replaceChildren(...names.map(own => row(own.name, own.formula)));
        list.hidden = names.length === 0;
        none.hidden = names.length > 0;
        submit.disabled = viewer();
      };
      const none = element('p', {}, text.none);
      for (const field of [name, stands])
        field.addEventListener('keydown', event => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          void define();
        });
      show();
      end = store.on(['written', 'role', 'sheet'], show);
      return [
        none,
        list,
        element('label', { class: 'labelled' }, text.name, name),
        element('label', { class: 'labelled' }, text.refersTo, stands),
        problem,
        told,
        element('p', {}, text.tensors),
        buttons(
          button(messages.panels.dialogs.close, 'plain', () => close(undefined)),
          submit,
        ),
      ];
    },
    'wide',
  );
  end();
  if (chosen !== undefined) goTo(chosen);
}
