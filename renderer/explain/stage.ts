/** The stage over the sheet, as in the lecture's film: from the image to its maps, these compared with a template for
 *  each class, multiplied, added up and ranked. It follows edits and drawings at once, and a scan cell by cell. Beside
 *  the network's own templates there can be means of each class, which change nothing in the network. */
import { describeElement } from '../../shared/describe.ts';
import {
  type Comparison,
  comparisonIn,
  comparisonWith,
  numbersOf,
  ownComparison,
  readTemplates,
  type Templates,
} from '../../shared/explain/comparison.ts';
import { claimsOf } from '../../shared/explain/claims.ts';
import type { Source } from '../../shared/explain/numbers.ts';
import type { Last } from '../../shared/explain/why.ts';
import { boundsOf } from '../../shared/layout/lattice.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { TensorId, TensorInfo } from '../../shared/network.ts';
import type { Replies } from '../../shared/protocol.ts';
import { elementOf, filledAt, framesAt, type Scene, sceneAt, walkNetwork } from '../../shared/scene/scan.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import type { Client } from '../core/client.ts';
import { coloursOf } from '../core/colours.ts';
import type { Commands } from '../core/commands.ts';
import { destroyAll, element, FOCUS_SHEET, iconButton, smallButton } from '../core/element.ts';
import { inOwnFrame } from '../core/frames.ts';
import type { State, Store, Values, View } from '../core/store.ts';
import { anotherImage } from '../data/another-image.ts';
import type { GridApi } from '../grid/api.ts';
import { contentOver } from '../grid/over-elements.ts';
import { createWork } from '../parts/sides.ts';
import { readTheme, type Theme } from '../parts/theme.ts';
import { createCanvases } from './canvases.ts';
import type { Drawing } from './drawing.ts';
import { createNumberGrids } from './number-grids.ts';
import { createPointing } from './pointing.ts';
import { beginScan } from './scan-bar.ts';
import { createStageSet, type SetName } from './stage-set.ts';
import { createStageSum } from './stage-sum.ts';
import { createStageWay, mapsShown, shownOnTheWay } from './stage-way.ts';
import { stageWords } from './stage-words.ts';
import { drawWay } from './way.ts';
import { sentencesOf } from './words.ts';
import './stage.css';

/** So many classes of a ranking are shown. */
const RANKED = 5;
/** Means of each class, and the revision of the parameters that they were made with. */
type Means = Replies['classMeans'] & { revision: number };

type Needs = { store: Store; client: Client; values: Values; commands: Commands; grid: () => GridApi };

/** `host`: the place of the sheet, over which the stage lies. */
export function createStage(host: HTMLElement, { store, client, values, commands, grid }: Needs): View {
  const text = messages.explain.stage;
  const pointing = createPointing(store, grid);
  const canvases = createCanvases();
  const grids = createNumberGrids(canvases, pointing);
  /** The templates and the class that were chosen. Without a class, it is the one with the highest score. */
  let set: SetName = 'network';
  let chosen: number | undefined;
  let means: Means | undefined;
  /** Rises with every change of values. */
  let version = 0;
  let kept: { version: number; templates: Templates | undefined } | undefined;
  /** What the comparison that is shown follows from. */
  let compared = '';

  // ── the head ──
  const heading = element('p', { class: 'stage-place' });
  const play = smallButton(text.play, () => beginScan(store, walkNetwork(store.get().sheet), false));
  play.title = text.playHelp;
  play.classList.add('primary');
  const imageOf = element('select', { class: 'field small', 'aria-label': text.imageOf });
  imageOf.addEventListener('change', () => void showAnother());
  const another = smallButton(text.another, () => void showAnother());
  const draw = smallButton(text.draw, () => commands.run('network.draw'));
  const switches = (['network', 'means'] as const).map(name => {
    const button = element('button', { type: 'button' }, text.sets[name]);
    button.addEventListener('click', () => void switchTo(name));
    return { name, button };
  });
  const reading = createWork(store, client, messages.views.data.reading);
  const leave = () => store.set({ stage: false });
  const head = element(
    'header',
    { class: 'stage-head' },
    element('h2', { id: 'stage-title' }, text.title),
    heading,
    element('span', { class: 'spacer' }),
    play,
    element('label', {}, text.imageOf, imageOf),
    another,
    draw,
    element(
      'div',
      { class: 'segmented', role: 'group', 'aria-label': text.choose },
      ...switches.map(({ button }) => button),
    ),
    iconButton('close', text.close, leave),
  );

  // ── the parts ──
  const way = createStageWay(values, pointing);
  const now = element('section', { class: 'stage-now', hidden: true });
  const sum = createStageSum(pointing);
  const choose = (name: SetName, unit: number | undefined) => {
    [set, chosen] = [name, unit];
    update();
  };
  const turn = (from: SetName) => {
    const to = from === 'network' ? 'means' : 'network';
    if (to === 'means' && !means) return;
    choose(to, chosen);
    rows[to].focus();
  };
  const averaging = createWork(store, client, messages.explain.means.finding);
  const average = smallButton(text.average, () => void switchTo('means'));
  average.title = text.averageHelp;
  const again = element(
    'p',
    { class: 'stage-again', hidden: true },
    `${text.averageAgain} `,
    smallButton(text.again, () => void averageClasses()),
  );
  const rows = {
    network: createStageSet('network', [], { choose, turn }),
    means: createStageSet('means', [average, again, ...averaging.elements], { choose, turn }),
  };
  rows.means.root.title = text.meansHelp;
  const waiting = element('p', { class: 'remark', hidden: true }, text.waiting);
  const [first, second] = [element('p', { class: 'stage-caption' }), element('p', { class: 'stage-second' })];
  const caption = element('div', {}, first, second);
  const keys = element('p', { class: 'stage-keys' }, text.keys);
  const root = element(
    'section',
    { class: 'stage', 'aria-labelledby': 'stage-title', tabindex: -1, hidden: true },
    head,
    ...reading.elements,
    element(
      'div',
      { class: 'stage-body' },
      way.root,
      waiting,
      element('div', { class: 'stage-middle' }, now, sum.root),
      rows.network.root,
      rows.means.root,
    ),
    element('footer', { class: 'stage-foot' }, caption, keys),
  );

  // ── other images and templates ──
  async function showAnother(unit = imageOf.value === '' ? undefined : Number(imageOf.value)): Promise<void> {
    const { dataChoice: data, role, classes } = store.get();
    if (role === 'viewer') return;
    if (!data) return commands.refuse(messages.explain.noData);
    another.disabled = true;
    // Reading the data set may take a while.
    const shown = await reading.run(() => anotherImage(store, client, data, unit));
    another.disabled = false;
    if (shown === false) return commands.refuse(text.noImage(unit === undefined ? text.any : nameOf(classes, unit)));
    chosen = undefined;
    // It runs again.
    if (shown && store.get().scan) beginScan(store, walkNetwork(store.get().sheet), false);
    return undefined;
  }
  async function averageClasses(): Promise<boolean> {
    const { dataChoice: data, workbookId, structure, workbook } = store.get();
    if (average.disabled) return false;
    if (!data) {
      commands.refuse(messages.explain.noData);
      return false;
    }
    average.disabled = true;
    const found = await averaging.run(() => client.send('classMeans', { data, compared: true }));
    average.disabled = false;
    const isSame = store.get().workbookId === workbookId && store.get().structure === structure;
    if (!found || !isSame) return false;
    means = { ...found, revision: workbook.parameterRevision };
    version++;
    return true;
  }
  async function switchTo(name: SetName): Promise<void> {
    if (name === 'network' || means || (await averageClasses())) choose(name, chosen);
    else update();
  }

  // ── what is shown ──
  const source = (): Source => {
    const { sheet, sheets, written } = store.get();
    return {
      sheet,
      sheets,
      written,
      element: ({ tensor, index }) => values.element(tensor, index),
      cell: () => undefined,
    };
  };
  const scanned = () => {
    const { scan } = store.get();
    return (info: TensorInfo) => (scan ? filledAt(scan.plan, scan.time, info) : info.size);
  };

  /** Asks for the numbers that the stage needs. */
  const watch = () => {
    const { stage, sheet, scan, written } = store.get();
    const last = stage ? comparisonIn(sheet) : undefined;
    const frames = last && scan && framesAt(sheet, scan.plan, scan.time, written);
    const whole = last ? tensorsOf(sheet, last) : [];
    const ranges = [
      ...sheet.layout.regions.filter(({ tensor }) => whole.includes(tensor)).map(boundsOf),
      ...(last ? shownOnTheWay(sheet, last).flatMap(info => mapsShown(sheet, info)) : []),
      ...(frames ? [...frames.reads.filter(({ sheet: on }) => on === sheet.id), frames.target] : []),
    ];
    values.show(
      'stage',
      ranges.flatMap(range => sheet.layout.blocksIn(range)),
    );
    if (stage) soon.request();
  };

  function update(): void {
    const state = store.get();
    const { stage, sheet, scan, classes, workbook, dataChoice, role } = state;
    const last = stage ? comparisonIn(sheet) : undefined;
    if (!last) return;
    const theme = readTheme(document.documentElement, coloursOf(state));
    const filled = scanned();
    const frames = scan && framesAt(sheet, scan.plan, scan.time, state.written);
    if (kept?.version !== version) kept = { version, templates: readTemplates(source(), last) };
    const activations = numbersOf(source(), last.read.id, last.read.size);
    const there = filled(last.read);
    for (let nth = there; nth < last.read.size; nth++) activations[elementOf(last.read, nth)] = Number.NaN;

    const painted = `${version} ${JSON.stringify(coloursOf(state))} ${[...state.scales.values()].join()}`;
    way.update(state, last, { theme, version: painted, filled, frames });
    const [maps, names] = [sheet.layers.get(last.read.layer)!.name, namesOf(classes, last.scores.size)];
    heading.textContent = text.heading(maps, names.length);
    play.hidden = scan !== undefined;
    another.hidden = draw.hidden = role === 'viewer';
    imageOf.parentElement!.hidden = role === 'viewer' || !dataChoice;
    fillClasses(names);

    const network = kept.templates && ownComparison(source(), last, { templates: kept.templates, activations }, filled);
    const fits = means?.layer === last.dense.id && means.kernel.length === last.read.size * last.scores.size;
    const averaged = means && fits ? comparisonWith(sheet, last, means, activations) : undefined;
    if (!averaged) set = 'network';
    for (const { name, button } of switches) button.setAttribute('aria-pressed', String(name === set));
    average.hidden = averaged !== undefined;
    const isFresh = means?.revision === workbook.parameterRevision;
    again.hidden = !averaged || isFresh;
    const found = { network, means: averaged };
    // In a scan over the scores, the one that comes about is compared.
    const inScores = frames?.element.tensor === last.scores.id;
    const best = found[set]?.ranked[0] ?? 0;
    const unit = inScores ? frames.element.index : chosen !== undefined && chosen < names.length ? chosen : best;
    const end = sheet.tensors.get(`${sheet.network.layers.at(-1)!.id}/output`)!;
    const known = [last.read, last.scores, end].map(filled);
    const key = JSON.stringify([painted, known, unit, set, averaged !== undefined, isFresh, names]);
    if (key !== compared) showComparison(state, last, { theme, painted, activations, found, unit, names, isFresh });
    compared = key;
    const scene = scan && sceneAt(source(), scan.plan, scan.time);
    drawNow(state, theme, inScores ? undefined : scene);
    const number = typeof scene?.value === 'number' ? scene.value : null;
    const told = scene ? sentencesOf(claimsOf(source(), builtIn(state, scene), scene.told, number)) : '';
    // A scan has other words sixty times a second.
    caption.setAttribute('aria-live', scan ? 'off' : 'polite');
    const lines = stageWords({ network, means: averaged, set }, { told, there, of: last.read.size, unit, names });
    for (const [at, line] of [first, second].entries())
      if (line.textContent !== lines[at]) line.textContent = lines[at];
  }

  /** The rows of templates, and the sum for one class. */
  function showComparison(
    state: Readonly<State>,
    last: Last,
    {
      theme,
      painted,
      activations,
      found,
      unit,
      names,
      isFresh,
    }: {
      theme: Theme;
      painted: string;
      activations: Float64Array;
      found: Readonly<Record<SetName, Comparison | undefined>>;
      unit: number;
      names: readonly string[];
      isFresh: boolean;
    },
  ): void {
    const begun = !activations.every(Number.isNaN);
    for (const name of ['network', 'means'] as const) {
      const own = found[name];
      rows[name].update(
        own && { ...own, theme, names, shape: last.read.shape, unit, chosen: name === set, begun, version: painted },
      );
      rows[name].rank(
        (begun ? (own?.ranked ?? []) : []).slice(0, RANKED).map((each, at) => ({
          place: at + 1,
          name: names[each],
          score: own!.scores[each],
          probability: own!.probabilities?.[each],
        })),
      );
    }
    showRight(isFresh);
    const shown = found[set];
    waiting.hidden = shown !== undefined;
    // Before the first of the numbers to compare has come about, the cell that a scan makes has its place.
    sum.root.hidden = !shown || !begun;
    if (!shown) return;
    const match = { ...shown.matches[unit], score: shown.scores[unit] };
    const { templates } = shown;
    sum.update(state, last, {
      theme,
      activations,
      templates,
      match,
      unit,
      name: names[unit],
      isOwn: set === 'network',
    });
  }

  /** How many images each set gets right, as long as no weight has changed since they were counted. */
  const showRight = (isFresh: boolean) => {
    const right = isFresh ? means?.right : undefined;
    for (const name of ['network', 'means'] as const)
      rows[name].note.textContent = right ? text.right(right[name], right.of, messages.views.ofSplit[right.split]) : '';
  };
  const fillClasses = (names: readonly string[]) => {
    const wanted = [text.any, ...names].join('\n');
    if (imageOf.dataset.names === wanted) return;
    imageOf.dataset.names = wanted;
    imageOf.replaceChildren(
      element('option', { value: '' }, text.any),
      ...names.map((name, unit) => element('option', { value: unit }, name)),
    );
  };

  /** The cell that a scan makes: its patch, kernel and products, and its number. */
  const drawNow = (state: Readonly<State>, theme: Theme, scene: Scene | undefined) => {
    now.hidden = !scene;
    canvases.begin();
    grids.begin();
    if (!scene) {
      now.replaceChildren();
      return;
    }
    const number = typeof scene.value === 'number' ? scene.value : null;
    const at = scene.target;
    const drawing: Drawing = {
      state: { ...state, active: at },
      theme,
      pointing,
      canvases,
      grids,
      source: source(),
      at,
      told: scene.told,
      number,
      expression: scene.expression,
    };
    now.replaceChildren(
      element(
        'h3',
        {},
        text.now,
        element('span', { class: 'beside' }, describeElement(state.sheet, scene.element)),
        element('b', {}, number === null ? '–' : shortNumber(number)),
      ),
      element('div', { class: 'stage-terms' }, ...drawWay(drawing)),
    );
  };

  // ── open, closed, keys ──
  const show = () => {
    const { stage } = store.get();
    if (root.hidden === !stage) return;
    const hadKeyboard = root.contains(document.activeElement);
    root.hidden = !stage;
    // The sheet under it takes no keys.
    for (const other of host.children) if (other !== root) other.toggleAttribute('inert', stage);
    watch();
    if (stage) {
      chosen = undefined;
      update();
      root.focus();
    } else if (hadKeyboard) host.dispatchEvent(new Event(FOCUS_SHEET));
  };
  const onKey = (event: KeyboardEvent) => {
    if (!store.get().stage || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      leave();
      return;
    }
    const isField = event.target instanceof HTMLSelectElement || event.target instanceof HTMLInputElement;
    if (isField || event.key.length !== 1) return;
    const names = namesOf(store.get().classes, comparisonIn(store.get().sheet)?.scores.size ?? 0);
    const exact = names.indexOf(event.key);
    const unit = exact >= 0 ? exact : names.findIndex(name => name.toLowerCase() === event.key.toLowerCase());
    if (unit < 0) return;
    event.preventDefault();
    void showAnother(unit);
  };
  /** The part of the window with the sheet and the bar of the scan. */
  const area = host.parentElement!;
  area.addEventListener('keydown', onKey);
  const soon = inOwnFrame(update);
  host.append(root);
  show();
  return destroyAll(root, [
    store.on(['stage'], show),
    // Whoever goes to a cell wants to see it.
    store.on(['active', 'selection'], leave),
    store.on(['sheet', 'workbookId', 'dataChoice'], () => {
      means = undefined;
      chosen = undefined;
      version++;
      if (comparisonIn(store.get().sheet)) watch();
      else leave();
    }),
    store.on(['scan'], () => store.get().stage && watch()),
    store.on(['dark', 'settings', 'scales', 'workbook', 'role'], () => store.get().stage && soon.request()),
    values.onChange(() => {
      version++;
      if (store.get().stage) soon.request();
    }),
    soon.cancel,
    grids.end,
    averaging.end,
    reading.end,
    () => area.removeEventListener('keydown', onKey),
    () => values.show('stage', []),
  ]);
}

/** The element that a scan makes; undefined if something else is written over it. */
const builtIn = (state: Readonly<State>, { element: made }: Scene) =>
  contentOver(state, made) === undefined ? made : undefined;

const nameOf = (classes: readonly string[], unit: number): string => messages.views.classOrNumber(unit, classes[unit]);
const namesOf = (classes: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, unit) => nameOf(classes, unit));

/** What the stage reads as a whole: the maps that are compared, the templates, the scores and the probabilities. */
function tensorsOf({ network }: Sheet, { read, dense, scores }: Last): TensorId[] {
  return [read.id, `${dense.id}/kernel`, `${dense.id}/bias`, scores.id, `${network.layers.at(-1)!.id}/output`];
}
