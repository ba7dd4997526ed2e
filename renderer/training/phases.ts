/** The dialog that edits the phases of the next run as a table: a row for each phase, a column for each group of
 *  layers. What is typed is in the set-up at once; cancelling brings back what was. */
import { messages } from '../../shared/messages.ts';
import { layerGroups, phasesOf, takesSize, withGroups, withPhases } from '../../shared/phases.ts';
import {
  fromRecipe,
  groupLayers,
  type Recipe,
  recipes,
  spreadOf,
  spreadRates,
  spreads,
  usualGroups,
} from '../../shared/recipes.ts';
import type { Phase, Schedule } from '../../shared/training.ts';
import { element, iconButton, smallButton } from '../core/element.ts';
import type { Setup, Store } from '../core/store.ts';
import { button, buttons, type Dialogs } from '../parts/dialogs.ts';
import { configOf, trainable } from './setup.ts';
import { createFields, type Setting } from './training-fields.ts';
import './phases.css';
import { scheduleDefaults } from './training-rate.ts';

const OWN = 'own';

/** Resolves when the dialog closes. */
export async function editPhases(store: Store, dialogs: Pick<Dialogs, 'show'>): Promise<void> {
  const text = messages.trainingPanel.phases;
  const before = store.get().setup;
  if (!before.phases?.length) store.set({ setup: firstPhases(before, store) });
  let end = () => {};
  const answer = await dialogs.show<'use' | 'one'>(
    text.title,
    close => {
      const view = createPhaseTable(store);
      end = () => view.destroy();
      return [
        element('p', {}, text.help),
        view.root,
        buttons(
          button(text.one, 'plain', () => close('one')),
          element('span', { class: 'spacer' }),
          button(messages.shell.cancel, 'plain', () => close(undefined)),
          button(messages.panels.dialogs.ok, 'primary', () => close('use')),
        ),
      ];
    },
    'wide phases-dialog',
  );
  end();
  if (answer === undefined) store.set({ setup: before });
  if (answer === 'one') {
    const { phases: _, groups: __, ...whole } = store.get().setup;
    store.set({ setup: whole });
  }
}

/** A run without phases as one phase, whose groups are the usual ones. */
function firstPhases(setup: Setup, store: Store): Setup {
  const { network } = store.get().sheet;
  const [{ first: _, ...only }] = phasesOf(setup);
  return withPhases({ ...setup, groups: usualGroups(network) }, [only]);
}

function createPhaseTable(store: Store): { root: HTMLElement; destroy(): void } {
  const text = messages.trainingPanel.phases;
  const root = element('div', { class: 'phases' });
  const total = element('p', { class: 'help', role: 'status' });
  let fields = createFields(store);
  let shape = '';
  const change = (make: (setup: Setup) => Setup) => store.set({ setup: make(store.get().setup) });
  const toPhases = (make: (phases: readonly Phase[]) => readonly Phase[]) =>
    change(setup => withPhases(setup, make(setup.phases ?? [])));

  /** A setting of the phase at a place. */
  const ofPhase = <T>(
    place: number,
    read: (phase: Phase) => T | undefined,
    write: (phase: Phase, value: T) => Phase,
  ): Setting<T> => ({
    read: ({ phases }) => phases?.[place] && read(phases[place]),
    write: (setup, value) =>
      withPhases(
        setup,
        setup.phases!.map((phase, at) => (at === place ? write(phase, value) : phase)),
      ),
  });

  const recipe = () => {
    const select = element('select', { class: 'field small' });
    select.append(
      element('option', { value: '' }, text.recipes.none),
      ...recipes.map(value => element('option', { value }, text.recipes[value])),
    );
    select.addEventListener('change', () => {
      const config = configOf(store.get());
      if (!config || select.value === '') return;
      const { network } = store.get().sheet;
      change(setup => ({ ...setup, ...fromRecipe(select.value as Recipe, network, config) }));
    });
    return element('label', { class: 'phases-recipe' }, element('span', {}, text.recipe), select);
  };

  const groupsPart = (setup: Setup): HTMLElement => {
    const { network } = store.get().sheet;
    const layers = trainable(network);
    const begins = setup.groups ?? [];
    const set = (groups: readonly string[]) => change(now => withGroups(now, network, groups));
    const rows = begins.map((id, at) => {
      const select = element('select', { class: 'field small' });
      const taken = new Set(begins.filter(each => each !== id));
      select.append(
        ...layers
          .slice(1)
          .filter(layer => !taken.has(layer.id))
          .map(layer => element('option', { value: layer.id }, layer.name)),
      );
      select.value = id;
      select.addEventListener('change', () => set(begins.with(at, select.value)));
      return element(
        'div',
        { class: 'phases-group' },
        element('label', {}, element('span', {}, text.beginsAt(at + 2)), select),
        iconButton('close', text.removeGroup(at + 2), () => set(begins.filter(each => each !== id))),
      );
    });
    const free = layers.slice(1).findLast(({ id }) => !begins.includes(id));
    const add = smallButton(
      text.addGroup,
      () => free && set([...begins, free.id]),
      undefined,
      !free || begins.length > 8,
    );
    return element(
      'section',
      { class: 'phases-groups', 'aria-label': text.groupsTitle },
      element('h3', {}, text.groupsTitle),
      ...rows,
      add,
      element('p', { class: 'help' }, text.groupsHelp),
    );
  };

  const scheduleCell = (place: number, { schedule }: Phase, phase: string): HTMLElement[] => {
    const names = messages.trainingPanel;
    const kinds = Object.keys(scheduleDefaults) as Schedule['kind'][];
    const kind = ofPhase<string>(
      place,
      each => each.schedule.kind,
      (each, value) => ({ ...each, schedule: scheduleDefaults[value as Schedule['kind']] }),
    );
    const { kind: _, ...numbers } = schedule;
    return [
      fields.choice('', () => kinds.map(value => ({ value, label: names.scheduleKinds[value] })), kind, {
        spoken: text.ofPhase(names.schedule, phase),
      }),
      ...Object.keys(numbers).map(key => {
        const setting = ofPhase<number>(
          place,
          each => (each.schedule as unknown as Record<string, number>)[key],
          (each, value) => ({ ...each, schedule: { ...each.schedule, [key]: value } }),
        );
        const label = names.scheduleSettings[key as keyof typeof names.scheduleSettings];
        return fields.number(label, `phases.${place}.schedule.${key}`, setting);
      }),
    ];
  };

  const row = (setup: Setup, place: number, offers: { norms: boolean; size: boolean }): HTMLElement => {
    const { network } = store.get().sheet;
    const phases = setup.phases!;
    const phase = phases[place];
    const called = text.numbered(place + 1);
    const groups = layerGroups(network, setup.groups).length;
    const name = element('input', {
      type: 'text',
      class: 'field small',
      maxlength: 64,
      placeholder: called,
      'aria-label': text.ofPhase(text.name, called),
      value: phase.name,
    });
    name.addEventListener('input', () =>
      change(now =>
        ofPhase<string>(
          place,
          each => each.name,
          (each, value) => ({ ...each, name: value }),
        ).write(now, name.value),
      ),
    );
    const number = (label: string, key: 'epochs' | 'learningRate') =>
      fields.bareNumber(
        text.ofPhase(label, called),
        `phases.${place}.${key}`,
        ofPhase<number>(
          place,
          each => each[key],
          (each, value) => ({ ...each, [key]: value }),
        ),
      );
    const spread = ofPhase<string>(
      place,
      each => spreadOf(each.groupRates, groups) ?? OWN,
      (each, value) => {
        const chosen = spreads.find(known => known === value);
        return chosen ? { ...each, groupRates: spreadRates(chosen, groups) } : each;
      },
    );
    const rates = Array.from({ length: groups }, (_, group) =>
      element(
        'td',
        {},
        fields.bareNumber(
          text.ofPhase(text.group(group + 1), called),
          `phases.${place}.groupRates.${group}`,
          ofPhase<number>(
            place,
            each => each.groupRates[group] ?? 1,
            (each, value) => ({
              ...each,
              groupRates: Array.from({ length: groups }, (__, at) =>
                at === group ? value : (each.groupRates[at] ?? 1),
              ),
            }),
          ),
        ),
      ),
    );
    const names = messages.trainingPanel;
    const norms = ofPhase<boolean>(
      place,
      each => each.freezeNorms === true,
      (each, value) => ({ ...each, freezeNorms: value || undefined }),
    );
    const [full, across] = inputSize(store);
    const size = ofPhase<number>(
      place,
      each => each.imageSize?.[0] ?? full,
      (each, value) => ({
        ...each,
        imageSize: value === full ? undefined : [value, Math.max(1, Math.round((value * across) / full))],
      }),
    );
    const move = (by: number) =>
      toPhases(all => {
        const others = all.toSpliced(place, 1);
        return others.toSpliced(place + by, 0, all[place]);
      });
    const press = (made: HTMLButtonElement, disabled: boolean) => {
      made.disabled = disabled;
      return made;
    };
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', {}, number(names.epochs, 'epochs')),
      element('td', {}, number(names.learningRate, 'learningRate')),
      element('td', { class: 'phases-schedule' }, ...scheduleCell(place, phase, called)),
      ...rates,
      element(
        'td',
        {},
        fields.choice(
          '',
          () => [...spreads, OWN].map(value => ({ value, label: text.spreads[value as keyof typeof text.spreads] })),
          spread,
          { spoken: text.ofPhase(text.spread, called) },
        ),
      ),
      ...(offers.norms
        ? [element('td', {}, fields.check('', norms, { spoken: text.ofPhase(text.norms, called) }))]
        : []),
      ...(offers.size
        ? [element('td', {}, fields.bareNumber(text.ofPhase(text.size, called), `phases.${place}.imageSize.0`, size))]
        : []),
      element(
        'td',
        { class: 'phases-buttons' },
        press(
          iconButton('up', text.up(called), () => move(-1)),
          place === 0,
        ),
        press(
          iconButton('arrowDown', text.down(called), () => move(1)),
          place === phases.length - 1,
        ),
        iconButton('plus', text.copy(called), () => toPhases(all => all.toSpliced(place, 0, all[place]))),
        press(
          iconButton('close', text.remove(called), () => toPhases(all => all.toSpliced(place, 1))),
          phases.length === 1,
        ),
      ),
    );
  };

  const table = (setup: Setup): HTMLElement => {
    const { network } = store.get().sheet;
    const names = messages.trainingPanel;
    const layerNames = new Map(network.layers.map(({ id, name }) => [id, name]));
    const [full, across] = inputSize(store);
    const groups = groupLayers(network, setup.groups).map(layers => layers.map(id => layerNames.get(id)!));
    const offers = {
      norms: network.layers.some(({ kind }) => kind === 'batchNorm'),
      size: full > 1 && takesSize(network, [full - 1, across]),
    };
    const heading = (label: string, more?: string, help?: string) =>
      element('th', { scope: 'col', title: help }, label, more !== undefined && element('small', {}, more));
    const range = (layers: readonly string[]) =>
      layers.length > 1 ? `${layers[0]} … ${layers.at(-1)}` : (layers[0] ?? '');
    return element(
      'table',
      { class: 'phases-table', 'aria-label': text.title },
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heading(text.name),
          heading(names.epochs),
          heading(names.learningRate),
          heading(names.schedule),
          ...groups.map((layers, group) => heading(text.group(group + 1), range(layers), layers.join(', '))),
          heading(text.spread),
          offers.norms && heading(text.norms, undefined, text.normsHelp),
          offers.size && heading(text.size, undefined, text.sizeHelp),
          element('td', {}),
        ),
      ),
      element('tbody', {}, ...setup.phases!.map((_, place) => row(setup, place, offers))),
    );
  };

  const shapeOf = ({ groups, phases }: Setup) => JSON.stringify([groups, phases?.map(({ schedule }) => schedule.kind)]);

  const show = () => {
    const { setup } = store.get();
    if (!setup.phases) return;
    if (shapeOf(setup) !== shape) {
      shape = shapeOf(setup);
      const spoken = document.activeElement?.getAttribute('aria-label');
      fields = createFields(store);
      const add = smallButton(text.add, () => toPhases(all => [...all, { ...all.at(-1)!, name: '' }]));
      root.replaceChildren(
        recipe(),
        groupsPart(setup),
        element('div', { class: 'phases-scroll', tabindex: 0, role: 'region', 'aria-label': text.title }, table(setup)),
        element('div', { class: 'phases-foot' }, add, total),
      );
      // The control that was pressed was made again.
      if (spoken) root.querySelector<HTMLElement>(`[aria-label="${CSS.escape(spoken)}"]:not(:disabled)`)?.focus();
    }
    fields.refresh();
    total.textContent = text.total(setup.phases.length, setup.epochs);
  };
  show();
  const end = store.on(['setup'], show);
  return { root, destroy: end };
}

function inputSize(store: Store): readonly [height: number, width: number] {
  const [input] = store.get().sheet.network.layers;
  return input.kind === 'input' ? [input.shape[0], input.shape[1]] : [1, 1];
}
