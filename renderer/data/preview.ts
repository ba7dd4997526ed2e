import type { Augmentation } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { createPictures } from '../parts/pictures.ts';
import { labelText, samplesOf } from './sample-view.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** How many images are shown, and how many variants of each. */
const IMAGES = 3;
const VARIANTS = 5;
/** Milliseconds without a change of a setting before images are asked for. */
const ASK_AFTER = 150;

export type AugmentationPreview = View & {
  /** Shows how this augmentation may change some training images of the chosen data set. The same seed shows the same
   *  pictures. */
  show(augmentation: Augmentation, seed: number): void;
};

/** A few training images, each in a row with several augmented variants; and one of them under each change alone. It
 *  asks for them only while it is in view. */
export function createAugmentationPreview(parent: Element, store: Store, client: Client): AugmentationPreview {
  const text = messages.views.data;
  let augmentation: Augmentation | undefined;
  let seed = 0;
  let from = 0;
  let asked = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const table = element('table', { class: 'variants' }, element('caption', { class: 'unseen' }, text.augmentationHelp));
  const eachAlone = element('ul', { class: 'each-change', 'aria-label': text.eachChange });
  const problem = element('p', { class: 'help' });
  const another = element('button', { type: 'button', class: 'button outlined small' }, text.another);
  another.addEventListener('click', () => {
    from += IMAGES;
    ask();
  });
  const root = element('div', { class: 'augmentation-preview' }, table, eachAlone, problem, another);

  const read = async () => {
    const { dataChoice } = store.get();
    if (!augmentation || !dataChoice || root.offsetParent === null) return;
    const own = ++asked;
    const page = { data: dataChoice, split: 'training' as const, from, count: IMAGES };
    try {
      const original = await client.send('listSamples', page);
      if (original.total <= from && from > 0) {
        from = 0;
        return ask();
      }
      const wanted = augmentation;
      const [alone, ...variants] = await Promise.all([
        client.send('showChanges', { data: dataChoice, from, augmentation: wanted, seed }),
        ...Array.from({ length: VARIANTS }, (_, variant) =>
          client.send('listSamples', { ...page, augmentation: wanted, variant, seed }),
        ),
      ]);
      if (own !== asked) return;
      const pictures = createPictures(store);
      const classes = store.get().dataSummary?.classes ?? store.get().classes;
      const columns = [original, ...variants].map(samplesOf);
      problem.textContent = '';
      table.tBodies[0]?.remove();
      table.append(
        element(
          'tbody',
          {},
          ...columns[0].map((sample, row) =>
            element(
              'tr',
              {},
              ...columns.map((samples, column) => {
                const name = column === 0 ? text.original : text.variant(column);
                const spoken = `${text.sampleOf(sample.name, labelText(sample.labels, classes))}, ${name}`;
                return element(
                  'td',
                  { class: column === 0 ? 'original' : undefined, title: spoken },
                  pictures.draw(samples[row].pixels, original.shape),
                  element('span', { class: 'unseen' }, spoken),
                );
              }),
            ),
          ),
        ),
      );
      const size = alone.pixels.length / (1 + alone.changes.length);
      const picture = (i: number, name: string, off: boolean) => {
        const spoken = off ? text.changeOff(name) : name;
        return element(
          'li',
          { class: off ? 'off' : undefined, title: spoken },
          pictures.draw(alone.pixels.subarray(i * size, (i + 1) * size), alone.shape),
          element('span', { 'aria-hidden': true }, name),
          element('span', { class: 'unseen' }, spoken),
        );
      };
      eachAlone.replaceChildren(
        picture(0, text.original, false),
        ...alone.changes.map((key, i) => picture(i + 1, text.changes[key], wanted[key] === 0 || wanted[key] === false)),
      );
    } catch (error) {
      if (own === asked) problem.textContent = sentenceOf(error);
    }
  };
  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void read(), ASK_AFTER);
  };
  /** It may be hidden at first, in a closed section. It loads when it comes into view. */
  const seen = new IntersectionObserver(entries => entries.some(({ isIntersecting }) => isIntersecting) && ask());
  seen.observe(root);
  parent.append(root);

  return {
    ...destroyAll(root, [
      store.on(['dataChoice', 'dark', 'settings'], ask),
      () => seen.disconnect(),
      () => clearTimeout(waiting),
    ]),
    show(wanted, own) {
      augmentation = wanted;
      seed = own;
      ask();
    },
  };
}
