import type { Augmentation } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { setupProblems } from './setup.ts';
import { createAugmentationPreview } from '../data/preview.ts';
import type { Fields, Setting } from './training-fields.ts';

const amounts = ['shift', 'rotate', 'zoom', 'light'] as const;

/** The settings of augmentation, with a preview. */
export function createAugmentationSettings(parent: Element, store: Store, client: Client, fields: Fields): View {
  const text = messages.trainingPanel;
  const setting = <K extends keyof Augmentation>(key: K): Setting<Augmentation[K]> => ({
    read: ({ augmentation }) => augmentation[key],
    write: (setup, value) => ({ ...setup, augmentation: { ...setup.augmentation, [key]: value } }),
  });
  const square: Setting<boolean> = {
    ...setting('symmetries'),
    read: ({ augmentation }) => {
      const shape = store.get().dataChoice?.shape;
      return shape && shape[0] === shape[1] ? augmentation.symmetries : undefined;
    },
  };
  const root = element(
    'div',
    {},
    element('p', { class: 'help' }, text.augmentationHelp),
    element(
      'div',
      { class: 'settings' },
      ...amounts.map(key => fields.number(text.augmentations[key], `augmentation.${key}`, setting(key))),
      fields.check(text.augmentations.flip, setting('flip')),
      fields.check(text.augmentations.symmetries, square),
    ),
  );
  parent.append(root);
  const preview = createAugmentationPreview(root, store, client);
  const show = () => {
    const state = store.get();
    const wrong = [...setupProblems(state).keys()].some(path => path.startsWith('augmentation.'));
    if (!wrong) preview.show(state.setup.augmentation);
  };
  show();
  return destroyAll(root, [store.on(['setup'], show), () => preview.destroy()]);
}
