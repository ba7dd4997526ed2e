import { contentText } from '../../shared/cell-content.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { Reading } from '../grid/clipboard.ts';
import { cellAsTyped } from '../grid/entry.ts';
import type { PasteOperation, PasteWhat } from '../grid/bring.ts';
import type { PasteChoice, PasteOptions, PasteQuestion } from '../grid/paste.ts';
import { button, buttons, openDialog } from '../parts/dialogs.ts';
import { radios } from '../parts/radios.ts';

const OPERATIONS: readonly PasteOperation[] = ['replace', 'add', 'subtract', 'multiply', 'divide'];
/** What other programs copy has neither formats nor links. */
const FOREIGN: readonly PasteWhat[] = ['all', 'values'];
const WHATS: readonly PasteWhat[] = ['all', 'values', 'formulas', 'formats', 'links'];
/** How many cells of a reading are shown. */
const SHOWN = 4;

/** Asks how to paste. undefined if the user cancels. */
export async function choosePaste(
  parent: Element,
  { readings, special, own }: PasteQuestion,
): Promise<PasteChoice | undefined> {
  const text = messages.clipboard;
  let reading = readings?.[0];
  const options: PasteOptions = {};
  const answer = await openDialog<'paste'>(parent, special ? text.title : text.doubtTitle, close => {
    const submit = () => close('paste');
    const transpose = element('input', { type: 'checkbox' });
    transpose.addEventListener('change', () => (options.transpose = transpose.checked));
    const skipBlanks = element('input', { type: 'checkbox' });
    skipBlanks.addEventListener('change', () => (options.skipBlanks = skipBlanks.checked));
    const form = element(
      'form',
      { class: 'data-form' },
      readings && element('p', {}, text.doubt),
      readings && radios(text.reading, readings, readingLine, each => (reading = each)),
      special &&
        radios(
          text.what,
          own ? WHATS : FOREIGN,
          each => text.whats[each],
          each => (options.what = each),
        ),
      special &&
        radios(
          text.operation,
          OPERATIONS,
          each => text.operations[each],
          each => (options.operation = each),
        ),
      special && element('label', { class: 'source' }, transpose, element('span', {}, text.transpose)),
      special && element('label', { class: 'source' }, skipBlanks, element('span', {}, text.skipBlanks)),
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        button(text.paste, 'primary', submit),
      ),
    );
    form.addEventListener('submit', event => {
      event.preventDefault();
      submit();
    });
    form.addEventListener('keydown', event => {
      if (event.key === 'Enter' && event.target instanceof HTMLInputElement) submit();
    });
    form.querySelector('input')?.setAttribute('autofocus', '');
    return [form];
  });
  return answer && { reading, options };
}

/** The first numbers of a reading, and its separators. */
function readingLine({ separator, decimalComma, sample, rows }: Reading): string {
  const text = messages.clipboard;
  const [height, width] = [Math.min(2, sample.length), Math.min(SHOWN, sample[0].length)];
  const lines = sample.slice(0, height).map(row => {
    const cells = row
      .slice(0, width)
      .map(cell => contentText(typeof cell === 'boolean' ? String(cell).toUpperCase() : (cell ?? null), cellAsTyped));
    return cells.join(' | ') + (row.length > width ? ' | …' : '');
  });
  const shown = lines.join(' ⏎ ') + (rows > height ? ' ⏎ …' : '');
  const how = [text.separators[separator], text.decimals[decimalComma ? 'comma' : 'point']].filter(Boolean).join(', ');
  return text.readingLine(shown, rows, sample[0].length, how);
}
