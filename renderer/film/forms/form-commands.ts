/** The commands that make something else than a film of a storyboard: pictures, pages, texts. */
import { chaptersOf, SHORTEST_CHAPTER, writeChapters, writeSrt, writeVtt } from '../../../shared/film/captions.ts';
import { AT_REST, type FilmLook, type FilmScene } from '../../../shared/film/storyboard.ts';
import type { LayerId } from '../../../shared/network.ts';
import { readStoryboard, writeStoryboard } from '../../../shared/film/text.ts';
import { framesIn, lengthOf } from '../../../shared/film/timeline.ts';
import { memorySize } from '../../../shared/messages/format.ts';
import { messages, say, spoken } from '../../../shared/messages.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { RangePlace } from '../../../shared/places.ts';
import type { Client } from '../../core/client.ts';
import type { Command, Telling } from '../../core/commands.ts';
import { element } from '../../core/element.ts';
import type { Store } from '../../core/store.ts';
import { button, buttons, type Dialogs } from '../../parts/dialogs.ts';
import { choosePath } from '../../parts/file-dialog.ts';
import { webPage } from '../web-page.ts';
import { captionsNow } from './captions-now.ts';
import { askHow, type Field, STOPPED, withProgress } from './ask.ts';
import { estimateGif, fittingGif, GIF_SIZES, makeGif, MOST_GIF } from './gif.ts';
import { type Paper, papers, usualPaper } from './paper.ts';
import { handoutOf } from './handout-pages.ts';
import { estimateSequence, writeSequence, ZIP_LIMITS } from './sequence.ts';
import { fittingScenes, type Loaded, loadScenes, pictureOf, type Report } from './loaded.ts';
import { type Write, writeFile } from './output.ts';
import { MOST_PAGE, pageFitting } from './page-size.ts';
import { pngOf, svgOf } from './still.ts';

type Needs = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  grid: () => { visibleRange(): RangePlace; leaveEditing(): boolean };
} & Pick<Telling, 'attempt' | 'refuse'>;

/** What is made, in the order of the menu. The ending of each file. */
const ENDINGS = {
  gif: 'gif',
  html: 'html',
  pdf: 'pdf',
  sequence: 'zip',
  png: 'png',
  svg: 'svg',
  md: 'md',
  srt: 'srt',
  vtt: 'vtt',
  chapters: 'txt',
} as const;
type Form = keyof typeof ENDINGS;

/** How a file is made, once its place is chosen. */
type Maker = (write: Write, report: Report) => Promise<void>;

export function createFormCommands({ store, client, dialogs, grid, attempt, refuse }: Needs): Command[] {
  const text = () => messages.filmFiles;
  const load = (scenes: readonly FilmScene[], options: Parameters<typeof loadScenes>[3]) =>
    loadScenes(store, client, scenes, options);

  /** Asks how it shall be. undefined if the user cancels. */
  const makers: { [K in Form]: () => Promise<Maker | undefined> } = {
    png: () => still('png'),
    svg: () => still('svg'),
    html: page,
    gif,
    sequence,
    pdf: handout,
    md: async () => write => {
      const { storyboard, sheet, sheets } = store.get();
      return write(new TextEncoder().encode(writeStoryboard(storyboard, { sheet, sheets })));
    },
    srt: async () => async (write, report) =>
      write(new TextEncoder().encode(writeSrt(await captionsNow(store, client, report)))),
    vtt: async () => async (write, report) =>
      write(new TextEncoder().encode(writeVtt(await captionsNow(store, client, report)))),
    async chapters() {
      const { storyboard } = store.get();
      const [chapters, scenes] = [chaptersOf(storyboard, SHORTEST_CHAPTER).length, storyboard.scenes.length];
      const told = await askHow(dialogs, text().forms.chapters, [], (_, show) => {
        show(text().chaptersTold(chapters, scenes));
      });
      return told && (write => write(new TextEncoder().encode(writeChapters(storyboard))));
    },
  };

  async function still(kind: 'png' | 'svg'): Promise<Maker | undefined> {
    const { fitting } = fittingScenes(store.get());
    const moments: Field = {
      label: text().moment,
      options: (['beginning', 'middle', 'end'] as const).map(each => [each, text().moments[each]]),
      value: 'end',
    };
    const screen = ['screen', text().screen] as const;
    const scenes = fitting.map(({ title }, at) => [String(at), text().sceneTitled(at + 1, title)] as const);
    const sizes: Field = {
      label: text().size,
      options: [1280, 1920, 2560, 3840].map(width => [String(width), text().pixels(width, (width * 9) / 16)]),
      value: '1920',
    };
    const fields = [{ label: text().pictureOf, options: [screen, ...scenes], value: 'screen' }, moments, sizes];
    const values = await askHow(dialogs, text().forms[kind], fields, () => {});
    if (!values) return undefined;
    const [which, moment, width] = values;
    const isScreen = which === 'screen';
    const scene = isScreen ? screenScene(grid().visibleRange(), [...store.get().foldedLayers]) : fitting[Number(which)];
    const look = isScreen ? (store.get().dark ? 'dark' : 'light') : undefined;
    return async (write, report) => {
      const loaded = await load([scene], { look, report });
      const length = lengthOf(loaded.storyboard, scene);
      const seconds = { beginning: 0, middle: length / 2, end: length }[moment as 'end'];
      const picture = pictureOf(loaded, seconds, { captions: !isScreen });
      await write(await (kind === 'png' ? pngOf : svgOf)(picture, loaded.look, Number(width)));
    };
  }

  async function page(): Promise<Maker | undefined> {
    const loaded = await loadAll();
    const made = await fitPage(loaded);
    const bytes = new TextEncoder().encode(await webPage(made.film));
    const told = await askHow(dialogs, text().forms.html, [], (_, show) => {
      show(
        text().pageTold(loaded.films.length, memorySize(bytes.length)),
        ...toldOthers(),
        ...(made.thinned ? [text().thinned(memorySize(MOST_PAGE))] : []),
      );
    });
    return told && (write => write(bytes));
  }
  /** Loads the scenes that fit, for something that is made of all of them. */
  const loadAll = (look?: FilmLook) =>
    withProgress(text().reading, report => load(fittingScenes(store.get()).fitting, { look, report }));
  /** What is left out, as a sentence. */
  const toldOthers = () => {
    const { others } = fittingScenes(store.get());
    return others.length > 0 ? [text().leftOut(others.map(({ title }) => title))] : [];
  };

  async function gif(): Promise<Maker | undefined> {
    const loaded = await loadAll();
    const named = GIF_SIZES.map(({ width, rate }, at) => [String(at), text().gifSize(width, (width * 9) / 16, rate)]);
    const auto = ['auto', text().gifFitting(memorySize(MOST_GIF))] as const;
    const sizes = { label: text().size, options: [auto, ...(named as [string, string][])], value: 'auto' };
    /** Where the tries begin; until it is measured, at the finest. */
    let chosen = 0;
    let newest = '';
    const values = await askHow(dialogs, text().forms.gif, [sizes], ([value], show) => {
      newest = value;
      const isWanted = () => newest === value;
      show(text().measuring);
      const size = GIF_SIZES[Number(value)];
      const measure = async () => {
        const found =
          value === 'auto'
            ? await fittingGif(loaded, isWanted)
            : { size, bytes: await estimateGif(loaded, size, isWanted) };
        if (!isWanted()) return;
        chosen = GIF_SIZES.indexOf(found.size);
        const { width, rate } = found.size;
        show(
          text().gifTold(text().gifSize(width, (width * 9) / 16, rate), memorySize(found.bytes)),
          ...(found.bytes > MOST_GIF ? [text().gifLarge(memorySize(MOST_GIF))] : []),
          ...toldOthers(),
        );
      };
      void measure();
    });
    newest = '';
    if (!values) return undefined;
    const isAuto = values[0] === 'auto';
    return async (write, report) => {
      // An estimate may be too low. Then the next smaller size is taken, down to the smallest.
      for (let at = isAuto ? chosen : Number(values[0]); ; at++) {
        const most = isAuto && at < GIF_SIZES.length - 1 ? MOST_GIF : Infinity;
        // oxlint-disable-next-line no-await-in-loop -- a smaller one is made only if this one is too large
        const bytes = await makeGif(loaded, GIF_SIZES[at], report, most);
        if (bytes) return write(bytes);
      }
    };
  }

  async function sequence(): Promise<Maker | undefined> {
    const loaded = await loadAll();
    const fields = [
      {
        label: text().size,
        options: SEQUENCE_SIZES.map(([width, height], at) => [String(at), text().pixels(width, height)] as const),
        value: '1',
      },
      { label: text().rate, options: RATES.map(rate => [String(rate), text().fps(rate)] as const), value: '30' },
    ];
    const sizeOf = ([size, rate]: readonly string[]) => {
      const [width, height] = SEQUENCE_SIZES[Number(size)];
      return { width, height, rate: Number(rate) };
    };
    const values = await askHow(dialogs, text().forms.sequence, fields, (chosen, show) => {
      const frames = framesIn(loaded.storyboard, sizeOf(chosen).rate);
      show(text().sequenceTold(frames), text().measuring);
      const measure = async () => {
        const bytes = await estimateSequence(loaded, sizeOf(chosen));
        const isLarge = bytes > ZIP_LIMITS.bytes || frames > ZIP_LIMITS.files;
        show(
          text().sequenceTold(frames),
          isLarge ? text().tooLarge : text().sequenceSize(memorySize(bytes)),
          ...toldOthers(),
        );
      };
      void measure();
    });
    return values && ((write, report) => writeSequence(loaded, sizeOf(values), write, report));
  }

  async function handout(): Promise<Maker | undefined> {
    const scenes = fittingScenes(store.get()).fitting.length;
    const paper = {
      label: text().paper,
      options: papers.map(each => [each, text().papers[each]] as const),
      value: usualPaper(navigator.language),
    };
    const values = await askHow(dialogs, text().forms.pdf, [paper], (_, show) => {
      show(text().handoutTold(scenes), ...toldOthers());
    });
    if (!values) return undefined;
    const loaded = await loadAll('light');
    const options = { title: titleNow(), language: spoken, paper: values[0] as Paper };
    return async (write, report) => write(await handoutOf(loaded, options, report));
  }
  const titleNow = () => store.get().document.name.replace(/\.convsheet$/i, '');

  const fitPage = async ({ storyboard, films, look }: Loaded) =>
    pageFitting({ title: titleNow(), language: spoken, look, storyboard, films: [...films] });

  async function make(form: Form): Promise<void> {
    const needsScenes = form !== 'png' && form !== 'svg' && form !== 'md';
    if (needsScenes && fittingScenes(store.get()).fitting.length === 0) return refuse(text().noScenes);
    if (!grid().leaveEditing()) return;
    await attempt(async () => {
      try {
        const maker = await makers[form]();
        if (!maker) return;
        const suggestion = `${titleNow()}.${ENDINGS[form]}`;
        const chosen = await choosePath(store, client, dialogs, 'export', suggestion);
        if (!chosen) return;
        const path = await withProgress(text().writing, report =>
          writeFile(client, chosen, write => maker(write, report)),
        );
        store.set({ notice: { tone: 'info', sentence: text().saved(path) } });
      } catch (error) {
        if (error !== STOPPED) throw error;
        store.set({ notice: { tone: 'info', sentence: text().stopped } });
      }
    });
  }

  async function take(file: File): Promise<void> {
    const { sheet, sheets, written, storyboard, structure } = store.get();
    const around = { sheet, sheets, names: written.names, narrations: storyboard.narrations };
    const read = readStoryboard(await file.text(), around);
    if (Array.isArray(read)) {
      const lines = read.slice(0, MOST_TOLD).map(({ line, problem }) => text().problem(line, say(problem)));
      const rest = read.length - lines.length;
      const told = [...lines, ...(rest > 0 ? [text().more(rest)] : [])];
      await dialogs.show(text().notRead(file.name), close => [
        element('ul', { class: 'form-problems' }, ...told.map(line => element('li', {}, line))),
        buttons(button(messages.panels.dialogs.ok, 'primary', () => close(''))),
      ]);
      return;
    }
    await client.send('change', {
      structure,
      label: sentences.filmFiles.importLabel,
      changes: [{ kind: 'storyboard', storyboard: read }],
    });
    store.set({ notice: { tone: 'info', sentence: text().imported(read.scenes.length) } });
  }
  function importText(): void {
    const input = element('input', { type: 'file', accept: '.md,text/markdown', hidden: true, class: 'film-text' });
    input.addEventListener('change', () => void attempt(async () => input.files?.[0] && take(input.files[0])));
    document.querySelector('.film-text')?.remove();
    document.body.append(input);
    input.click();
  }

  return [
    {
      id: 'file.export',
      label: () => text().menu,
      choices: () => (Object.keys(ENDINGS) as Form[]).map(form => ({ argument: form, label: text().forms[form] })),
      run: form => make(form as Form),
    },
    {
      id: 'file.importStoryboard',
      label: () => text().importMenu,
      enabled: () => store.get().role !== 'viewer',
      run: importText,
    },
  ];
}

const SEQUENCE_SIZES = [
  [1280, 720],
  [1920, 1080],
  [2560, 1440],
  [3840, 2160],
  [1080, 1920],
] as const;
const RATES = [24, 30, 60];
/** So many mistakes of a text are told at once. */
const MOST_TOLD = 8;

/** What is on the screen as a scene. */
function screenScene(region: RangePlace, folded: readonly LayerId[]): FilmScene {
  const { sheet, row, column, height, width } = region;
  const camera = { kind: 'sheet', region: { sheet, row, column, height, width } } as const;
  return {
    ...AT_REST,
    id: 'screen',
    title: messages.filmFiles.screen,
    camera: { ...camera, ...(folded.length > 0 && { folded: [...folded] }) },
    duration: 1,
  };
}
