import { amountsOfChange, type Augmentation } from '../../shared/data.ts';
import { number } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { destroyAll, element } from '../core/element.ts';
import type { State, Store, View } from '../core/store.ts';
import { setupProblems } from './setup.ts';
import { createAugmentationPreview } from '../data/preview.ts';
import { type Fields, own, type Setting } from './training-fields.ts';

/** The settings of augmentation and of label smoothing, with a preview. */
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
  const helps: Partial<Record<keyof Augmentation, string>> = text.augmentationHelps;
  const targets = element('p', { class: 'help', role: 'status' });
  const root = element(
    'div',
    {},
    element('p', { class: 'help' }, text.augmentationHelp),
    element(
      'div',
      { class: 'settings' },
      ...amountsOfChange.map(key =>
        fields.number(text.augmentations[key], `augmentation.${key}`, setting(key), {
          help: helps[key],
        }),
      ),
      fields.check(text.augmentations.flip, setting('flip')),
      fields.check(text.augmentations.symmetries, square),
      fields.number(text.labelSmoothing, 'labelSmoothing', own('labelSmoothing'), { help: text.labelSmoothingHelp }),
      targets,
    ),
  );
  parent.append(root);
  const preview = createAugmentationPreview(root, store, client);
  const show = () => {
    const state = store.get();
    const wrong = [...setupProblems(state).keys()].some(path => path === 'seed' || path.startsWith('augmentation.'));
    if (!wrong) preview.show(state.setup.augmentation, state.setup.seed);
    targets.textContent = targetsSentence(state);
  };
  show();
  return destroyAll(root, [store.on(['setup'], show), () => preview.destroy()]);
}

/** The targets that label smoothing makes. Empty without it. */
function targetsSentence({ setup, sheet, classes }: State): string {
  const share = setup.labelSmoothing;
  if (!(share > 0 && share < 1)) return '';
  const other = share * (sheet.network.layers.at(-1)!.kind === 'softmax' ? 1 / classes.length : 1 / 2);
  const shown = (target: number) => number(Number(target.toFixed(4)));
  return messages.trainingPanel.labelSmoothingTargets(shown(1 - share + other), shown(other));
}
