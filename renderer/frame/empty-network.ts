import { UserError } from '../../shared/errors.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { emptyNetwork } from '../../shared/new-workbook.ts';
import { DIGIT_SHAPE } from '../../shared/templates.ts';
import { element } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';
import { numberAsTyped, typedNumber } from '../grid/typed-number.ts';

type ImageSize = [height: number, width: number, channels: number];

/** Asks for the size of the images of an empty network. It begins with that of the digits. While one types, it says
 *  what would fit. undefined if the user cancels. */
export async function chooseImageSize(dialogs: Pick<Dialogs, 'show'>): Promise<ImageSize | undefined> {
  const text = messages.templates.empty;
  const size: ImageSize = [...DIGIT_SHAPE];
  const answer = await dialogs.show<'make'>(text.title, close => {
    const problem = element('p', { class: 'problem', role: 'alert' });
    const make = button(text.make, 'primary', () => submit());
    const problemOf = (): string | undefined => {
      try {
        buildSheet(emptyNetwork(size));
        return undefined;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return sentenceOf(error);
      }
    };
    const submit = () => problemOf() === undefined && close('make');
    const inputs = (['height', 'width', 'channels'] as const).map((name, part) => {
      const input = element('input', {
        type: 'text',
        inputmode: 'numeric',
        class: 'field small number',
        value: numberAsTyped(size[part]),
        spellcheck: 'false',
        autocomplete: 'off',
      });
      if (part === 0) input.setAttribute('autofocus', '');
      input.addEventListener('input', () => {
        size[part] = typedNumber(input.value);
        const found = problemOf();
        problem.textContent = found ?? '';
        make.disabled = found !== undefined;
      });
      input.addEventListener('keydown', event => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        submit();
      });
      return element('label', { class: 'labelled' }, messages.layerEdits.parts[name], input);
    });
    return [
      element('p', {}, text.hint),
      element('div', { class: 'data-form' }, ...inputs),
      problem,
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        make,
      ),
    ];
  });
  return answer && size;
}
