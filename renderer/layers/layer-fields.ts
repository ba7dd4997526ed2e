/** The fields of a layer: its name, what it reads, and its settings. */
import {
  type Activation,
  activations,
  type AddedKind,
  gatheringKinds,
  kindsLike,
} from '../../shared/layer-edits/defaults.ts';
import { activationAfter } from '../../shared/layer-edits/edits.ts';
import { messages } from '../../shared/messages.ts';
import { kindOf } from '../../shared/layers/kinds.ts';
import type { Layer, NetworkSpec } from '../../shared/network.ts';
import type { LayerId } from '../../shared/tensor.ts';
import { element } from '../core/element.ts';
import type { LayerEditing } from './layer-editing.ts';
import { partNames, settingName } from './setting-words.ts';
import { numberAsTyped, typedNumber } from '../grid/typed-number.ts';

type FieldActions = Pick<LayerEditing, 'set' | 'rename' | 'connect' | 'changeKind' | 'activate' | 'rateOf' | 'setRate'>;

/** What settings are that may be left out. */
const LEFT_OUT: Readonly<Record<string, unknown>> = { dilationRate: [1, 1], groups: 1 };

/** The kinds that an activation usually comes after. */
const hasActivation = ({ kind }: Layer) =>
  kind === 'conv2d' || kind === 'depthwiseConv2d' || kind === 'dense' || kind === 'batchNorm' || kind === 'add';

export function createLayerFields(actions: FieldActions) {
  const text = messages.layerEdits;
  const set: FieldActions['set'] = (setting, value) => actions.set(setting, value);
  const connect: FieldActions['connect'] = inputs => actions.connect(inputs);
  const root = element('div', { class: 'layer-fields' });
  /** What the fields were made for. They are made anew only for another layer, so that the focus stays. */
  let madeFor = '';
  let refreshers: ((layer: Layer, before: Layer | undefined) => void)[] = [];
  /** Whether the last edit was refused, and the field that makes an edit just now. */
  let isRefused = false;
  let written: HTMLElement | undefined;

  /** A field with a label, and what it said before the edits. */
  function field(label: string, inputs: HTMLElement[], textOf: (layer: Layer) => string): HTMLElement {
    const was = element('small', { class: 'was' });
    const made = element(
      'div',
      { class: 'layer-field', role: 'group', 'aria-label': label },
      element('span', {}, label),
      ...inputs,
      was,
    );
    refreshers.push((layer, before) => {
      const changed = before !== undefined && textOf(before) !== textOf(layer);
      was.textContent = changed ? text.was(textOf(before)) : '';
      made.classList.toggle('changed', changed || before === undefined);
    });
    return made;
  }

  function numberInput(label: string, read: (layer: Layer) => number, write: (value: number) => boolean) {
    const input = element('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'field small number',
      'aria-label': label,
      spellcheck: 'false',
      autocomplete: 'off',
    });
    input.addEventListener('input', () => {
      written = input;
      input.setAttribute('aria-invalid', String(!write(typedNumber(input.value))));
      written = undefined;
    });
    refreshers.push(layer => {
      const isShown = Object.is(typedNumber(input.value), read(layer));
      // What is refused stays as it is typed: it isn't finished, or fits with the number beside it that is typed next.
      if (!isShown && isRefused && (input === written || input.getAttribute('aria-invalid') === 'true')) return;
      if (!isShown) input.value = numberAsTyped(read(layer));
      input.removeAttribute('aria-invalid');
    });
    return input;
  }

  function choice(label: string, options: readonly (readonly [value: string, label: string])[]) {
    const made = element(
      'select',
      { class: 'field small', 'aria-label': label },
      ...options.map(([value, name]) => element('option', { value }, name)),
    );
    return made;
  }

  // A formula layer's are its formulas, which are typed into its cells.
  const settingsOf = (layer: Layer) => (layer.kind === 'formula' ? [] : Object.keys(kindOf(layer).settings));
  const valueOf = (layer: Layer, key: string): unknown =>
    (layer as unknown as Record<string, unknown>)[key] ?? LEFT_OUT[key];

  function settingField(key: string, value: unknown): HTMLElement {
    const label = settingName(key);
    if (Array.isArray(value)) {
      const names = partNames(key, value.length);
      // Zeros around maps are given in pairs: [[top, bottom], [left, right]].
      const inPairs = Array.isArray(value[0]);
      const numbersOf = (layer: Layer) => (valueOf(layer, key) as (number | number[])[]).flat();
      const typed: HTMLInputElement[] = [];
      const inputs = numbersOf(current!).map((_, part) => {
        const name = names[part];
        const input = numberInput(
          `${label}, ${name}`,
          layer => numbersOf(layer)[part],
          () => {
            // As they are typed: some numbers fit only together, such as equal strides.
            const now = typed.map(each => typedNumber(each.value));
            return set(key, inPairs ? [now.slice(0, 2), now.slice(2)] : now);
          },
        );
        typed.push(input);
        return element('label', { class: 'part' }, input, element('small', {}, name));
      });
      return field(label, inputs, layer => numbersOf(layer).join(' × '));
    }
    if (typeof value === 'boolean') {
      const box = element('input', { type: 'checkbox', 'aria-label': label });
      box.addEventListener('change', () => set(key, box.checked));
      refreshers.push(layer => (box.checked = valueOf(layer, key) === true));
      return field(label, [box], layer => (valueOf(layer, key) === true ? text.yes : text.no));
    }
    if (typeof value === 'string') {
      const select = choice(label, Object.entries(text.paddings));
      select.addEventListener('change', () => set(key, select.value));
      refreshers.push(layer => (select.value = valueOf(layer, key) as string));
      return field(label, [select], layer => text.paddings[valueOf(layer, key) as 'valid']);
    }
    const input = numberInput(
      label,
      layer => valueOf(layer, key) as number,
      typed => set(key, typed),
    );
    return field(label, [input], layer => numberAsTyped(valueOf(layer, key) as number));
  }

  function readsFields(layer: Layer, network: NetworkSpec): HTMLElement[] {
    const place = network.layers.findIndex(({ id }) => id === layer.id);
    const earlier = network.layers.slice(0, place).map(({ id, name }) => [id, name] as const);
    const nameOf = (id: LayerId | undefined) => network.layers.find(each => each.id === id)?.name ?? '';
    const selects: HTMLSelectElement[] = [];
    return layer.inputs.map((_, position) => {
      const label = position === 0 ? text.reads : text.readsToo;
      const select = choice(label, earlier);
      selects.push(select);
      select.addEventListener('change', () => {
        written = select;
        // As they are chosen: two layers may fit only together.
        select.setAttribute('aria-invalid', String(!connect(selects.map(({ value }) => value))));
        written = undefined;
      });
      refreshers.push(now => {
        // What is refused stays chosen, so that arrow keys go past a layer that doesn't fit.
        const isShown = select.value === now.inputs[position];
        if (!isShown && isRefused && (select === written || select.getAttribute('aria-invalid') === 'true')) return;
        select.value = now.inputs[position];
        select.removeAttribute('aria-invalid');
      });
      const parts: HTMLElement[] = [select];
      if (layer.inputs.length > 2) {
        const remove = element('button', { type: 'button', class: 'button outlined small' }, '×');
        remove.setAttribute('aria-label', text.removeInput(nameOf(layer.inputs[position])));
        remove.addEventListener('click', () => connect(current!.inputs.toSpliced(position, 1)));
        parts.push(remove);
      }
      return field(label, parts, each => nameOf(each.inputs[position]));
    });
  }

  function kindField(layer: Layer): HTMLElement {
    const kinds = kindsLike(layer.kind);
    if (kinds.length === 0) {
      const kind = element('span', { class: 'kind' }, text.kinds[layer.kind]);
      return field(text.kind, [kind], each => text.kinds[each.kind]);
    }
    const select = choice(
      text.kind,
      kinds.map(kind => [kind, text.kinds[kind]]),
    );
    select.addEventListener('change', () => actions.changeKind(select.value as AddedKind));
    refreshers.push(({ kind }) => (select.value = kind));
    return field(text.kind, [select], each => text.kinds[each.kind]);
  }

  function rateField(): HTMLElement {
    const input = numberInput(
      text.rate,
      ({ id }) => actions.rateOf(id),
      typed => actions.setRate(typed),
    );
    return field(text.rate, [input], () => '');
  }

  function activationField(): HTMLElement {
    const names = activations.map(kind => [kind, text.kinds[kind]] as const);
    const select = choice(text.activation, [['', text.noActivation], ...names]);
    select.addEventListener('change', () => {
      const { value } = select;
      actions.activate(value === '' ? undefined : (value as Activation));
    });
    refreshers.push(({ id }) => (select.value = activationAfter(shown!, id)?.kind ?? ''));
    return field(text.activation, [select], () => '');
  }

  /** The layer that is shown, and the network that it is in. */
  let current: Layer | undefined;
  let shown: NetworkSpec | undefined;

  return {
    root,
    show(layer: Layer, before: Layer | undefined, network: NetworkSpec, refused: boolean): void {
      isRefused = refused;
      current = layer;
      shown = network;
      const key = JSON.stringify([layer.id, layer.kind, layer.inputs.length, network.layers.map(({ id }) => id)]);
      if (key !== madeFor) {
        madeFor = key;
        refreshers = [];
        const name = element('input', { type: 'text', class: 'field small', spellcheck: 'false' });
        name.setAttribute('aria-label', text.name);
        name.addEventListener('input', () => name.setAttribute('aria-invalid', String(!actions.rename(name.value))));
        refreshers.push(({ name: now }) => {
          if (document.activeElement !== name || name.getAttribute('aria-invalid') !== 'true') name.value = now;
        });
        const add = element('button', { type: 'button', class: 'button outlined small' }, text.addInput);
        add.addEventListener('click', () => connect([...current!.inputs, current!.inputs.at(-1)!]));
        root.replaceChildren(
          field(text.name, [name], each => each.name),
          kindField(layer),
          ...readsFields(layer, network),
          ...(gatheringKinds.has(layer.kind) ? [add] : []),
          ...settingsOf(layer).map(each => settingField(each, valueOf(layer, each))),
          ...(layer.kind === 'dropout' ? [rateField()] : []),
          ...(hasActivation(layer) ? [activationField()] : []),
        );
      }
      for (const refresh of refreshers) refresh(layer, before);
    },
  };
}
