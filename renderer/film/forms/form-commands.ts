/** The commands that make something else than a film of a storyboard: pictures, pages, texts. They ask how it shall be,
 *  and `make-form.ts` makes it. */
import { chaptersOf, SHORTEST_CHAPTER } from '../../../shared/film/captions.ts';
import {
  filmRates,
  filmSizes,
  gifSizes,
  moments,
  MOST_GIF,
  type Paper,
  papers,
} from '../../../shared/film/film-job.ts';
import { formEndings, type TextForm, textForms } from '../../../shared/film/forms.ts';
import type { Size } from '../../../shared/film/picture.ts';
import { AT_REST, type FilmScene } from '../../../shared/film/storyboard.ts';
import { readStoryboard } from '../../../shared/film/text.ts';
import { framesIn } from '../../../shared/film/timeline.ts';
import { memorySize } from '../../../shared/messages/format.ts';
import { messages, say } from '../../../shared/messages.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { LayerId } from '../../../shared/network.ts';
import type { RangePlace } from '../../../shared/places.ts';
import type { Client } from '../../core/client.ts';
import type { Command, Telling } from '../../core/commands.ts';
import { element } from '../../core/element.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import type { Store } from '../../core/store.ts';
import { button, buttons, type Dialogs } from '../../parts/dialogs.ts';
import { choosePath } from '../../parts/file-dialog.ts';
import { captionFilms } from './caption-films.ts';
import { askHow, type Field, STOPPED, withProgress } from './ask.ts';
import { inWorker } from './in-worker.ts';
import { fittingScenes, loadForm, loadScenes, titleOf } from './load-scenes.ts';
import type { Report } from './loaded.ts';
import type { DrawnForm } from './make-form.ts';
import { type Write, writeFile } from './output.ts';
import { usualPaper } from './paper.ts';
import { ZIP_LIMITS } from './sequence.ts';

type Needs = {
  store: Store;
  client: Client;
  dialogs: Dialogs;
  grid: () => { visibleRange(): RangePlace; leaveEditing(): boolean };
} & Pick<Telling, 'attempt' | 'refuse'>;

/** The forms in the order of the menu. */
const FORMS = ['gif', 'html', 'pdf', 'sequence', 'png', 'svg', 'md', 'srt', 'vtt', 'chapters'] as const;
type Form = (typeof FORMS)[number];

/** Makes a file once its place is chosen. Resolves with what the user should know of it. */
type Make = (write: Write, report: Report) => Promise<string | undefined>;

export function createFormCommands({ store, client, dialogs, grid, attempt, refuse }: Needs): Command[] {
  const text = () => messages.filmFiles;
  const load = (form: DrawnForm, scenes: FilmScene[], report?: Report) =>
    loadForm(store, client, form, { ...store.get().storyboard, scenes }, report);
  /** Loads the scenes that fit, for something that is made of all of them. */
  const loadAll = (form: DrawnForm) =>
    withProgress(text().reading, report => load(form, fittingScenes(store.get()).fitting, report));
  /** What is measured while a dialog asks. It ends when it isn't wanted any more. */
  const measuring = (work: Promise<void>) =>
    void work.catch((error: unknown) => {
      if (error !== STOPPED) refuse(sentenceOf(error));
    });
  /** What is left out, as a sentence. */
  const toldOthers = () => {
    const { others } = fittingScenes(store.get());
    return others.length > 0 ? [text().leftOut(others.map(({ title }) => title))] : [];
  };

  /** Asks how it shall be. undefined if the user cancels. */
  const asks: { [F in Form]: () => Promise<Make | undefined> } = {
    png: () => still('png'),
    svg: () => still('svg'),
    html: page,
    gif,
    sequence,
    pdf: handout,
    md: async () => made('md'),
    srt: async () => made('srt'),
    vtt: async () => made('vtt'),
    async chapters() {
      const { storyboard } = store.get();
      const [chapters, scenes] = [chaptersOf(storyboard, SHORTEST_CHAPTER).length, storyboard.scenes.length];
      const told = await askHow(dialogs, text().forms.chapters, [], (_, show) => {
        show(text().chaptersTold(chapters, scenes));
      });
      return told && made('chapters');
    },
  };

  const made =
    (form: TextForm): Make =>
    async (write, report) => {
      const { storyboard, sheet, sheets } = store.get();
      const films = form === 'srt' || form === 'vtt' ? await captionFilms(store, client, storyboard, report) : [];
      await write(new TextEncoder().encode(textForms[form](storyboard, { sheet, sheets }, films)));
      return undefined;
    };

  async function still(form: 'png' | 'svg'): Promise<Make | undefined> {
    const { fitting } = fittingScenes(store.get());
    const moment: Field = {
      label: text().moment,
      options: moments.map(each => [each, text().moments[each]]),
      value: 'end',
    };
    const screen = ['screen', text().screen] as const;
    const scenes = fitting.map(({ title }, at) => [String(at), text().sceneTitled(at + 1, title)] as const);
    const wide = Object.values(filmSizes).filter(({ width, height }) => width > height);
    const which: Field = { label: text().pictureOf, options: [screen, ...scenes], value: 'screen' };
    const values = await askHow(dialogs, text().forms[form], [which, moment, sizeField(wide)], () => {});
    if (!values) return undefined;
    const isScreen = values[0] === 'screen';
    const folded = [...store.get().foldedLayers];
    const scene = isScreen ? screenScene(grid().visibleRange(), folded) : fitting[Number(values[0])];
    const how = { at: values[1] as (typeof moments)[number], size: wide[Number(values[2])], burnt: !isScreen };
    return async (write, report) => {
      const { storyboard, dark } = store.get();
      const look = isScreen ? (dark ? 'dark' : 'light') : storyboard.look;
      const loaded = await loadScenes(store, client, { ...storyboard, look, scenes: [scene] }, report);
      return inWorker(loaded, 'form', { form, ...how }, { write, report });
    };
  }

  async function page(): Promise<Make | undefined> {
    const loaded = await loadAll('html');
    const { bytes, note } = await withProgress(text().writing, () => inWorker(loaded, 'page', undefined));
    const told = await askHow(dialogs, text().forms.html, [], (_, show) => {
      show(text().pageTold(loaded.films.length, memorySize(bytes.length)), ...toldOthers(), ...(note ? [note] : []));
    });
    return (
      told &&
      (async write => {
        await write(bytes);
        return undefined;
      })
    );
  }

  async function gif(): Promise<Make | undefined> {
    const loaded = await loadAll('gif');
    const named = gifSizes.map(({ width, height, rate }, at) => [String(at), text().gifSize(width, height, rate)]);
    const auto = ['auto', text().gifFitting(memorySize(MOST_GIF))] as const;
    const field = { label: text().size, options: [auto, ...(named as [string, string][])], value: 'auto' };
    let newest = '';
    const values = await askHow(dialogs, text().forms.gif, [field], ([value], show) => {
      newest = value;
      const report = () => {
        if (newest !== value) throw STOPPED;
      };
      show(text().measuring);
      const size = gifSizes[Number(value)];
      const measure = async () => {
        const found =
          value === 'auto'
            ? (loaded.fitting ??= await inWorker(loaded, 'fittingGif', undefined, { report }))
            : { size, bytes: await inWorker(loaded, 'gifBytes', size, { report }) };
        const { width, height, rate } = found.size;
        show(
          text().gifTold(text().gifSize(width, height, rate), memorySize(found.bytes)),
          ...(found.bytes > MOST_GIF ? [text().gifLarge(memorySize(MOST_GIF))] : []),
          ...toldOthers(),
        );
      };
      measuring(measure());
    });
    newest = '';
    if (!values) return undefined;
    const size = values[0] === 'auto' ? 'auto' : gifSizes[Number(values[0])];
    return (write, report) => inWorker(loaded, 'form', { form: 'gif', size, burnt: true }, { write, report });
  }

  async function sequence(): Promise<Make | undefined> {
    const loaded = await loadAll('sequence');
    const sizes = Object.values(filmSizes);
    const rates: Field = {
      label: text().rate,
      options: filmRates.map(rate => [String(rate), text().fps(rate)]),
      value: '30',
    };
    const howOf = ([size, rate]: readonly string[]) =>
      ({
        form: 'sequence',
        size: sizes[Number(size)],
        rate: Number(rate) as (typeof filmRates)[number],
        burnt: true,
      }) as const;
    const values = await askHow(dialogs, text().forms.sequence, [sizeField(sizes), rates], (chosen, show) => {
      const frames = framesIn(loaded.storyboard, howOf(chosen).rate);
      show(text().sequenceTold(frames), text().measuring);
      const measure = async () => {
        const bytes = await inWorker(loaded, 'sequenceBytes', howOf(chosen));
        const isLarge = bytes > ZIP_LIMITS.bytes || frames > ZIP_LIMITS.files;
        show(
          text().sequenceTold(frames),
          isLarge ? text().tooLarge : text().sequenceSize(memorySize(bytes)),
          ...toldOthers(),
        );
      };
      measuring(measure());
    });
    return values && ((write, report) => inWorker(loaded, 'form', howOf(values), { write, report }));
  }

  async function handout(): Promise<Make | undefined> {
    const scenes = fittingScenes(store.get()).fitting.length;
    const field = {
      label: text().paper,
      options: papers.map(each => [each, text().papers[each]] as const),
      value: usualPaper(navigator.language),
    };
    const values = await askHow(dialogs, text().forms.pdf, [field], (_, show) => {
      show(text().handoutTold(scenes), ...toldOthers());
    });
    if (!values) return undefined;
    const loaded = await loadAll('pdf');
    return (write, report) => inWorker(loaded, 'form', { form: 'pdf', paper: values[0] as Paper }, { write, report });
  }

  /** The sizes by their places. The second one is chosen. */
  const sizeField = (sizes: readonly Size[]): Field => ({
    label: text().size,
    options: sizes.map(({ width, height }, at) => [String(at), text().pixels(width, height)]),
    value: '1',
  });

  async function make(form: Form): Promise<void> {
    const needsScenes = form !== 'png' && form !== 'svg' && form !== 'md';
    if (needsScenes && fittingScenes(store.get()).fitting.length === 0) return refuse(text().noScenes);
    if (!grid().leaveEditing()) return;
    await attempt(async () => {
      try {
        const work = await asks[form]();
        if (!work) return;
        const suggestion = `${titleOf(store)}.${formEndings[form][0]}`;
        const chosen = await choosePath(store, client, dialogs, 'export', suggestion);
        if (!chosen) return;
        let note: string | undefined;
        const path = await withProgress(text().writing, report =>
          writeFile(client, chosen, async write => {
            note = await work(write, report);
          }),
        );
        store.set({ notice: { tone: 'info', sentence: [text().saved(path), ...(note ? [note] : [])].join(' ') } });
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
      choices: () => FORMS.map(form => ({ argument: form, label: text().forms[form] })),
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
