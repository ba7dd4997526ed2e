import { type Fit, fits } from '../../shared/data.ts';
import { fitRemarks } from '../../shared/data-meaning.ts';
import { messages, say } from '../../shared/messages.ts';
import type { ReadImage } from '../../shared/protocol.ts';
import { element } from '../core/element.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';
import { radios } from '../parts/radios.ts';

/** What the question needs: the image, the input's size, the initial choice, and how the training images were fitted,
 *  if known. */
export type FitQuestion = [
  image: ReadImage,
  input: readonly [height: number, width: number],
  initial: Fit,
  trained: Fit | undefined,
];

/** Asks how to fit an image of another size to the input. undefined if the user cancels. */
export async function chooseFit(
  dialogs: Pick<Dialogs, 'show'>,
  ...[{ name, width, height }, input, initial, trained]: FitQuestion
): Promise<Fit | undefined> {
  const text = messages.ownImages;
  const { fit: legend, fits: names, fitHelp } = messages.views.data;
  let chosen = initial;
  const remark = element('p', { class: 'remark', role: 'status' });
  const show = () => {
    const [other] = fitRemarks(chosen, trained);
    remark.textContent = say(other) ?? '';
    remark.hidden = other === undefined;
  };
  const answer = await dialogs.show<'use'>(text.title(name), close => {
    const submit = () => close('use');
    const choice = radios(
      legend,
      fits,
      each => `${names[each]}: ${fitHelp[each]}`,
      each => {
        chosen = each;
        show();
      },
      initial,
    );
    choice.addEventListener('keydown', event => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      submit();
    });
    choice.querySelector('input:checked')?.setAttribute('autofocus', '');
    show();
    return [
      element('p', {}, text.sizes(`${height}×${width}`, input.join('×'))),
      element('div', { class: 'data-form' }, choice, remark),
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        button(text.use, 'primary', submit),
      ),
    ];
  });
  return answer && chosen;
}
