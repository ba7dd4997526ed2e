/** How the film becomes a file: the sheet over the settings of a scene. */
import { checkFit, endingOf, filmCodecs, filmRates, filmSizes } from '../../shared/film/film-job.ts';
import type { FilmScene } from '../../shared/film/storyboard.ts';
import { filmLength, framesIn, lengthOf } from '../../shared/film/timeline.ts';
import { memorySize, whole } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import type { Client } from '../core/client.ts';
import { refusal } from '../core/notices.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import { destroyAll, element, iconButton } from '../core/element.ts';
import type { Store, View } from '../core/store.ts';
import type { Dialogs } from '../parts/dialogs.ts';
import { type ChosenFile, choosePath } from '../parts/file-dialog.ts';
import type { Board } from './board.ts';
import { exportInBackground } from './export-in-background.ts';
import { type Field, readNumber, row, selectField, switchField, textField } from './fields.ts';
import { captionsOf } from './forms/caption-films.ts';
import type { LoadedScenes } from './loaded-scenes.ts';
import { captionPlaces, filmOptionsOf, type Options, type OptionsState, unitsOf } from './options.ts';
import type { Painter } from './painted.ts';
import { placeOf } from './storyboard-edits.ts';

type Needs = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  board: Board;
  films: LoadedScenes;
  painter: Painter;
  options: Options;
};
const MEGABITS = { least: 0.5, most: 80 };
/** Bits a second of the sound. */
const SOUND_BITS = 128_000;
/** So many frames are drawn to measure how long one takes. */
const MEASURED = 4;
/** Larger frames are measured with fewer pixels, and take longer in proportion. */
const MOST_PIXELS = 1920 * 1080;

export function createExportSheet(parent: Element, needs: Needs): View {
  const { store, client, dialogs, board, films, painter, options } = needs;
  const text = messages.storyboardPanel.export;
  const speech = element('span', {});
  const keys = Object.keys(filmSizes) as OptionsState['size'][];
  const fields: Field[] = [
    selectField({
      label: text.size,
      choices: () => keys.map(value => ({ value, label: text.sizes[value] })),
      get: () => options.get().size,
      set: value => options.set({ size: value as OptionsState['size'] }),
    }),
    selectField({
      label: text.rate,
      choices: () => filmRates.map(value => ({ value: String(value), label: text.fps(value) })),
      get: () => String(options.get().rate),
      set: value => options.set({ rate: Number(value) as OptionsState['rate'] }),
    }),
    selectField({
      label: text.format,
      choices: () => filmCodecs.map(value => ({ value, label: text.formats[value] })),
      get: () => options.get().codec,
      set: value => options.set({ codec: value as OptionsState['codec'] }),
    }),
    textField({
      label: text.megabits,
      unit: text.megabitsUnit,
      get: () => String(options.get().megabits),
      set(typed) {
        const value = readNumber(typed, MEGABITS.least, MEGABITS.most);
        if (value === undefined) return text.wrongMegabits(MEGABITS.least, MEGABITS.most);
        options.set({ megabits: value });
        return undefined;
      },
    }),
    selectField({
      label: text.captions,
      choices: () => captionPlaces.map(value => ({ value, label: text.captionPlaces[value] })),
      get: () => options.get().captions,
      set: value => options.set({ captions: value as OptionsState['captions'] }),
    }),
    switchField({
      label: text.narration,
      get: () => options.get().narration,
      set: narration => options.set({ narration }),
    }),
  ];
  const [size, rate, format, megabits, captions, narration] = fields;
  const figure = (name: string) => {
    const value = element('b', {});
    return { value, root: element('span', {}, name, value) };
  };
  const frames = figure(text.frames);
  const drawing = figure(text.drawing);
  const largest = figure(text.largest);
  /** A file with another ending beside the film. undefined if it exists and shall stay. */
  const besides = async (film: string, ending: string): Promise<ChosenFile | undefined> => {
    const path = film.replace(/\.[^.]*$/, `.${ending}`);
    const [name] = /[^/\\]*$/.exec(path)!;
    const { entries } = await client.send('listFolder', { path: path.slice(0, -name.length), show: 'exports' });
    const replace = entries.some(entry => entry.path === path);
    if (!replace) return { path, replace };
    const [title, button] = [text.captionsThere(name), messages.panels.dialogs.replace];
    return (await dialogs.confirm({ title, sentence: text.captionsReplaced, button })) ? { path, replace } : undefined;
  };
  /** Makes the film, or one scene of it, in the background. */
  const make = async (only?: FilmScene) => {
    const storyboard = only ? { ...board.get(), scenes: [only] } : board.get();
    const from = only ? placeOf(board.get(), only.id) + 1 : 1;
    checkFit(storyboard, { scenes: { from, to: from + storyboard.scenes.length - 1 } }, store.get());
    const own = store.get().document.name.replace(/\.convsheet$/i, '');
    const name = only ? text.sceneFile(own, only.title) : own;
    const state = options.get();
    const suggestion = `${name.replaceAll(/[\\/:*?"<>|]/g, ' ')}.${endingOf(state.codec)}`;
    const chosen = await choosePath(store, client, dialogs, 'export', suggestion);
    if (!chosen) return;
    const { path, replace } = chosen;
    const form = state.captions === 'srt' || state.captions === 'vtt' ? state.captions : undefined;
    const hasCaptions = form && storyboard.scenes.some(({ caption }) => caption.trim() !== '');
    const file = hasCaptions && (await besides(path, form));
    if (hasCaptions && !file) return;
    const beside = file && {
      path: file.path,
      overwrite: file.replace,
      text: () => captionsOf(store, client, storyboard, form),
    };
    // How it ends is told in the status bar.
    await exportInBackground(store, client, {
      ...filmOptionsOf(state),
      storyboard,
      path,
      ...(replace && { overwrite: true }),
      ...(beside && { beside }),
    }).catch(() => {});
  };
  const refuse = (error: unknown) => store.set({ notice: refusal(sentenceOf(error), store.get()) });
  const begin = (word: string, kind: 'primary' | 'outlined', press: () => Promise<void>) => {
    const button = element('button', { type: 'button', class: `button large ${kind}` }, word);
    button.addEventListener('click', () => void press().catch(refuse));
    return button;
  };
  const sceneOnly = begin(text.sceneOnly, 'outlined', () => make(board.scene()));
  const wholeFilm = begin(text.film, 'primary', () => make());
  const heading = element('h3', { id: 'film-export-title' }, text.title);
  const close = iconButton('close', text.close, () => store.set({ filmSheet: undefined }));
  const root = element(
    'section',
    { class: 'film-export', 'aria-labelledby': heading.id, hidden: true },
    element('div', { class: 'film-export-head' }, heading, close),
    row(text.size, element('div', { class: 'film-pair' }, size.root, rate.root)),
    row(text.format, element('div', { class: 'film-pair' }, format.root, megabits.root)),
    row(text.captions, captions.root),
    row(text.narration, element('div', { class: 'film-speech' }, narration.root, speech)),
    element('div', { class: 'film-figures' }, frames.root, drawing.root, largest.root),
    element('div', { class: 'film-pair' }, sceneOnly, wholeFilm),
  );

  /** Milliseconds for frames of each size, measured on this machine. The first one prepares what all others use. */
  const times = new Map<string, number[]>();
  const canvas = element('canvas', {});
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  let idle = 0;
  /** Draws one frame, so that nobody waits. */
  const measure = () => {
    idle = 0;
    const { size: name } = options.get();
    const taken = times.get(name) ?? [];
    const ready = board.get().scenes.filter(scene => films.film(scene));
    if (root.hidden || ready.length === 0 || taken.length === MEASURED) return;
    const { width, height } = filmSizes[name];
    const share = Math.min(1, MOST_PIXELS / (width * height));
    const [wide, high] = [width, height].map(side => Math.round(side * Math.sqrt(share)));
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    const scene = ready[Math.floor((taken.length * ready.length) / MEASURED)];
    const seconds = (lengthOf(board.get(), scene) * (taken.length + 1)) / (MEASURED + 1);
    const begun = performance.now();
    painter.paint(canvas, scene, seconds, { size: unitsOf(options.get()), captions: true });
    // What was painted is there only when somebody reads it.
    context.getImageData(0, 0, 1, 1);
    times.set(name, [...taken, (performance.now() - begun) / share]);
    if (taken.length + 1 === MEASURED) canvas.width = 0;
    show();
  };
  const show = () => {
    root.hidden = store.get().filmSheet !== 'export' || !store.get().filming;
    if (root.hidden) return;
    for (const field of fields) field.update();
    const storyboard = board.get();
    const { rate: per, megabits: most, size: name } = options.get();
    const seconds = filmLength(storyboard);
    sceneOnly.disabled = wholeFilm.disabled = storyboard.scenes.length === 0 || store.get().exporting !== undefined;
    const count = storyboard.scenes.length === 0 ? 0 : framesIn(storyboard, per);
    frames.value.textContent = whole(count);
    const taken = times.get(name) ?? [];
    const isKnown = taken.length === MEASURED;
    const each = taken.slice(1).reduce((sum, time) => sum + time, 0) / (MEASURED - 1);
    drawing.value.textContent = isKnown ? messages.storyboardPanel.takes((count * each) / 1000) : '…';
    largest.value.textContent = memorySize((seconds * (most * 1e6 + SOUND_BITS)) / 8);
    const spoken = storyboard.narrations
      .filter(({ id }) => storyboard.scenes.some(scene => scene.narration === id))
      .reduce((sum, { seconds: own }) => sum + own, 0);
    speech.textContent = text.speech(spoken);
    if (!isKnown) idle ||= requestIdleCallback(measure);
  };
  const opened = () => {
    const wasHidden = root.hidden;
    show();
    if (wasHidden && !root.hidden) root.querySelector<HTMLElement>('select')?.focus();
  };
  parent.append(root);
  show();
  return destroyAll(root, [
    store.on(['filmSheet', 'filming'], opened),
    store.on(['exporting'], show),
    board.onChange(show),
    films.onChange(show),
    options.onChange(show),
    () => cancelIdleCallback(idle),
  ]);
}
