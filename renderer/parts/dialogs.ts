import { messages } from '../../shared/messages.ts';
import type { Capabilities } from '../../shared/protocol.ts';
import { readable } from '../core/accelerators.ts';
import { element, giveFocusBack } from '../core/element.ts';

/** The keys of a menu's commands. */
export type MenuKeys = { label: string; keys: readonly (readonly [key: string, meaning: string])[] };

/** Modal questions and messages. Each function resolves when its dialog closes. If one dialog is open, the next one
 *  waits. */
export type Dialogs = {
  /** Shows a dialog with any content. Resolves with the answer that `close` got; undefined if the user cancels. */
  show<T extends string>(title: string, content: DialogContent<T>, kind?: string): Promise<T | undefined>;
  /** Shows a sentence with a button to continue. */
  tell(title: string, sentence: string): Promise<void>;
  /** Asks about unsaved work. `ends`: the run under way, which ends when the work is closed. */
  unsaved(name: string, ends?: string): Promise<'save' | 'discard' | 'cancel'>;
  /** Asks before something that can't be undone. Cancel has the focus. */
  confirm(question: { title: string; sentence: string; button: string }): Promise<boolean>;
  /** Asks for a line of text. undefined if the user cancels. `check` returns why a text isn't accepted. */
  ask(options: {
    title: string;
    label: string;
    value?: string;
    suggestions?: readonly string[];
    button: string;
    check: (text: string) => string | undefined;
  }): Promise<string | undefined>;
  /** Shows the keys of the sheet and of the menus. */
  keyboard(menus: readonly MenuKeys[], platform: Capabilities['platform']): Promise<void>;
  about(backend: string): Promise<void>;
};

/** The content of a dialog, below its title. `close` ends the dialog with an answer. */
export type DialogContent<T> = (close: (answer: T | '' | undefined) => void) => HTMLElement[];

export function createDialogs(parent: Element): Dialogs {
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(make: () => Promise<T>): Promise<T> => {
    const shown = last.then(make);
    last = shown;
    return shown;
  };
  const text = messages.panels.dialogs;

  return {
    show: (title, content, kind) => queue(() => openDialog(parent, title, content, kind)),
    tell: (title, sentence) =>
      queue(async () => {
        await openDialog(parent, title, close => [
          element('p', {}, sentence),
          buttons(button(text.ok, 'primary', () => close(''))),
        ]);
      }),
    unsaved: (name, ends) =>
      queue(async () => {
        const answer = await openDialog<'save' | 'discard'>(parent, messages.shell.unsavedQuestion(name), close => [
          element('p', {}, messages.shell.unsavedDetail),
          ...(ends === undefined ? [] : [element('p', {}, messages.shell.runEnds(ends))]),
          buttons(
            button(messages.shell.dontSave, 'plain', () => close('discard')),
            element('span', { class: 'spacer' }),
            button(messages.shell.cancel, 'plain', () => close(undefined)),
            button(messages.shell.save, 'primary', () => close('save')),
          ),
        ]);
        return answer ?? 'cancel';
      }),
    confirm: ({ title, sentence, button: name }) =>
      queue(async () => {
        const answer = await openDialog<'yes'>(parent, title, close => {
          const cancel = button(messages.shell.cancel, 'plain', () => close(undefined));
          cancel.setAttribute('autofocus', '');
          return [
            element('p', {}, sentence),
            buttons(
              cancel,
              button(name, 'primary', () => close('yes')),
            ),
          ];
        });
        return answer !== undefined;
      }),
    ask: ({ title, label, value = '', suggestions = [], button: name, check }) =>
      queue(() =>
        openDialog<string>(parent, title, close => {
          const input = element('input', { type: 'text', class: 'field', value, autofocus: true, spellcheck: 'false' });
          const problem = element('p', { class: 'problem', role: 'alert', id: 'ask-problem' });
          input.setAttribute('aria-describedby', problem.id);
          const list = element('datalist', { id: 'ask-suggestions' });
          list.append(...suggestions.map(option => element('option', { value: option })));
          if (suggestions.length > 0) input.setAttribute('list', list.id);
          const submit = () => {
            const reason = check(input.value);
            problem.textContent = reason ?? '';
            input.setAttribute('aria-invalid', String(reason !== undefined));
            if (reason === undefined) close(input.value);
            else input.select();
          };
          input.addEventListener('keydown', event => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            submit();
          });
          queueMicrotask(() => input.select());
          return [
            element('label', { class: 'labelled' }, label, input),
            list,
            problem,
            buttons(
              button(messages.shell.cancel, 'plain', () => close(undefined)),
              button(name, 'primary', submit),
            ),
          ];
        }),
      ),
    keyboard: (menus, platform) =>
      queue(async () => {
        await openDialog(
          parent,
          text.keyboardTitle,
          close => [
            element(
              'div',
              { class: 'keys', tabindex: 0, role: 'region', 'aria-label': text.keyboardTitle },
              ...text.sheetKeys.map(({ title, keys }) => keyTable(title, keys)),
              ...menus.map(({ label, keys }) =>
                keyTable(
                  label,
                  keys.map(([key, meaning]) => [readable(key, platform), meaning] as const),
                ),
              ),
            ),
            buttons(button(text.close, 'primary', () => close(''))),
          ],
          'wide',
        );
      }),
    about: backend =>
      queue(async () => {
        await openDialog(parent, text.aboutTitle, close => [
          element('p', {}, text.aboutWhat),
          element('p', {}, text.aboutBackend(backend)),
          element('h3', {}, text.licences),
          element('ul', { class: 'licences' }, ...text.licenceLines.map(line => element('li', {}, line))),
          buttons(button(text.close, 'primary', () => close(''))),
        ]);
      }),
  };
}

/** Every dialog's heading has its own id, because one dialog may be over another. */
let opened = 0;

/** Shows a modal dialog. Resolves with the answer that `close` got; undefined for Escape. The focus then returns to
 *  where it was. */
export function openDialog<T extends string>(
  parent: Element,
  title: string,
  content: DialogContent<T>,
  kind = '',
): Promise<T | undefined> {
  return new Promise(resolve => {
    const before = document.activeElement;
    const heading = element('h2', { id: `dialog-title-${++opened}` }, title);
    const dialog = element('dialog', { class: `dialog ${kind}`, 'aria-labelledby': heading.id });
    let answer: T | undefined;
    dialog.append(
      heading,
      ...content(given => {
        answer = given === '' ? undefined : given;
        dialog.close();
      }),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      giveFocusBack(before);
      resolve(answer);
    });
    // The sheet listens for keys on the whole document, so a dialog's keys must not get there.
    dialog.addEventListener('keydown', event => event.stopPropagation());
    parent.append(dialog);
    dialog.showModal();
    if (!dialog.querySelector('[autofocus]')) dialog.querySelector<HTMLElement>('.button.primary')?.focus();
  });
}

export function buttons(...children: HTMLElement[]): HTMLElement {
  return element('div', { class: 'dialog-buttons' }, ...children);
}

export function button(label: string, kind: 'primary' | 'plain', press: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: `button large ${kind === 'primary' ? 'primary' : 'outlined'}` },
    label,
  );
  made.addEventListener('click', press);
  return made;
}

function keyTable(title: string, keys: readonly (readonly [keys: string, meaning: string])[]): HTMLElement {
  return element(
    'section',
    {},
    element('h3', {}, title),
    element(
      'dl',
      {},
      ...keys.flatMap(([pressed, meaning]) => [
        element('dt', {}, element('kbd', {}, pressed)),
        element('dd', {}, meaning),
      ]),
    ),
  );
}
