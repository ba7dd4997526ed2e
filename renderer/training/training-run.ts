import { decimal, fixed, whole } from '../../shared/messages/format.ts';
import { messages, say } from '../../shared/messages.ts';
import { sameSentence } from '../../shared/messages/render.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { phaseAt, phasesOf } from '../../shared/phases.ts';
import { restartSteps } from '../../shared/schedule.ts';
import { type ConfusionCell, MOST_MATRIX_CLASSES } from '../../shared/training.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, icon, type IconName, setAttributes } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import { epochOf, isUnderWay, type RunView, validated } from '../core/run-view.ts';
import { cutShort } from './training-commands.ts';
import type { Store, View } from '../core/store.ts';
import { type ConfusionMatrix, createConfusionMatrix } from '../evaluation/confusion.ts';
import { createTrainingCurves } from './training-curves.ts';
import { createDistributions } from './training-distributions.ts';
import { numberAsTyped, typedNumber } from '../grid/typed-number.ts';
import { section } from '../parts/sides.ts';

/** The most epochs that have their own segment in the progress bar. */
const MOST_SEGMENTS = 60;
/** The most cells of a confusion matrix (of 30 classes) that are updated during the run, to save time in a frame. */
const MOST_LIVE_CELLS = 900;

/** A run under way or ended. `openConfused` shows the images of a cell of the confusion matrix. */
export function createTrainingRun(
  parent: Element,
  store: Store,
  commands: Commands,
  openConfused: (cell: ConfusionCell) => void,
): View {
  const text = messages.trainingPanel;
  const press = (name: IconName | undefined, label: string, kind: string, work: () => void) => {
    const made = element('button', { type: 'button', class: `button ${kind}` }, name && icon(name), label);
    made.addEventListener('click', work);
    return made;
  };
  const command = (name: IconName | undefined, label: string, kind: string, id: string) =>
    press(name, label, kind, () => commands.run(id));

  // ── where it stands ──
  const epoch = element('b', {});
  const left = element('b', { class: 'left' });
  const bar = element('div', {
    class: 'epochs',
    role: 'progressbar',
    'aria-label': text.title,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
  });
  const steps = element('small', {});
  const elapsed = element('small', {});
  const phase = element('small', { class: 'phase' });
  const head = element('div', { class: 'training-progress' }, epoch, left, bar, steps, elapsed, phase);

  const pause = command('pause', text.pause, 'primary', 'train.pause');
  const resume = command('play', text.resume, 'primary', 'train.pause');
  const one = command('step', text.step, 'outlined', 'train.step');
  const stop = command('stop', text.stop, 'outlined', 'train.stop');
  const every = element('small', { title: text.sheetEveryHelp });
  const controls = element('div', { class: 'training-controls' }, pause, resume, one, stop, every);

  /** What the run can't follow. */
  const stays = element('p', { class: 'help', role: 'status' });

  const sentence = element('p', { class: 'training-end', role: 'status' });
  const evaluate = command(undefined, text.evaluate, 'primary', 'train.evaluate');
  const again = command(undefined, text.startAgain, 'outlined', 'train.start');
  const goOn = command(undefined, text.continue, 'outlined', 'train.continue');
  const next = press(undefined, text.setUpNext, 'outlined', () => commands.run('train.setup'));
  const ended = element(
    'div',
    {},
    sentence,
    element('div', { class: 'training-controls' }, evaluate, again, goOn, next),
  );

  // ── figures ──
  const figure = () => element('b', {});
  const figures = { loss: figure(), metric: figure(), validation: figure(), samples: figure() };
  const metricName = element('span', {});
  const table = element(
    'div',
    { class: 'run-figures' },
    element('div', {}, text.figures.loss, figures.loss),
    element('div', {}, metricName, figures.metric),
    element('div', {}, text.figures.validation, figures.validation),
    element('div', {}, text.figures.samples, figures.samples),
  );

  const body = element('div', { class: 'training-body' }, head, controls, stays, ended, table);
  const curves = createTrainingCurves(body);

  // ── the rate from now on ──
  const rate = element('input', {
    type: 'text',
    inputmode: 'decimal',
    class: 'field small number',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const rateProblem = element('p', { class: 'problem', role: 'status' });
  const setRate = () => {
    const wanted = typedNumber(rate.value);
    const good = wanted > 0 && wanted <= 100;
    rate.setAttribute('aria-invalid', String(!good));
    rateProblem.textContent = good ? '' : text.expected(messages.training.expected.learningRate);
    if (good) commands.run('train.setRate', String(wanted));
  };
  rate.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    setRate();
  });
  const change = element(
    'div',
    { class: 'change-rate' },
    element('label', {}, text.changeRate, rate),
    press(undefined, text.set, 'outlined small', setRate),
    rateProblem,
  );
  body.append(change);

  // ── mistakes, distributions, notes ──
  const confusionNote = element('small', {});
  const confusion = element('div', {});
  const mistakes = section(text.confusion, [confusionNote], confusion);
  body.append(mistakes);
  const distributions = createDistributions(body, store);
  const notes = element('ul', { class: 'run-notes' });
  const notesPart = section(text.notes, [], notes);
  body.append(notesPart);
  const root = element('div', { class: 'training-run' }, body);

  /** What was last shown of the parts that are made anew. */
  let shown: {
    id?: string;
    segments?: string;
    confusion?: RunView['confusion'] | string;
    notes?: number;
    /** Whether the rate of the set-up was put into the field. */
    rate?: boolean;
  } = {};

  const showHead = ({ state, record }: RunView) => {
    const { step, steps: all, stepsPerEpoch, epochs, seconds, secondsLeft, status } = state;
    const now = epochOf(state);
    epoch.textContent = status === 'preparing' ? text.preparing : text.epochOf(now, epochs);
    left.textContent = isUnderWay(state) && secondsLeft !== undefined ? text.left(clock(secondsLeft)) : '';
    steps.textContent = text.stepOf(step, all);
    elapsed.textContent = text.elapsed(clock(seconds));
    phase.textContent = phaseNow(record, now - 1);
    const percent = Math.floor((100 * step) / Math.max(1, all));
    bar.setAttribute('aria-valuenow', String(percent));
    bar.setAttribute('aria-valuetext', `${text.progress(percent)}, ${text.epochOf(now, epochs)}`);
    const segments = epochs <= MOST_SEGMENTS ? epochs : 1;
    const restarts = record ? restartSteps(record.config, stepsPerEpoch).map(at => Math.round(at / stepsPerEpoch)) : [];
    const made = `${segments} ${restarts.join()}`;
    if (shown.segments !== made) {
      shown.segments = made;
      const classOf = (i: number) => (segments > 1 && restarts.includes(i) ? 'restart' : undefined);
      bar.replaceChildren(...Array.from({ length: segments }, (_, i) => element('i', { class: classOf(i) })));
    }
    for (const [i, segment] of ([...bar.children] as HTMLElement[]).entries()) {
      const done = Math.max(0, Math.min(1, (step / Math.max(1, all)) * segments - i));
      segment.style.setProperty('--done', `${Math.round(1000 * done) / 10}%`);
    }
  };

  const showControls = ({ state, moved }: RunView) => {
    const underWay = isUnderWay(state);
    const { role, workbook } = store.get();
    const focused = controls.contains(document.activeElement) || ended.contains(document.activeElement);
    controls.hidden = !underWay;
    ended.hidden = underWay;
    pause.hidden = state.status === 'paused';
    resume.hidden = !pause.hidden;
    for (const [button, id] of [
      [pause, 'train.pause'],
      [resume, 'train.pause'],
      [one, 'train.step'],
      [stop, 'train.stop'],
      [again, 'train.start'],
    ] as const)
      button.disabled = !commands.enabled(id);
    goOn.hidden = !commands.enabled('train.continue');
    setAttributes(goOn, {
      title: cutShort(store.get())
        ? text.goOnHelp(cutShort(store.get())!.name)
        : text.continueHelp(store.get().setup.epochs),
    });
    change.hidden = !underWay || role === 'viewer';
    every.textContent = underWay && moved.steps > 0 && state.status === 'running' ? text.sheetEvery(moved.steps) : '';
    const staying = (state.stays ?? []).map(say).join(' ');
    if (stays.textContent !== staying) stays.textContent = staying;
    stays.hidden = staying === '';
    // If something was done since, undo takes back something else.
    const undoes = sameSentence(workbook.undo, sentences.runs.label(state.name)) ? ` ${text.undoRun}` : '';
    const said = underWay ? '' : `${endSentence(state)}${undoes}`;
    if (sentence.textContent !== said) sentence.textContent = said;
    sentence.dataset.end = state.end ?? '';
    // If the button with the keyboard is gone or disabled, the first available one gets the keyboard.
    const at = document.activeElement as HTMLElement | null;
    if (focused && (at?.offsetParent === null || at?.matches(':disabled'))) {
      (underWay ? (pause.hidden ? resume : pause) : evaluate).focus();
    }
  };

  const showFigures = ({ state, curves: { meanLoss, meanMetric, epochs }, record }: RunView) => {
    const last = validated(epochs).at(-1);
    const loss = meanLoss.at(-1);
    const metric = meanMetric.at(-1);
    figures.loss.textContent = loss === undefined ? text.noFigure : lossText(loss);
    metricName.textContent = text.metrics[record?.loss ?? 'crossEntropy'];
    figures.metric.textContent = metric === undefined ? text.noFigure : text.percent(metric);
    figures.validation.textContent = last === undefined ? text.noFigure : text.percent(last.validationMetric);
    figures.samples.textContent =
      state.samplesPerSecond === undefined ? text.noFigure : whole(Math.round(state.samplesPerSecond));
  };

  const showConfusion = ({ state, confusion: found, record, curves: { epochs } }: RunView) => {
    const several = record?.loss === 'binaryCrossEntropy';
    mistakes.hidden = several;
    if (several) return;
    // A window that was opened after the run has no matrix of it.
    const without = validated(epochs).length > 0 ? text.confusionGone : text.noValidation;
    const expected = isUnderWay(state) ? text.noConfusion : without;
    const none = (record?.classes.length ?? 0) > MOST_MATRIX_CLASSES ? text.confusionGone : expected;
    const late = state.status === 'running' && found && found.counts.length > MOST_LIVE_CELLS;
    const now = late ? text.confusionLater : (found ?? none);
    if (shown.confusion === now) return;
    shown.confusion = now;
    matrix.request();
  };
  let drawn: { names: string; view: ConfusionMatrix } | undefined;
  /** The matrix is made anew after each epoch, in a frame of its own, because it has a cell for every pair of
   *  classes. */
  const matrix = inOwnFrame(() => {
    const { run, classes: known } = store.get();
    if (!run || shown.confusion === undefined) return;
    if (typeof shown.confusion === 'string') {
      confusionNote.textContent = '';
      confusion.replaceChildren(element('p', { class: 'help' }, shown.confusion));
      drawn = undefined;
      return;
    }
    const { counts, step } = shown.confusion;
    const size = Math.round(Math.sqrt(counts.length));
    const classes = Array.from({ length: size }, (_, i) => run.record?.classes[i] ?? known[i] ?? String(i));
    const all = counts.reduce((sum, count) => sum + count, 0);
    const right = classes.reduce((sum, _, i) => sum + counts[i * size + i], 0);
    confusionNote.textContent = text.confusionAt(step, all - right, all);
    const names = JSON.stringify(classes);
    if (drawn?.names !== names) {
      drawn = { names, view: createConfusionMatrix(classes, openConfused) };
      confusion.replaceChildren(drawn.view.root);
    }
    drawn.view.update(counts);
  });

  const showNotes = ({ curves: { notes: list } }: RunView) => {
    if (shown.notes === list.length) return;
    shown.notes = list.length;
    notesPart.hidden = list.length === 0;
    notes.replaceChildren(
      ...list
        .toReversed()
        .map(note => element('li', {}, element('span', {}, text.noteAt(note.step)), say(note.sentence))),
    );
  };

  const show = () => {
    const { run, side, settingUp } = store.get();
    if (!run || side !== 'training' || settingUp) return;
    if (run.state.id !== shown.id) {
      shown = { id: run.state.id };
      rate.value = '';
      rate.removeAttribute('aria-invalid');
      rateProblem.textContent = '';
    }
    // Only once, because the user may empty the field to type another rate.
    if (run.record && !shown.rate) {
      shown.rate = true;
      rate.value = numberAsTyped(run.record.config.learningRate);
    }
    showHead(run);
    showControls(run);
    showFigures(run);
    curves.show(run);
    showConfusion(run);
    distributions.show(run);
    showNotes(run);
  };
  const later = inOwnFrame(show);
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['run', 'side', 'settingUp', 'canContinue', 'role', 'setup'], later.request),
    store.on(['workbook'], ({ run }) => {
      if (!isUnderWay(run?.state)) later.request();
    }),
    later.cancel,
    matrix.cancel,
    () => curves.destroy(),
    () => distributions.destroy(),
  ]);
}

/** A time as text: 0:25, 12:05, 1:02:03. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** A loss as text: 0.138, 12.3. */
const lossText = (loss: number) => (loss < 10 ? fixed(loss, 3) : decimal(String(Number(loss.toPrecision(3)))));

/** Which phase an epoch (from 0) belongs to, in words. Empty for a run without phases. */
function phaseNow(record: RunView['record'], epoch: number): string {
  if (!record?.config.phases) return '';
  const spans = phasesOf(record.config);
  const place = phaseAt(spans, epoch);
  return messages.trainingPanel.phases.now(place + 1, spans.length, spans[place].name);
}

function endSentence({ end, sentence, step, epochs }: RunView['state']): string {
  const { endSentences } = messages.trainingPanel;
  if (sentence !== undefined) return say(sentence);
  switch (end) {
    case 'finished':
      return endSentences.finished(epochs);
    case 'stopped':
      return endSentences.stopped(step);
    case 'early':
      return endSentences.early;
    default:
      return end === 'failed' ? endSentences.failed : '';
  }
}
