import { messages } from '../../shared/messages.ts';
import type { ConfusionCell } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import { overridesIgnored } from '../grid/over-counts.ts';
import { createSide } from '../parts/sides.ts';
import { createTrainingRun } from './training-run.ts';
import { createTrainingSetup } from './setup-panel.ts';

/** The training panel on the right of the sheet: a run, or the set-up of one. */
export function createTrainingPanel(
  parent: Element,
  store: Store,
  client: Client,
  commands: Commands,
  openConfused: (cell: ConfusionCell) => void,
): View {
  const text = messages.trainingPanel;
  const { root, body, end } = createSide(store, 'training', text.title);
  root.classList.add('training');
  const chip = element('span', { class: 'chip status', role: 'status' });
  root.querySelector('h2')!.firstChild!.after(chip);
  const runPart = element('div', { class: 'training-part', tabindex: -1 });
  const setupPart = element('div', { class: 'training-part' });
  const ignored = overridesIgnored(store);
  body.append(ignored.root, runPart, setupPart);
  const run = createTrainingRun(runPart, store, commands, openConfused);
  /** Made anew for every network, because it lists layers and classes. */
  let setup: View | undefined;
  const makeSetup = () => {
    setup?.destroy();
    setup = createTrainingSetup(setupPart, store, client, commands);
  };
  const show = () => {
    const { run: now, settingUp } = store.get();
    const watching = now !== undefined && !settingUp;
    const focused = setupPart.contains(document.activeElement);
    runPart.hidden = !watching;
    setupPart.hidden = watching;
    // Not its first button: another Enter would pause the run that was just started.
    if (focused && watching) runPart.focus();
    chip.hidden = !now;
    if (!now) return;
    const { status, end: how } = now.state;
    chip.dataset.status = how === 'failed' ? 'failed' : status;
    const label = status === 'ended' && how ? text.ends[how] : text.statuses[status];
    if (chip.textContent !== label) chip.textContent = label;
  };
  parent.append(root);
  makeSetup();
  show();
  return destroyAll(root, [
    store.on(['sheet'], makeSetup),
    store.on(['run', 'settingUp'], show),
    end,
    ignored.end,
    () => run.destroy(),
    () => setup?.destroy(),
  ]);
}
