import type { DataChoice, DataSummary } from '../../shared/data.ts';
import { messages, sayName } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { firstChoice, inputSize } from './data-choice.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { dataFacts } from './data-facts.ts';
import { createSourceForm, type SourceKind } from './data-source.ts';
import { button, buttons, type Dialogs, openDialog } from '../parts/dialogs.ts';
import { choosePath } from '../parts/file-dialog.ts';
import type { ChosenNetwork } from './network-fields.ts';
import { createSampleView } from './sample-view.ts';
import { type OpenInstead, useData } from './use-data.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** Milliseconds without a change before images are read again. */
const READ_AFTER = 250;

/** The dialog for choosing a data set. It reads what is chosen at once, so that counts and pictures show the effect of
 *  every choice. Cancelling leaves the chosen data set as it was. `begin`: start with this kind of source, whose paths
 *  must still be chosen, and with this network, and say why. Resolves when the dialog closes. */
export async function openDataDialog(
  parent: Element,
  store: Store,
  client: Client,
  dialogs: Dialogs,
  openInstead: OpenInstead,
  begin?: { source: SourceKind; network?: ChosenNetwork; sentence?: string },
): Promise<void> {
  const text = messages.views.data;
  const { sheet } = store.get();
  const { network } = sheet;
  const choice = store.get().dataChoice ?? (begin?.network ? firstChoice : undefined);
  if (!choice) {
    await dialogs.tell(text.title, text.noImages(inputSize(network)));
    return;
  }
  const scores = sheet.tensors.get(`${network.layers.at(-1)!.id}/output`)?.size ?? 0;
  let read: { data: DataChoice; summary: DataSummary; network: ChosenNetwork } | undefined;
  /** Counts the readings. Results of older ones are dropped. */
  let reading = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  /** Whether the user has stopped the reading. */
  let stopped = false;

  const problem = element('p', { class: 'problem', role: 'alert' });
  const bar = element('progress', { max: 1, 'aria-label': text.reading });
  const stop = element('button', { type: 'button', class: 'button outlined small' }, text.stopReading);
  const progress = element('div', { class: 'data-progress', hidden: true }, text.reading, bar, stop);
  const again = element('button', { type: 'button', class: 'button outlined small', hidden: true }, text.readAgain);
  const totals = element('p', { class: 'data-totals', role: 'status' });
  const facts = element('div', { class: 'data-facts' });
  const previewPart = element('div', { class: 'data-preview' }, element('h3', {}, text.preview));
  const samples = createSampleView(previewPart, store, client, {
    id: 'data-sample',
    label: text.samples,
    first: 'training',
    refuse: sentence => (problem.textContent = sentence),
  });
  const use = button(text.use, 'primary', () => void accept());
  use.disabled = true;

  const readAgain = async () => {
    const own = ++reading;
    const reason = form.problem();
    problem.textContent = reason ?? '';
    again.hidden = true;
    const { source, network: wanted, ...rest } = form.get();
    if (reason !== undefined || !source) {
      finish(own);
      // A missing file is no mistake: the user may still be choosing.
      if (!source) totals.textContent = text.pathsMissing;
      return;
    }
    const data: DataChoice = { ...choice, ...rest, source };
    progress.hidden = false;
    stopped = false;
    bar.removeAttribute('value');
    try {
      const summary = await client.send('describeData', { data });
      if (own === reading) finish(own, { data, summary, network: wanted });
    } catch (error) {
      if (own !== reading || closed) return;
      problem.textContent = stopped ? text.stopped : sentenceOf(error);
      again.hidden = false;
      finish(own);
    }
  };
  const finish = (own: number, found?: typeof read) => {
    if (own !== reading || closed) return;
    read = found;
    progress.hidden = true;
    use.disabled = !found;
    previewPart.hidden = !found;
    form.understood(found?.summary.reading);
    samples.show(found?.data, found?.summary);
    const { classes } = found?.summary ?? sheet;
    const taker = found?.network === 'open' ? { ...sheet, scores } : { network, classes, scores: classes.length };
    facts.replaceChildren(...(found ? dataFacts(found.summary, taker) : []));
    use.textContent = found && found.network !== 'open' ? text.makeNetwork : text.use;
    const { training, validation, test } = found?.summary.totals ?? { training: 0, validation: 0, test: 0 };
    totals.textContent = found ? `${sayName(found.summary.name)}: ${text.totals(training, validation, test)}` : '';
  };
  /** Cancels the current reading, and reads what is chosen now. */
  const changed = () => {
    clearTimeout(waiting);
    use.disabled = true;
    if (!progress.hidden) {
      reading++;
      client.send('cancel', {}).catch(() => undefined);
    }
    waiting = setTimeout(() => void readAgain(), READ_AFTER);
  };
  stop.addEventListener('click', () => {
    stopped = true;
    client.send('cancel', {}).catch((error: unknown) => (problem.textContent = sentenceOf(error)));
  });
  again.addEventListener('click', () => void readAgain());
  let close = () => {};
  const accept = async () => {
    if (!read) return;
    try {
      if (await useData(store, client, read, openInstead)) close();
    } catch (error) {
      problem.textContent = sentenceOf(error);
    }
  };

  const form = createSourceForm(
    { ...choice, network: begin?.network ?? 'open' },
    network,
    async mode => {
      try {
        return (await choosePath(store, client, dialogs, mode, ''))?.path;
      } catch (error) {
        problem.textContent = sentenceOf(error);
        return undefined;
      }
    },
    changed,
    begin?.source,
  );
  const endProgress = store.on(['progress'], ({ progress: now }) => {
    if (now) bar.value = now.fraction;
  });
  await openDialog(
    parent,
    text.title,
    done => {
      close = () => done('');
      void readAgain();
      return [
        ...(begin?.sentence ? [element('p', { class: 'remark', role: 'status' }, begin.sentence)] : []),
        element(
          'div',
          { class: 'data-columns' },
          form.root,
          previewPart,
          element('div', { class: 'data-side' }, totals, facts),
        ),
        problem,
        element(
          'div',
          { class: 'data-foot' },
          progress,
          again,
          buttons(
            button(messages.shell.cancel, 'plain', () => done(undefined)),
            use,
          ),
        ),
      ];
    },
    'data-dialog',
  );
  closed = true;
  clearTimeout(waiting);
  endProgress();
  samples.destroy();
  if (!progress.hidden) client.send('cancel', {}).catch(() => undefined);
}
