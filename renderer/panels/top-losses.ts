import { messages } from '../../shared/messages.ts';
import type { SamplePage } from '../../shared/protocol.ts';
import type { Evaluation, TopLoss } from '../../shared/training.ts';
import { element } from '../element.ts';
import type { Store } from '../store.ts';
import { createPictures } from './pictures.ts';
import { labelText, type Sample, samplesOf } from './sample-view.ts';

/** The images the network is most wrong about, as buttons that send them through the sheet: picture, file name, what it is, what it was taken for, and the loss. */
export function topLossList(
  { topLosses, classes }: Evaluation,
  store: Store,
  actions: {
    images: (indices: number[]) => Promise<SamplePage>;
    choose: (sample: Sample) => Promise<unknown>;
    isShown: (name: string) => boolean;
    refuse: (sentence: string) => void;
  },
): HTMLElement {
  const text = messages.views.evaluation;
  if (topLosses.length === 0) return element('p', { class: 'help' }, text.noLosses);
  const row = (top: TopLoss, sample: Sample, picture: HTMLCanvasElement) => {
    const actual = labelText(top.actual, classes);
    const predicted = labelText(top.predicted, classes);
    const right = actual === predicted;
    const button = element(
      'button',
      { type: 'button', class: 'image-row' },
      picture,
      element('span', { class: 'file-name', title: top.name }, top.name),
      element('span', { class: right ? '' : 'wrong' }, right ? actual : text.takenFor(actual, predicted)),
      element('span', { class: 'loss' }, element('span', { class: 'unseen' }, text.loss), ` ${top.loss.toFixed(2)}`),
    );
    button.addEventListener('click', () => {
      actions.choose({ ...sample, name: top.name, labels: [...top.actual] }).then(
        () => mark(button),
        (error: Error) => actions.refuse(error.message),
      );
    });
    return element('li', {}, button);
  };
  const mark = (chosen: Element) => {
    for (const each of list.querySelectorAll('.image-row')) each.setAttribute('aria-current', String(each === chosen));
  };
  const list = element('ul', { class: 'image-rows', 'aria-label': text.topLosses, 'aria-busy': true });
  actions.images(topLosses.map(({ index }) => index)).then(
    page => {
      const pictures = createPictures(store);
      list.replaceChildren(
        ...samplesOf(page).map((sample, i) => row(topLosses[i], sample, pictures.draw(sample.pixels, page.shape))),
      );
      list.setAttribute('aria-busy', 'false');
    },
    (error: Error) => actions.refuse(error.message),
  );
  return list;
}
