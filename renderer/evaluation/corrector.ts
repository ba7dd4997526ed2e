import type { DataChoice } from '../../shared/data.ts';
import { messages, sayName } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { element } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { labelText } from '../data/sample-view.ts';

/** An image whose label may be wrong: its name in the data set, and its labels among `classes`. */
type Doubted = { data: DataChoice; name: string; labels: readonly number[]; classes: readonly string[] };

/** A line below images in which the one that is chosen gets another label, or is left out. What was done can be undone
 *  there. `corrected` is called after each change. */
export function createCorrector(store: Store, client: Client, corrected: () => void, severalLabels: boolean) {
  const text = messages.views.correct;
  let doubted: Doubted | undefined;
  const name = element('p', { class: 'help' });
  const label = element('select', { class: 'field small', 'aria-label': text.label });
  const told = element('p', { class: 'help', role: 'status' });
  const press = (words: string, act: () => Promise<unknown>) => {
    const button = element('button', { type: 'button', class: 'button outlined small' }, words);
    button.addEventListener('click', () => void act());
    return button;
  };
  const root = element(
    'div',
    { class: 'corrector', hidden: true },
    name,
    element(
      'div',
      { class: 'corrector-row' },
      ...(severalLabels ? [] : [label, press(text.relabel, () => correct([label.value]))]),
      press(text.leaveOut, () => correct([])),
    ),
    told,
  );

  const correct = async (labels: readonly string[] | undefined) => {
    if (!doubted) return;
    const { data, name: image } = doubted;
    try {
      const { before } = await client.send('correctLabels', {
        data,
        name: image,
        ...(labels && { labels: [...labels] }),
      });
      const undo = press(text.undo, () => correct(before));
      const [own] = labels ?? [];
      const done = labels === undefined ? text.undone : own === undefined ? text.leftOut : text.relabelled(own);
      // What was undone isn't undone again.
      told.replaceChildren(done, ' ', ...(labels === undefined ? [] : [undo]));
      store.set({ dataSummary: undefined });
      corrected();
    } catch (error) {
      told.textContent = sentenceOf(error);
    }
  };

  return {
    root,
    /** Shows this image. */
    choose(image: Doubted) {
      doubted = image;
      const { classes, labels } = image;
      root.hidden = store.get().role === 'viewer' || image.data.source.kind === 'named';
      name.textContent = text.is(sayName(image.name), labelText(labels, classes));
      label.replaceChildren(
        ...classes.map((each, place) => element('option', { value: each, selected: labels.includes(place) }, each)),
      );
      told.replaceChildren();
    },
  };
}
