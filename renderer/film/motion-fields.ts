/** What moves in a scene: the fields of its motion. */
import { FILM_LIMITS, type Motion } from '../../shared/film/storyboard.ts';
import { messages } from '../../shared/messages.ts';
import { element, smallButton } from '../core/element.ts';
import { type Field, readNumber, selectField, textField } from './fields.ts';
import { firstMotion } from './first-parts.ts';
import { asTensor, elementField, type Fields, type Needs, tensorChoices } from './scene-parts.ts';

const KINDS = ['still', 'scan', 'walk', 'edit', 'images', 'train', 'run'] as const;

/** The motion of this kind, as the storyboard has it now. */
function motionNow<K extends Motion['kind']>({ board }: Needs, kind: K): Extract<Motion, { kind: K }> | undefined {
  const motion = board.scene()?.motion;
  return motion?.kind === kind ? (motion as Extract<Motion, { kind: K }>) : undefined;
}

export function createMotionFields(motion: Motion, needs: Needs): Fields {
  const { store, board, edit } = needs;
  const text = messages.storyboardPanel;
  const kind = selectField({
    label: text.motion,
    disabled: !board.mayEdit(),
    choices: () =>
      KINDS.filter(value => value !== 'run' || store.get().runs.length > 0 || motion.kind === 'run').map(value => ({
        value,
        label: text.motions[value],
      })),
    get: () => board.scene()?.motion.kind ?? 'still',
    set(value) {
      const next = firstMotion(value as Motion['kind'], store.get(), board.scene());
      if (next) edit({ motion: next }, 'motion kind');
    },
  });
  const own = partsOf(motion, needs);
  return { fields: [kind, ...own.fields], rows: [kind.root, ...own.rows] };
}

function partsOf(motion: Motion, needs: Needs): Fields {
  const text = messages.storyboardPanel;
  switch (motion.kind) {
    case 'scan':
      return scanFields(needs);
    case 'walk':
      return elementField(
        needs,
        text.cell,
        () => motionNow(needs, 'walk')?.element,
        found => needs.edit({ motion: { kind: 'walk', element: found } }, 'walk'),
      );
    case 'edit':
      return editFields(needs);
    case 'images':
      return imageFields(needs);
    case 'train':
      return trainFields(needs);
    case 'run':
      return runFields(needs);
    default:
      return { fields: [], rows: [] };
  }
}

function scanFields(needs: Needs): Fields {
  const { store, board, edit, begin } = needs;
  const text = messages.storyboardPanel;
  const now = () => motionNow(needs, 'scan');
  const sizeOf = (tensor: string) => store.get().sheet.tensors.get(asTensor(tensor))?.size ?? 1;
  const tensor = selectField({
    label: text.scanned,
    disabled: !board.mayEdit(),
    choices: () => tensorChoices(store, ({ role }) => role === 'computed'),
    get: () => now()?.tensor ?? '',
    set: value =>
      edit({ motion: { kind: 'scan', tensor: asTensor(value), from: 0, to: sizeOf(value) - 1 } }, 'scan tensor'),
  });
  const place = (part: 'from' | 'to', name: string) =>
    textField({
      label: name,
      begin,
      disabled: !board.mayEdit(),
      get: () => String((now()?.[part] ?? 0) + 1),
      set(typed) {
        const motion = now();
        if (!motion) return undefined;
        const [least, most] = part === 'from' ? [1, motion.to + 1] : [motion.from + 1, sizeOf(motion.tensor)];
        const value = readNumber(typed, least, most, true);
        if (value === undefined) return text.problems.wholeNumber(least, most);
        edit({ motion: { ...motion, [part]: value - 1 } }, `scan ${part}`);
        return undefined;
      },
    });
  const [from, to] = [place('from', text.scanFrom), place('to', text.scanTo)];
  return {
    fields: [tensor, from, to],
    rows: [tensor.root, element('div', { class: 'film-pair film-worded' }, text.cells, from.root, text.until, to.root)],
  };
}

function editFields(needs: Needs): Fields {
  const { board, edit, begin } = needs;
  const text = messages.storyboardPanel;
  const now = () => motionNow(needs, 'edit');
  const where = elementField(
    needs,
    text.cell,
    () => now()?.element,
    found => edit({ motion: { kind: 'edit', element: found, text: now()?.text ?? '' } }, 'edit cell'),
  );
  const typed = textField({
    label: text.typed,
    begin,
    most: 8192,
    disabled: !board.mayEdit(),
    get: () => now()?.text ?? '',
    set(value) {
      const motion = now();
      if (motion) edit({ motion: { ...motion, text: value } }, 'edit text');
      return undefined;
    },
  });
  return { fields: [...where.fields, typed], rows: [...where.rows, typed.root] };
}

function imageFields(needs: Needs): Fields {
  const { store, board, edit, begin } = needs;
  const text = messages.storyboardPanel;
  const now = () => motionNow(needs, 'images')?.images ?? [];
  const field = textField({
    label: text.images,
    begin,
    disabled: !board.mayEdit(),
    get: () => now().join(', '),
    set(typed) {
      const numbers = typed.split(/[\s,;]+/).filter(each => each !== '');
      const images = numbers.map(each => readNumber(each, 0, 2 ** 31, true));
      const isRight = images.length > 0 && images.length <= FILM_LIMITS.images && !images.includes(undefined);
      if (!isRight) return text.problems.images(FILM_LIMITS.images);
      edit({ motion: { kind: 'images', images: images as number[] } }, 'images');
      return undefined;
    },
  });
  const take = smallButton(text.takeImage, () => {
    const { source } = store.get().workbook;
    if (source.kind === 'digit' && now().length < FILM_LIMITS.images)
      edit({ motion: { kind: 'images', images: [...now(), source.index] } }, 'images taken');
  });
  const update = () => {
    take.disabled = !board.mayEdit() || store.get().workbook.source.kind !== 'digit';
  };
  update();
  return { fields: [field, { root: take, update }], rows: [field.root, take] };
}

function trainFields(needs: Needs): Fields {
  const { board, edit, begin } = needs;
  const text = messages.storyboardPanel;
  const now = () => motionNow(needs, 'train');
  const start = selectField({
    label: text.start,
    disabled: !board.mayEdit(),
    choices: () => (['initial', 'here'] as const).map(value => ({ value, label: text.starts[value] })),
    get: () => now()?.start ?? 'here',
    set: value => {
      const motion = now();
      if (motion) edit({ motion: { ...motion, start: value as 'initial' | 'here' } }, 'train start');
    },
  });
  const steps: Field = textField({
    label: text.steps,
    unit: text.stepsUnit,
    begin,
    disabled: !board.mayEdit(),
    get: () => String(now()?.steps ?? 1),
    set(typed) {
      const value = readNumber(typed, 1, FILM_LIMITS.steps, true);
      const motion = now();
      if (value === undefined) return text.problems.wholeNumber(1, FILM_LIMITS.steps);
      if (motion) edit({ motion: { ...motion, steps: value } }, 'train steps');
      return undefined;
    },
  });
  return { fields: [start, steps], rows: [element('div', { class: 'film-pair' }, start.root, steps.root)] };
}

function runFields(needs: Needs): Fields {
  const { store, board, edit } = needs;
  const which = selectField({
    label: messages.storyboardPanel.run,
    disabled: !board.mayEdit(),
    choices: () => store.get().runs.map(({ id, name }) => ({ value: id, label: name })),
    get: () => motionNow(needs, 'run')?.run ?? '',
    set: value => edit({ motion: { kind: 'run', run: value } }, 'run'),
  });
  return { fields: [which], rows: [which.root] };
}
