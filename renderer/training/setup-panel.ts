import { whole } from '../../shared/messages/format.ts';
import { messages, say } from '../../shared/messages.ts';
import { averagings, backends, type OptimizerKind, starts } from '../../shared/training.ts';
import { optimizerDefaults } from '../../shared/training-defaults.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Client } from '../core/client.ts';
import type { State, Store, View } from '../core/store.ts';
import { createDataRow } from '../data/data-row.ts';
import { setupProblems, sizesAdvice, trainable, whatIsOn } from './setup.ts';
import { createAugmentationSettings } from './training-augmentation.ts';
import { phaseSummary } from './run-settings.ts';
import { createFields, type Fields, own, type Setting, withoutPhases } from './training-fields.ts';
import { createRateSettings } from './training-rate.ts';

/** The panel with all the settings of the next run. */
export function createTrainingSetup(parent: Element, store: Store, client: Client, commands: Commands): View {
  const text = messages.trainingPanel;
  const fields = createFields(store);
  const views: View[] = [];

  // ── data set ──
  const data = createDataRow(store, client, commands, 'training', ({ totals, classes }) =>
    text.dataCounts(totals.training, totals.validation, classes.length),
  );
  views.push(data);

  // ── the run ──
  const start = fields.choice(
    text.from,
    () =>
      starts.map(value => ({
        value,
        label: text.starts[value],
        disabled: value === 'continue' && !store.get().canContinue,
      })),
    own('start') as Setting<string>,
    {
      wide: true,
      help() {
        const { setup } = store.get();
        return setup.start === 'continue' ? text.continueHelp(setup.epochs) : '';
      },
    },
  );
  const engine = fields.choice(
    text.engine,
    () =>
      backends.map(value => ({
        value,
        label: text.engines[value],
        disabled: value === 'tensorflow' && !store.get().nativeBackend,
      })),
    own('backend') as Setting<string>,
    { help: () => (store.get().nativeBackend ? '' : text.engineMissing) },
  );
  const sizes = element('p', { class: 'help', role: 'status' });
  const useSizes = element('button', { type: 'button', class: 'button outlined small', hidden: true });
  useSizes.addEventListener('click', () => {
    const { setup } = store.get();
    store.set({ setup: { ...setup, ...sizesAdvice(store.get()).better } });
    // The pressed button is gone.
    run.querySelector<HTMLInputElement>('input')?.focus();
  });
  const run = group(text.groups.run, [
    start,
    fields.number(text.epochs, 'epochs', withoutPhases(own('epochs'))),
    fields.number(text.batchSize, 'batchSize', own('batchSize')),
    element('div', { class: 'setting-with-button wide' }, sizes, useSizes),
    fields.number(text.seed, 'seed', own('seed')),
    engine,
  ]);

  const phases = phasesGroup(commands);
  const body = element('div', { class: 'training-body' }, data.root, run, phases.root);
  views.push(createRateSettings(body, store, fields, commands));
  const augmentation = folded(text.groups.augmentation, 'augmentation', []);
  body.append(
    optimizerGroup(fields),
    folded(text.groups.layers, 'layers', [layerTable(store, fields)]),
    augmentation,
    endingGroup(store, fields),
  );
  views.push(createAugmentationSettings(augmentation, store, client, fields));

  // ── starting ──
  const startButton = element('button', { type: 'button', class: 'button primary large' }, text.start);
  startButton.addEventListener('click', () => commands.run('train.start'));
  const back = element('button', { type: 'button', class: 'button outlined large' }, text.backToRun);
  back.addEventListener('click', () => store.set({ settingUp: false }));
  const problem = element('p', { class: 'problem', role: 'status' });
  const foot = element(
    'div',
    { class: 'training-foot' },
    problem,
    element('div', { class: 'training-foot-buttons' }, startButton, back),
  );
  const root = element('div', { class: 'training-setup' }, body, foot);

  const show = () => {
    const state = store.get();
    const { run: shown } = state;
    const problems = setupProblems(state);
    const { sentence, better } = sizesAdvice(state);
    sizes.textContent = sentence;
    sizes.classList.toggle('warning', better !== undefined);
    useSizes.hidden = !better;
    if (better) useSizes.textContent = text.useSizes(better);
    const on = whatIsOn(state.setup, state.sheet.network);
    for (const heading of root.querySelectorAll<HTMLElement>('summary small'))
      heading.textContent = on[heading.dataset.part as keyof typeof on];
    const whole = problems.get('');
    phases.show(state);
    problem.textContent = say(whole) ?? (problems.size > 0 ? text.fixFirst(problems.size) : '');
    startButton.disabled = !commands.enabled('train.start');
    back.hidden = !shown;
    // A section with a faulty setting is opened.
    for (const details of root.querySelectorAll('details'))
      if (details.querySelector('[aria-invalid="true"]')) details.open = true;
  };
  const refresh = () => {
    fields.refresh();
    show();
  };
  parent.append(root);
  refresh();
  return destroyAll(root, [
    store.on(['setup', 'dataChoice', 'dataSummary', 'canContinue', 'nativeBackend', 'run', 'role'], refresh),
    ...views.map(view => () => view.destroy()),
  ]);
}

function group(name: string, children: HTMLElement[]): HTMLElement {
  return element(
    'section',
    { class: 'settings-group', 'aria-label': name },
    element('h3', {}, name),
    element('div', { class: 'settings' }, ...children),
  );
}

/** A section that can be folded. Its heading names the settings that are on. */
function folded(name: string, part: string, children: HTMLElement[]): HTMLDetailsElement {
  const on = element('small', { 'data-part': part });
  return element('details', { class: 'settings-group' }, element('summary', {}, name, ' ', on), ...children);
}

/** The phases of the run, in short, and the button that edits them. */
function phasesGroup(commands: Commands) {
  const text = messages.trainingPanel;
  const list = element('ol', { class: 'phase-list' });
  const help = element('p', { class: 'help' }, text.phases.help);
  const edit = element('button', { type: 'button', class: 'button outlined small' }, text.phases.edit);
  edit.addEventListener('click', () => commands.run('train.phases'));
  const root = element(
    'section',
    { class: 'settings-group', 'aria-label': text.phases.title },
    element('h3', {}, text.phases.title, edit),
    list,
    help,
  );
  const show = ({ setup: { phases = [], groups = [] } }: Pick<State, 'setup'>) => {
    help.hidden = phases.length > 0;
    list.hidden = phases.length === 0;
    edit.disabled = !commands.enabled('train.phases');
    list.replaceChildren(
      ...phases.map((phase, place) =>
        element(
          'li',
          {},
          element('b', {}, phase.name || text.phases.numbered(place + 1)),
          ' ',
          element('small', {}, phaseSummary(phase, groups.length)),
        ),
      ),
    );
  };
  return { root, show };
}

/** The optimizer: its own settings, folded, and those that all optimizers have. */
function optimizerGroup(fields: Fields): HTMLElement {
  const text = messages.trainingPanel;
  const kinds = Object.keys(optimizerDefaults) as OptimizerKind[];
  const kind: Setting<string> = {
    read: ({ optimizer }) => optimizer.kind,
    write: (setup, value) => ({ ...setup, optimizer: optimizerDefaults[value as OptimizerKind] }),
  };
  const number = (key: 'momentum' | 'rho' | 'beta1' | 'beta2' | 'epsilon') =>
    fields.number(text.optimizerSettings[key], `optimizer.${key}`, optimizerSetting<number>(key));
  return element(
    'section',
    { class: 'settings-group', 'aria-label': text.groups.optimizer },
    element('h3', {}, text.groups.optimizer),
    element(
      'div',
      { class: 'settings' },
      fields.choice(text.optimizer, () => kinds.map(value => ({ value, label: text.optimizers[value] })), kind, {
        wide: true,
      }),
    ),
    element(
      'details',
      { class: 'settings-more' },
      element('summary', {}, text.groups.more, ' ', element('small', { 'data-part': 'more' })),
      element(
        'div',
        { class: 'settings' },
        number('momentum'),
        number('rho'),
        number('beta1'),
        number('beta2'),
        number('epsilon'),
        fields.check(text.optimizerSettings.nesterov, optimizerSetting<boolean>('nesterov')),
        fields.number(text.weightDecay, 'weightDecay', own('weightDecay'), { note: text.zeroIsOff }),
        fields.number(text.clipNorm, 'clipNorm', own('clipNorm'), { note: text.zeroIsOff }),
      ),
    ),
  );
}

/** A setting that only some optimizers have. */
function optimizerSetting<T>(key: string): Setting<T> {
  return {
    read: ({ optimizer }) => (optimizer as unknown as Record<string, T>)[key],
    write: (setup, value) => ({ ...setup, optimizer: { ...setup.optimizer, [key]: value } }),
  };
}

/** The settings of the run's end, and how much each class counts. */
function endingGroup(store: Store, fields: Fields): HTMLElement {
  const text = messages.trainingPanel;
  const kinds = ['equal', 'balanced', 'listed'] as const;
  const weights: Setting<string> = {
    read: ({ classWeights }) => (typeof classWeights === 'string' ? classWeights : 'listed'),
    write: (setup, value) => ({
      ...setup,
      classWeights: value === 'listed' ? store.get().classes.map(() => 1) : (value as 'equal' | 'balanced'),
    }),
  };
  const averaging: Setting<string> = {
    read: setup => setup.averaging ?? 'off',
    write: (setup, value) => ({ ...setup, averaging: averagings.find(each => each === value) }),
  };
  return folded(text.groups.ending, 'ending', [
    element(
      'div',
      { class: 'settings' },
      fields.number(text.patience, 'patience', own('patience'), { help: text.patienceHelp, note: text.zeroIsOff }),
      fields.check(text.keepBest, own('keepBest'), { help: text.keepBestHelp }),
      fields.choice(
        text.averaging,
        () => ['off' as const, ...averagings].map(value => ({ value, label: text.averagingKinds[value] })),
        averaging,
        { help: () => text.averagingHelp },
      ),
      fields.choice(
        text.classWeights,
        () => kinds.map(value => ({ value, label: text.classWeightKinds[value] })),
        weights,
        { wide: true },
      ),
      classWeightList(store, fields),
      fields.check(
        text.sampling,
        {
          read: ({ sampling }) => sampling === 'balanced',
          write: (setup, value) => ({ ...setup, sampling: value ? 'balanced' : 'each' }),
        },
        { help: text.samplingHelp },
      ),
    ),
  ]);
}

/** A table of the layers with parameters: whether a layer learns, and its factor of the learning rate. */
function layerTable(store: Store, fields: Fields): HTMLElement {
  const text = messages.trainingPanel;
  const { sheet } = store.get();
  const rows = trainable(sheet.network).map(({ id, name }) => {
    let size = 0;
    for (const info of sheet.tensors.values()) if (info.layer === id && info.role === 'parameter') size += info.size;
    const rate: Setting<number> = {
      read: ({ layerRates }) => layerRates[id] ?? 1,
      write: (setup, value) => {
        const { [id]: _, ...others } = setup.layerRates;
        return { ...setup, layerRates: value === 1 ? others : { ...others, [id]: value } };
      },
    };
    const frozen: Setting<boolean> = {
      read: setup => rate.read(setup) === 0,
      write: (setup, value) => rate.write(setup, value ? 0 : 1),
    };
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', { class: 'number' }, whole(size)),
      element('td', {}, fields.check('', frozen, { spoken: text.freezeLayer(name) })),
      element('td', {}, fields.bareNumber(text.rateFactorOf(name), `layerRates.${id}`, rate)),
    );
  });
  return element(
    'table',
    { class: 'layer-table', 'aria-label': text.layerTable },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...[text.layer, text.parameters, text.freeze, text.rateFactor].map(name =>
          element('th', { scope: 'col' }, name),
        ),
      ),
    ),
    element('tbody', {}, ...rows),
  );
}

/** How much each class counts: a number for each class name. */
function classWeightList(store: Store, fields: Fields): HTMLElement {
  const list = element('div', {
    class: 'class-weights wide',
    role: 'group',
    'aria-label': messages.trainingPanel.classWeightList,
  });
  for (const [index, name] of store.get().classes.slice(0, 100).entries())
    list.append(
      fields.number(name, `classWeights.${index}`, {
        read: ({ classWeights }) => (typeof classWeights === 'string' ? undefined : classWeights[index]),
        write: (setup, value) => ({
          ...setup,
          classWeights:
            typeof setup.classWeights === 'string' ? setup.classWeights : setup.classWeights.with(index, value),
        }),
      }),
    );
  return list;
}
