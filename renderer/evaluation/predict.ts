import { type Fit, fits, imageShape } from '../../shared/data.ts';
import { fitRemarks } from '../../shared/data-meaning.ts';
import { messages, say } from '../../shared/messages.ts';
import { NOT_A_NUMBER } from '../../shared/numbers.ts';
import { predictionsCsv } from '../../shared/predictions-csv.ts';
import type { Replies } from '../../shared/protocol.ts';
import { type FilePrediction, isLost } from '../../shared/training.ts';
import type { Client } from '../core/client.ts';
import { trainedFit } from '../data/data-choice.ts';
import { inkOnPaper } from '../core/colours.ts';
import { download } from '../core/download.ts';
import { destroyAll, element } from '../core/element.ts';
import { isShown, showImage } from '../data/show-image.ts';
import type { Store, View } from '../core/store.ts';
import { givesSeveralLabels, judgingIn } from './choices.ts';
import { createTtaFields } from './tta-fields.ts';
import { nameWeights, WEIGHTS } from './weights.ts';
import { fileProblems } from '../data/data-facts.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { choosePath } from '../parts/file-dialog.ts';
import { createPictureGrid, onImageInSheet, type PictureGrid } from '../parts/picture-grid.ts';
import { samplesOf } from '../data/sample-view.ts';
import { overridesIgnored } from '../grid/over-counts.ts';
import { createSide, createWork, section } from '../parts/sides.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** How many classes after the first are named. */
const RUNNERS_UP = 2;
/** With several labels, every label with a probability above this is predicted, if it has no threshold of its own. */
const THRESHOLD = 0.5;

type Predicted = FilePrediction & { index: number; pixels: Uint8Array };

/** The network's predictions for image files: one file, or all of a folder. */
export function createPrediction(parent: Element, store: Store, client: Client, dialogs: Dialogs): View {
  const text = messages.views.prediction;
  const { root, body, end } = createSide(store, 'prediction', text.title);
  const work = createWork(store, client, text.predicting);
  let list: PictureGrid<Predicted> | undefined;

  const fit = element(
    'select',
    { class: 'field', 'aria-label': messages.views.data.fit },
    ...fits.map(each => element('option', { value: each }, messages.views.data.fits[each])),
  );
  /** The fit that the user chose in this workbook, if it differs from that of the training images. */
  let chosenFit: Fit | undefined;
  fit.addEventListener('change', () => {
    chosenFit = fit.value as Fit;
    showState();
  });
  const views = createTtaFields(store);
  const otherFit = element('p', { class: 'remark', role: 'status', hidden: true });
  const choose = async (mode: 'openData' | 'openFolder') => {
    try {
      const chosen = await choosePath(store, client, dialogs, mode, '');
      if (chosen) await predict(chosen.path);
    } catch (error) {
      work.refuse(sentenceOf(error));
    }
  };
  const press = (label: string, kind: string, mode: 'openData' | 'openFolder') => {
    const button = element('button', { type: 'button', class: `button ${kind}` }, label);
    button.addEventListener('click', () => void choose(mode));
    return button;
  };
  const buttons = [press(text.file, 'primary', 'openData'), press(text.folder, 'outlined', 'openFolder')];
  const noImages = element('p', { class: 'remark', hidden: true }, messages.views.evaluation.noData);
  const stale = element('p', { class: 'remark', role: 'status', hidden: true }, text.stale);
  const results = element('div', { class: 'side-results' });
  /** What was left out of the last submission. */
  const remarks = element('div', { role: 'status' });
  const weights = nameWeights(store, client);
  /** The name of the weights that predicted. */
  let asked: string | undefined;
  /** Whether a prediction is under way. */
  let busy = false;

  const predict = async (path: string, invert = false) => {
    const { workbookId } = store.get();
    const tta = views.chosen();
    if (!tta) return;
    const name = weights.name();
    busy = true;
    showState();
    const answer = await work.run(() =>
      client.send('predictFiles', { path, fit: fit.value as Fit, ...(invert && { invert }), ...tta }),
    );
    busy = false;
    // Another workbook may have been opened meanwhile.
    if (answer && store.get().workbookId === workbookId) {
      asked = name;
      show(answer, path, invert);
    }
    showState();
  };

  /** Says that images look inverted, or were inverted, with a button that predicts them the other way. */
  const invertHint = ({ files, inverted }: Replies['predictFiles'], path: string, invert: boolean): HTMLElement[] => {
    const { sheet, dataChoice } = store.get();
    if (!invert && (inverted === 0 || !inkOnPaper(sheet.network, dataChoice))) return [];
    const again = element(
      'button',
      { type: 'button', class: 'button outlined small' },
      invert ? text.asTheyAre : text.invert,
    );
    again.addEventListener('click', () => void predict(path, !invert));
    const sentence = invert ? text.inverted : text.looksInverted(inverted, files.length);
    return [element('p', { class: 'remark' }, sentence, ' ', again)];
  };

  const show = (answer: Replies['predictFiles'], path: string, invert: boolean) => {
    const { classes, files, problems } = answer;
    list?.destroy();
    remarks.replaceChildren();
    const severalLabels = givesSeveralLabels(store);
    const { thresholds } = judgingIn(store);
    const own = thresholds?.length === classes.length ? thresholds : undefined;
    const percent = (probability: number) => messages.panels.probability(probability);
    const name = (index: number) => messages.views.classOrNumber(index, classes[index]);
    list = createPictureGrid<Predicted>(store, {
      id: 'prediction',
      // The user's own files look as they do elsewhere.
      inkOnPaper: () => false,
      label: text.files,
      rows: true,
      async load(from, size) {
        const page = files.slice(from, from + size);
        const images = await client.send('getPredictedImages', { indices: page.map((_, i) => from + i) });
        const items = samplesOf(images).map(({ pixels }, i) => ({
          item: { ...page[i], index: from + i, pixels },
          pixels,
        }));
        return { total: files.length, shape: images.shape, items };
      },
      look(image) {
        const { name: file, index } = image;
        if (isLost(image))
          return {
            key: index,
            label: messages.cells.errors[NOT_A_NUMBER],
            spoken: text.spoken(file, messages.cells.errors[NOT_A_NUMBER], []),
            wrong: true,
            selected: isShown(store, file),
            row: { name: file },
          };
        const probabilities = image.probabilities as readonly number[];
        const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
        const [best, ...rest] = order;
        const labels = severalLabels ? order.filter(each => probabilities[each] > (own?.[each] ?? THRESHOLD)) : [best];
        const label = labels.length > 0 ? labels.map(name).join(', ') : messages.views.noLabel;
        const others = (severalLabels ? order.slice(0, RUNNERS_UP + 1) : rest.slice(0, RUNNERS_UP)).map(
          each => `${name(each)} ${percent(probabilities[each])}`,
        );
        const detail = severalLabels ? undefined : percent(probabilities[best]);
        return {
          key: index,
          label,
          spoken: text.spoken(file, detail === undefined ? label : `${label} ${detail}`, others),
          selected: isShown(store, file),
          row: { name: file, second: others.join(' · '), detail },
        };
      },
      choose: image => showImage(store, client, { name: image.name, pixels: image.pixels }),
      refuse: work.refuse,
    });
    const csv = element('button', { type: 'button', class: 'button outlined small' }, messages.views.saveCsv);
    csv.addEventListener('click', () =>
      download(`${text.fileName}.csv`, new Blob([predictionsCsv(classes, files)], { type: 'text/csv' })),
    );
    const submission = element('button', { type: 'button', class: 'button outlined small' }, text.submission);
    submission.addEventListener('click', () => void submit());
    const lost = files.filter(isLost).length;
    results.replaceChildren(
      ...(severalLabels && own ? [element('p', { class: 'help' }, messages.judging.used)] : []),
      ...invertHint(answer, path, invert),
      ...(lost > 0 ? [element('p', { class: 'remark' }, messages.training.noNumbers(lost, files.length))] : []),
      ...(problems.length > 0
        ? [fileProblems(messages.views.data.problems(problems.length), problems, problems.length)]
        : []),
      section(text.files, [element('span', {}, messages.views.images(files.length)), csv, submission], list.root),
      remarks,
      element('p', { class: 'help' }, text.help),
    );
    list.reload(true);
  };
  /** Writes the predictions in the form of a sample that the user chooses. */
  const submit = async () => {
    try {
      const sample = await choosePath(store, client, dialogs, 'openData', '');
      if (!sample) return;
      const answer = await work.run(() => client.send('makeSubmission', { sample: sample.path }));
      if (!answer) return;
      remarks.replaceChildren(...answer.remarks.map(remark => element('p', { class: 'remark' }, say(remark))));
      download('submission.csv', new Blob([answer.text], { type: 'text/csv' }));
    } catch (error) {
      work.refuse(sentenceOf(error));
    }
  };
  const showState = () => {
    const fits = imageShape(store.get().sheet.network) !== undefined;
    noImages.hidden = fits;
    for (const button of buttons) button.disabled = busy || !fits;
    stale.hidden = !list || weights.hold(asked);
    const { workbook } = store.get();
    fit.value = chosenFit ?? trainedFit(store.get());
    const [remark] = fitRemarks(fit.value as Fit, workbook.fit);
    otherFit.hidden = remark === undefined;
    otherFit.textContent = say(remark) ?? '';
  };
  const forget = () => {
    list?.destroy();
    list = undefined;
    chosenFit = undefined;
    results.replaceChildren();
    showState();
  };

  const ignored = overridesIgnored(store);
  body.append(
    element('p', { class: 'help' }, text.what),
    element('div', { class: 'side-start' }, fit, ...buttons),
    otherFit,
    views.root,
    ignored.root,
    noImages,
    ...work.elements,
    stale,
    results,
  );
  parent.append(root);
  showState();
  return destroyAll(root, [
    end,
    ignored.end,
    () => views.destroy(),
    work.end,
    store.on(['workbookId'], forget),
    store.on([...WEIGHTS, 'sheet', 'dataChoice'], showState),
    onImageInSheet(store, () => list?.paint()),
    () => list?.destroy(),
  ]);
}
