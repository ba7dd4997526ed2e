/** Dialogs of exports: how the file shall be, and how far it has come. */
import { messages } from '../../../shared/messages.ts';
import { element } from '../../core/element.ts';
import { button, buttons, type Dialogs, openDialog } from '../../parts/dialogs.ts';
import type { Report } from './loaded.ts';

export type Field = {
  label: string;
  options: readonly (readonly [value: string, label: string])[];
  value: string;
};

/** Asks how a file shall be. `tell` shows what will come, at first and after every choice; it may do so again while it
 *  finds out more. Resolves with a value for each field; undefined if the user cancels. */
export async function askHow(
  dialogs: Pick<Dialogs, 'show'>,
  title: string,
  fields: readonly Field[],
  tell: (values: readonly string[], show: (...sentences: readonly string[]) => void) => void,
): Promise<readonly string[] | undefined> {
  const told = element('div', { class: 'form-told', role: 'status' });
  const lists = fields.map(({ options, value }) =>
    element(
      'select',
      { class: 'field' },
      ...options.map(([key, label]) => element('option', { value: key, selected: key === value }, label)),
    ),
  );
  const values = () => lists.map(list => list.value);
  let turn = 0;
  const refresh = () => {
    const mine = ++turn;
    tell(values(), (...sentences) => {
      if (mine === turn) told.replaceChildren(...sentences.map(sentence => element('p', {}, sentence)));
    });
  };
  const answer = await dialogs.show<'go'>(title.replace(/…$/, ''), close => {
    for (const list of lists) list.addEventListener('change', refresh);
    lists[0]?.setAttribute('autofocus', '');
    refresh();
    return [
      ...fields.map(({ label }, at) => element('label', { class: 'labelled' }, label, lists[at])),
      told,
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        button(messages.filmFiles.chooseFile, 'primary', () => close('go')),
      ),
    ];
  });
  turn++;
  return answer && values();
}

/** What is thrown where the user has stopped something. */
export const STOPPED = Symbol('stopped');

/** Milliseconds after which it is shown that something takes time. */
const PATIENCE = 400;

/** Does something that takes time. A dialog says how far it has come and can stop it. Rejects with STOPPED then. */
export async function withProgress<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
  let isStopped = false;
  let end = () => {};
  const bar = element('progress', { max: 1, value: 0, 'aria-label': title });
  const timer = setTimeout(() => {
    const shown = openDialog(document.body, title, close => {
      end = () => close(undefined);
      return [bar, buttons(button(messages.shell.cancel, 'primary', () => close(undefined)))];
    });
    void shown.then(() => (isStopped = true));
  }, PATIENCE);
  const report = (fraction: number) => {
    if (isStopped) throw STOPPED;
    bar.value = fraction;
  };
  try {
    // What is done can't be stopped any more.
    return await work(report);
  } finally {
    clearTimeout(timer);
    end();
  }
}
