import { messages } from '../../shared/messages.ts';
import { commandsOf, type MenuFolder } from '../../shared/menu.ts';
import type { Capabilities, Folder, FolderEntry } from '../../shared/protocol.ts';
import { readable } from '../accelerators.ts';
import { element, giveFocusBack, icon } from '../element.ts';

/** Questions and answers that take the whole attention. Each resolves when its dialog closes; one more waits for the one before. */
export type Dialogs = {
  /** A sentence to be read, with a button to go on. */
  tell(title: string, sentence: string): Promise<void>;
  unsaved(name: string): Promise<'save' | 'discard' | 'cancel'>;
  /** A line of text; undefined where the user cancels. `check` returns why a text won't do. */
  ask(options: {
    title: string;
    label: string;
    value?: string;
    suggestions?: readonly string[];
    button: string;
    check: (text: string) => string | undefined;
  }): Promise<string | undefined>;
  /** A file's path; undefined where the user cancels. `replace`: the user was told that it exists, and wants it replaced. */
  file(
    mode: 'open' | 'save',
    suggestion: string,
    listFolder: (path?: string) => Promise<Folder>,
  ): Promise<ChosenFile | undefined>;
  keyboard(menu: readonly MenuFolder[], platform: Capabilities['platform']): Promise<void>;
  about(backend: string): Promise<void>;
};

export type ChosenFile = { path: string; replace: boolean };

export function createDialogs(parent: Element): Dialogs {
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(make: () => Promise<T>): Promise<T> => {
    const shown = last.then(make);
    last = shown;
    return shown;
  };
  const text = messages.panels.dialogs;

  return {
    tell: (title, sentence) =>
      queue(async () => {
        await open(parent, title, close => [
          element('p', {}, sentence),
          buttons(button(text.ok, 'primary', () => close(''))),
        ]);
      }),
    unsaved: name =>
      queue(async () => {
        const answer = await open<'save' | 'discard'>(parent, messages.shell.unsavedQuestion(name), close => [
          element('p', {}, messages.shell.unsavedDetail),
          buttons(
            button(messages.shell.dontSave, 'plain', () => close('discard')),
            element('span', { class: 'spacer' }),
            button(messages.shell.cancel, 'plain', () => close(undefined)),
            button(messages.shell.save, 'primary', () => close('save')),
          ),
        ]);
        return answer ?? 'cancel';
      }),
    ask: ({ title, label, value = '', suggestions = [], button: name, check }) =>
      queue(() =>
        open<string>(parent, title, close => {
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
    file: (mode, suggestion, listFolder) => queue(() => chooseFile(parent, mode, suggestion, listFolder)),
    keyboard: (menu, platform) =>
      queue(async () => {
        await open(
          parent,
          text.keyboardTitle,
          close => [
            element(
              'div',
              { class: 'keys', tabindex: 0, role: 'region', 'aria-label': text.keyboardTitle },
              ...text.sheetKeys.map(({ title, keys }) => keyTable(title, keys)),
              ...menu.map(folder =>
                keyTable(
                  folder.label,
                  commandsOf(folder.items)
                    .filter(({ accelerator }) => accelerator)
                    .map(({ label, accelerator }) => [readable(accelerator!, platform), label] as const),
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
        await open(parent, text.aboutTitle, close => [
          element('p', {}, text.aboutWhat),
          element('p', {}, text.aboutBackend(backend)),
          element('h3', {}, text.licences),
          element('ul', { class: 'licences' }, ...text.licenceLines.map(line => element('li', {}, line))),
          buttons(button(text.close, 'primary', () => close(''))),
        ]);
      }),
  };
}

/** Shows a modal dialog; resolves with what `close` was given, undefined for Escape. The focus returns to where it was. */
function open<T extends string>(
  parent: Element,
  title: string,
  content: (close: (answer: T | '' | undefined) => void) => HTMLElement[],
  kind = '',
): Promise<T | undefined> {
  return new Promise(resolve => {
    const before = document.activeElement;
    const heading = element('h2', { id: 'dialog-title' }, title);
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
    // The sheet listens for keys on the whole document; a dialog's are its own.
    dialog.addEventListener('keydown', event => event.stopPropagation());
    parent.append(dialog);
    dialog.showModal();
    if (!dialog.querySelector('[autofocus]')) dialog.querySelector<HTMLElement>('.button.primary')?.focus();
  });
}

function buttons(...children: HTMLElement[]): HTMLElement {
  return element('div', { class: 'dialog-buttons' }, ...children);
}

function button(label: string, kind: 'primary' | 'plain', press: () => void): HTMLButtonElement {
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

/** The in-page dialog for files of this computer, for shells without a native one. */
async function chooseFile(
  parent: Element,
  mode: 'open' | 'save',
  suggestion: string,
  listFolder: (path?: string) => Promise<Folder>,
): Promise<ChosenFile | undefined> {
  const text = messages.panels.dialogs;
  /** The existing file the user was told about. */
  let replace = '';
  const path = await open<string>(
    parent,
    mode === 'open' ? messages.shell.openTitle : messages.shell.saveTitle,
    close => {
      let folder: Folder | undefined;
      let shown: FolderEntry[] = [];
      let at = -1;
      const path = element('input', { type: 'text', class: 'field', spellcheck: 'false', 'aria-label': text.folder });
      const up = element(
        'button',
        { type: 'button', class: 'button quiet outlined', 'aria-label': text.parent, title: text.parent },
        icon('up'),
      );
      const list = element('div', { class: 'files', role: 'listbox', tabindex: 0, 'aria-label': text.files });
      const name = element('input', {
        type: 'text',
        class: 'field',
        spellcheck: 'false',
        autofocus: true,
        value: mode === 'save' ? suggestion : '',
      });
      const problem = element('p', { class: 'problem', role: 'alert' });

      /** The newest listing; what an older one brings later is of no use. */
      let listing = Promise.resolve();
      let asked = 0;
      const show = (to?: string) => (listing = read(to, ++asked));
      const read = async (to: string | undefined, question: number) => {
        let found: Folder;
        try {
          found = await listFolder(to);
        } catch (error) {
          if (question === asked) problem.textContent = (error as Error).message;
          return;
        }
        if (question !== asked) return;
        folder = found;
        problem.textContent = '';
        path.value = folder.path;
        up.disabled = folder.parent === undefined;
        shown = folder.entries;
        at = -1;
        list.replaceChildren(
          ...shown.map((entry, index) => {
            const option = element(
              'div',
              { class: 'file', role: 'option', id: `file-${index}`, 'aria-selected': false },
              icon(entry.kind),
              element('span', { class: 'file-name' }, entry.name),
              entry.kind === 'file' &&
                element(
                  'span',
                  { class: 'file-detail' },
                  [sizeText(entry.size), dateText(entry.modified)].filter(Boolean).join(' · '),
                ),
            );
            option.addEventListener('click', () => select(index));
            option.addEventListener('dblclick', () => enter(index));
            return option;
          }),
        );
        if (shown.length === 0) {
          // A list of options may hold nothing else, so that there is none is said by one that can't be chosen.
          list.append(element('div', { class: 'empty', role: 'option', 'aria-disabled': true }, text.emptyFolder));
        }
        list.removeAttribute('aria-activedescendant');
      };
      const select = (index: number) => {
        at = index;
        for (const [i, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(i === at));
        list.setAttribute('aria-activedescendant', `file-${index}`);
        list.children[index]?.scrollIntoView({ block: 'nearest' });
        if (shown[index].kind === 'file') name.value = shown[index].name;
      };
      const enter = (index: number) => {
        if (shown[index].kind === 'folder') void show(shown[index].path).then(() => list.focus());
        else void submit();
      };
      let submitting = false;
      const submit = async () => {
        const typed = name.value.trim();
        if (typed === '') {
          problem.textContent = text.nameMissing;
          return;
        }
        // A second Enter while the folder is being read doesn't answer the question that comes after the first.
        if (submitting) return;
        submitting = true;
        await listing;
        submitting = false;
        // Where the folder can't be read, the problem stands there already.
        if (!folder && !isWholePath(typed)) return;
        const whole = joinPath(folder?.path ?? '', mode === 'save' ? withEnding(typed) : typed);
        const exists = shown.some(entry => entry.path === whole && entry.kind === 'file');
        if (mode === 'save' && exists && replace !== whole) {
          replace = whole;
          problem.textContent = messages.shell.exists(withEnding(typed));
          confirm.textContent = text.replace;
          return;
        }
        close(whole);
      };
      const confirm = button(mode === 'open' ? text.open : messages.shell.save, 'primary', () => void submit());
      const reset = () => {
        replace = '';
        confirm.textContent = mode === 'open' ? text.open : messages.shell.save;
      };

      up.addEventListener('click', () => void show(folder?.parent).then(() => list.focus()));
      path.addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        void show(path.value);
      });
      name.addEventListener('input', reset);
      name.addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        void submit();
      });
      list.addEventListener('keydown', event => {
        const last = shown.length - 1;
        const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
        if (to !== undefined && last >= 0) select(to);
        else if (event.key === 'Enter' && at >= 0) enter(at);
        else if (event.key === 'Backspace' && folder?.parent) void show(folder.parent);
        else return;
        event.preventDefault();
      });
      void show();
      queueMicrotask(() => name.select());
      return [
        element('div', { class: 'path-row' }, up, path),
        list,
        element('label', { class: 'labelled' }, text.fileName, name),
        problem,
        buttons(
          button(messages.shell.cancel, 'plain', () => close(undefined)),
          confirm,
        ),
      ];
    },
    'wide',
  );
  return path === undefined ? undefined : { path, replace: path === replace };
}

const withEnding = (name: string) => (name.toLowerCase().endsWith('.convsheet') ? name : `${name}.convsheet`);

const isWholePath = (name: string) => name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name) || name.startsWith('\\\\');

/** A name in a folder; a whole path stays as it is. */
function joinPath(folder: string, name: string): string {
  if (isWholePath(name)) return name;
  const separator = folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

function sizeText(size: number | undefined): string {
  if (size === undefined) return '';
  return size < 1e6 ? `${Math.ceil(size / 1000)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

function dateText(modified: number | undefined): string {
  return modified === undefined ? '' : new Date(modified).toLocaleDateString(undefined, { dateStyle: 'medium' });
}
