import type { DataReading, DataSource } from '../../shared/data.ts';
import { labelSeparators } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';

/** The settings that each kind of source has. */
const PARTS: Readonly<Record<DataSource['kind'], readonly (keyof DataReading)[]>> = {
  named: [],
  idx: [],
  folders: ['splitFolders'],
  csv: ['header', 'fileColumn', 'labelColumn', 'splitColumn', 'separator'],
  numpy: ['imagesArray', 'labelsArray'],
};
const AUTOMATIC = '';

export type ReadingFields = {
  root: HTMLElement;
  /** The chosen settings. undefined if all are guessed. */
  get(): DataReading | undefined;
  show(kind: DataSource['kind']): void;
  /** Shows the guesses for settings that nobody has chosen. */
  guess(reading: DataReading | undefined): void;
};

/** The settings for reading folders, tables and arrays. Each is "automatic" until somebody chooses. `changed` is called
 *  after every choice. */
export function createReadingFields(initial: DataReading | undefined, changed: () => void): ReadingFields {
  const text = messages.views.data.readAs;
  let parts = PARTS.named;
  const chosen: DataReading = { ...initial };
  const guesses = new Map<keyof DataReading, (guess: string | undefined) => void>();

  const choose = (part: keyof DataReading, value: boolean | string | undefined) => {
    Object.assign(chosen, { [part]: value });
    changed();
  };
  const select = (part: keyof DataReading, values: readonly (boolean | string)[], names: readonly string[]) => {
    const automatic = element('option', { value: AUTOMATIC }, text.automatic(undefined));
    const options = values.map((value, i) => element('option', { value: String(value) }, names[i]));
    const control = element('select', { class: 'field small' }, automatic, ...options);
    control.value = String(chosen[part] ?? AUTOMATIC);
    control.addEventListener('change', () =>
      choose(
        part,
        values.find(value => String(value) === control.value),
      ),
    );
    guesses.set(part, guess => {
      const known = values.findIndex(value => String(value) === guess);
      automatic.textContent = text.automatic(names[known]);
    });
    return control;
  };
  const name = (part: 'fileColumn' | 'labelColumn' | 'splitColumn' | 'imagesArray' | 'labelsArray') => {
    const control = element('input', { type: 'text', class: 'field small', value: chosen[part], spellcheck: 'false' });
    control.addEventListener('input', () => choose(part, control.value.trim() === '' ? undefined : control.value));
    guesses.set(part, guess => control.setAttribute('placeholder', text.automatic(guess)));
    return control;
  };
  const controls: Record<keyof DataReading, HTMLElement> = {
    splitFolders: select('splitFolders', [true, false], text.splitFoldersValues),
    header: select('header', [true, false], text.headerValues),
    fileColumn: name('fileColumn'),
    labelColumn: name('labelColumn'),
    splitColumn: name('splitColumn'),
    imagesArray: name('imagesArray'),
    labelsArray: name('labelsArray'),
    separator: select(
      'separator',
      labelSeparators,
      labelSeparators.map(name => text.separators[name]),
    ),
  };
  const rows = new Map(
    (Object.keys(controls) as (keyof DataReading)[]).map(part => [
      part,
      element('label', { class: 'reading-choice' }, element('span', {}, text.parts[part]), controls[part]),
    ]),
  );
  const help = element('p', { class: 'help' }, text.columnHelp);
  const root = element(
    'details',
    { class: 'data-reading', open: initial !== undefined },
    element('summary', {}, text.title),
    ...rows.values(),
    help,
  );

  const guess = (reading: DataReading | undefined) => {
    for (const [part, show] of guesses) show(reading?.[part] === undefined ? undefined : String(reading[part]));
  };
  guess(undefined);
  return {
    root,
    get() {
      const own = parts.filter(part => chosen[part] !== undefined).map(part => [part, chosen[part]]);
      return own.length > 0 ? Object.fromEntries(own) : undefined;
    },
    show(kind) {
      parts = PARTS[kind];
      root.hidden = parts.length === 0;
      help.hidden = kind !== 'csv';
      for (const [part, row] of rows) row.hidden = !parts.includes(part);
    },
    guess,
  };
}
