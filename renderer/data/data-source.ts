import type { DataChoice, DataReading, DataSource, Fit } from '../../shared/data.ts';
import { fits, pathsOf } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import { createReadingFields } from './data-reading-fields.ts';
import type { ChooseMode } from '../parts/file-dialog.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import { type ChosenNetwork, createNetworkFields } from './network-fields.ts';

/** The contents of the form: a kind of source, the chosen paths, and the other fields as typed. */
export type SourceKind = 'digits' | 'letters' | 'fashion' | 'folders' | 'csv' | 'idx' | 'numpy';
type PathName = keyof typeof messages.views.data.paths;
/** The data set in the form. `source` is undefined until every path is chosen. */
export type Filled = {
  source: DataSource | undefined;
  reading: DataReading | undefined;
  /** The network that shall take the images, and the shape they get for it. */
  network: ChosenNetwork;
  shape: DataChoice['shape'];
  fit: Fit;
  validation: number;
  test: number;
  seed: number;
};

const PATHS: Readonly<Record<SourceKind, readonly (readonly [PathName, ChooseMode])[]>> = {
  digits: [],
  letters: [],
  fashion: [],
  folders: [['folders', 'openFolder']],
  csv: [
    ['csvImages', 'openFolder'],
    ['csvLabels', 'openData'],
  ],
  idx: [
    ['idxImages', 'openData'],
    ['idxLabels', 'openData'],
  ],
  numpy: [
    ['numpyImages', 'openData'],
    ['numpyLabels', 'openData'],
  ],
};
const KINDS = Object.keys(PATHS) as SourceKind[];

/** The left side of the data set dialog: where images and labels are, how they are fitted to the network's input, and
 *  what is set aside. `open`: the open network. `choose` asks for a path. `changed` is called when images or splits
 *  change. `begin`: start with this kind of source, without paths. */
export function createSourceForm(
  initial: Omit<Filled, 'source' | 'reading'> & { source: DataSource; reading?: DataReading },
  open: NetworkSpec,
  choose: (mode: ChooseMode) => Promise<string | undefined>,
  changed: () => void,
  begin?: SourceKind,
): {
  root: HTMLElement;
  get(): Filled;
  /** The first faulty field's problem. */
  problem(): string | undefined;
  /** Shows how the data set was understood, for settings that nobody has chosen. */
  understood(reading: DataReading | undefined): void;
} {
  const text = messages.views.data;
  const own = initial.source.kind === 'named' ? initial.source.name : initial.source.kind;
  let kind: SourceKind = begin ?? own;
  let { fit } = initial;
  const paths = new Map<PathName, string>(begin ? [] : chosenPaths(initial.source));

  const reading = createReadingFields(initial.reading, changed);
  const kindOf = () => (kind === 'digits' || kind === 'letters' || kind === 'fashion' ? 'named' : kind);
  const network = createNetworkFields(open, { ...initial, source: kindOf() }, changed);

  /** What holds until a path is chosen. */
  const UNCHOSEN: Partial<Record<PathName, string>> = { csvImages: text.besideTable, numpyLabels: text.sameFile };
  const pathRows = element('div', { class: 'path-choices' });
  const choosePath = async (name: PathName, mode: ChooseMode) => {
    const chosen = await choose(mode);
    if (chosen === undefined) return;
    paths.set(name, chosen);
    showPaths();
    // The pressed button was replaced by a new one.
    pathRows.querySelectorAll('button')[PATHS[kind].findIndex(row => row[0] === name)]?.focus();
    changed();
  };
  const showPaths = () =>
    pathRows.replaceChildren(
      ...PATHS[kind].map(([name, mode]) => {
        const path = paths.get(name);
        const shown = path ?? UNCHOSEN[name] ?? text.notChosen;
        const button = element(
          'button',
          { type: 'button', class: 'button outlined', 'aria-label': text.chooseWhat(text.paths[name]) },
          text.choose,
        );
        button.addEventListener('click', () => void choosePath(name, mode));
        return element(
          'div',
          { class: 'path-choice' },
          element('span', { class: 'path-name' }, text.paths[name]),
          // Paths differ at their ends, so the style sheet cuts them at the beginning. <bdi> keeps their order.
          element(
            'span',
            { class: path === undefined ? 'path missing' : 'path', title: shown },
            element('bdi', {}, shown),
          ),
          button,
        );
      }),
    );

  const sources = KINDS.map(each => {
    const input = element('input', { type: 'radio', name: 'data-source', value: each, checked: each === kind });
    input.addEventListener('change', () => {
      kind = each;
      reading.show(kindOf());
      network.from(kindOf());
      showPaths();
      changed();
    });
    const { name, detail } = text.sources[each];
    return element('label', { class: 'source' }, input, element('span', {}, name, element('small', {}, detail)));
  });

  const fitHelp = element('p', { class: 'help', id: 'fit-help' }, text.fitHelp[fit]);
  const fitChoices = fits.map(each => {
    const input = element('input', { type: 'radio', name: 'data-fit', value: each, checked: each === fit });
    input.addEventListener('change', () => {
      fit = each;
      fitHelp.textContent = text.fitHelp[each];
      changed();
    });
    return element('label', {}, input, element('span', {}, text.fits[each]));
  });

  const number = (value: number, maximum: number, step: number | 'any') => {
    const input = element('input', {
      type: 'number',
      class: 'field',
      min: 0,
      max: maximum,
      step,
      value,
      required: true,
    });
    // After every key. If it waited until the field is left, pressing the dialog's button would come too late.
    input.addEventListener('input', changed);
    return input;
  };
  /** A share in percent. If it isn't edited, it keeps its exact value, because another share gives another split. */
  const shareField = (initialShare: number) => {
    const input = number(Number((100 * initialShare).toFixed(2)), 90, 'any');
    const shown = input.value;
    return { input, get: () => (input.value === shown ? initialShare : input.valueAsNumber / 100) };
  };
  const validation = shareField(initial.validation);
  const test = shareField(initial.test);
  const seed = number(initial.seed, 2 ** 32 - 1, 1);

  reading.show(kindOf());
  showPaths();
  const root = element(
    'div',
    { class: 'data-form' },
    group(text.source, ...sources, pathRows, reading.root),
    network.root,
    group(
      text.fit,
      element('div', { class: 'segmented choices', 'aria-describedby': fitHelp.id }, ...fitChoices),
      fitHelp,
    ),
    group(
      text.setAside,
      element(
        'div',
        { class: 'number-row' },
        element('label', { class: 'labelled' }, text.validation, validation.input),
        element('label', { class: 'labelled' }, text.test, test.input),
        element('label', { class: 'labelled' }, text.seed, seed),
      ),
      element('p', { class: 'help' }, text.ownTest),
    ),
  );

  return {
    root,
    get: () => ({
      source: sourceOf(kind, paths),
      reading: reading.get(),
      ...network.get(),
      fit,
      validation: validation.get(),
      test: test.get(),
      seed: seed.valueAsNumber,
    }),
    problem() {
      const both = validation.input.valueAsNumber + test.input.valueAsNumber;
      if (!validation.input.checkValidity() || !test.input.checkValidity() || both > 95) return text.shareInvalid;
      return seed.checkValidity() ? network.problem() : text.seedInvalid;
    },
    understood: guessed => reading.guess(guessed),
  };
}

function group(legend: string, ...children: HTMLElement[]): HTMLElement {
  return element('fieldset', {}, element('legend', {}, legend), ...children);
}

/** The paths of a source by what they are. */
function chosenPaths(source: DataSource): [PathName, string][] {
  if (source.kind === 'named') return [];
  const names = PATHS[source.kind].map(([name]) => name);
  return pathsOf(source).map((path, i) => [names[i], path]);
}

function sourceOf(kind: SourceKind, paths: ReadonlyMap<PathName, string>): DataSource | undefined {
  if (kind === 'folders') {
    const path = paths.get('folders');
    return path === undefined ? undefined : { kind, path };
  }
  if (kind === 'numpy') {
    const [images, labels] = [paths.get('numpyImages'), paths.get('numpyLabels')];
    return images === undefined ? undefined : { kind, images, ...(labels !== undefined && { labels }) };
  }
  if (kind === 'csv' || kind === 'idx') {
    const labels = paths.get(`${kind}Labels`);
    // A table names images in its own folder, or has the images in itself.
    const beside = kind === 'csv' ? labels?.replace(/(?<=.)[\\/][^\\/]*$/, '') : undefined;
    const images = paths.get(`${kind}Images`) ?? beside;
    return images === undefined || labels === undefined ? undefined : { kind, images, labels };
  }
  return { kind: 'named', name: kind };
}
