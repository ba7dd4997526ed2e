import { editCommand, type TensorEdit } from '../../shared/change.ts';
import { centre, PEN_RADIUS, type Point, rasterize, type Stroke } from '../../shared/drawing.ts';
import type { Block } from '../../shared/layout/layout.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { TensorInfo } from '../../shared/network.ts';
import type { Client } from '../core/client.ts';
import { refusal } from '../core/notices.ts';
import type { Store, Values } from '../core/store.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** The user's drawing. It is kept as strokes, and written into the input cells as pixels while the pen moves. */
export type Drawing = {
  /** A pen touches the input, moves, and is lifted. Points are in cells. `on` cells: drawn over what the cells show.
   *  `on` pad: the pad shows the strokes as they were drawn, even if the cells show them centred. */
  start(point: Point, on: 'cells' | 'pad', channel?: number): void;
  move(point: Point): void;
  end(): void;
  clear(): void;
  /** The strokes as they were drawn. Empty if the input shows something else than a drawing. */
  strokes(): readonly Stroke[];
  settings(): DrawingSettings;
  set(settings: Partial<DrawingSettings>): void;
  /** Calls back after every change of the strokes or settings. Returns a function that ends this. */
  onChange(callback: () => void): () => void;
  /** Height and width of the input. */
  size(): { height: number; width: number };
  destroy(): void;
};
type DrawingSettings = {
  radius: number;
  /** Whether the cells show the strokes centred and scaled like the digits of the data set. */
  centred: boolean;
};

/** Radius of an eraser in cells. It is wider than the pen. */
const ERASER_RADIUS = 1.6;
/** Milliseconds without a new stroke on the cells after which the drawing is centred. */
const PAUSE = 700;
/** In cells. Points closer to the last one are left out: a resting pen sends many of them. */
const CLOSEST = 0.08;
/** The number of drawings that are recognised again after undo and redo. */
const REMEMBERED = 100;

/** One step of undo: edits with the same key are undone together. `channel`: the channel that is drawn on; undefined
 *  for all. */
type Step = { key: string; label: Sentence; channel: number | undefined };
/** A drawing in the cells: its strokes, what was under them, and the pixels. */
type Picture = { strokes: readonly Stroke[]; background: Float32Array | undefined; pixels: Float32Array };

export function createDrawing(store: Store, values: Values, client: Client): Drawing {
  const listeners = new Set<() => void>();
  let settings: DrawingSettings = { radius: PEN_RADIUS, centred: true };
  let strokes: readonly Stroke[] = [];
  /** The pixels under the first stroke, [height, width]. undefined if the drawing is centred. */
  let background: Float32Array | undefined;
  let pen: { points: Point[]; on: 'cells' | 'pad'; key: string; channel: number | undefined } | undefined;
  let last: Step = { key: '', label: '', channel: undefined };
  /** Set while a centred drawing waits for the next stroke. */
  let pause: ReturnType<typeof setTimeout> | undefined;
  let cellsShowCentred = false;
  let frame = 0;
  let inFlight = false;
  /** What is still to be written: one picture for each step of undo. */
  let waiting: { step: Step; pixels: Float32Array }[] = [];
  let count = 0;
  let remembered: Picture[] = [];

  const newKey = (what: string) => `${what} ${Date.now().toString(36)} ${count++}`;
  const strokeStep = ({ key, channel }: Pick<Step, 'key' | 'channel'>): Step => ({
    key,
    label: sentences.panels.labels.draw,
    channel,
  });
  const input = (): TensorInfo => [...store.get().sheet.tensors.values()].find(({ role }) => role === 'pixels')!;
  const size = () => {
    const [height, width] = input().shape;
    return { height, width };
  };
  const told = () => {
    for (const callback of listeners) callback();
  };
  const drawn = () => (pen ? [...strokes, currentStroke()] : strokes);
  /** The pixels to show. While a pen draws on the cells, strokes aren't centred, so that they don't move under it. */
  const picture = (): Float32Array => {
    const { height, width } = size();
    const centred = settings.centred && pen?.on !== 'cells' && pause === undefined;
    cellsShowCentred = centred;
    return rasterize(centred ? centre(drawn(), height, width) : drawn(), height, width, background);
  };
  const stopWaiting = () => {
    clearTimeout(pause);
    pause = undefined;
  };
  const currentStroke = (): Stroke => {
    const eraser = store.get().tool === 'eraser';
    return { points: pen!.points, radius: eraser ? Math.max(ERASER_RADIUS, settings.radius) : settings.radius, eraser };
  };

  /** Writes the picture into the cells. Only one edit is sent at a time; after it, only the newest picture of each
   *  step. */
  const write = (step: Step) => {
    last = step;
    const pixels = picture();
    remember(pixels);
    if (waiting.at(-1)?.step.key === step.key) waiting.pop();
    waiting.push({ step, pixels });
    if (!inFlight) void send();
  };
  const send = async () => {
    const next = waiting.shift()!;
    inFlight = true;
    const { label, key, channel } = next.step;
    try {
      const edits = pixelEdits(next.pixels, channel);
      const command = editCommand(label, edits, { source: { kind: 'drawing' }, mergeKey: key });
      await client.send('change', { structure: store.get().structure, ...command });
    } catch (error) {
      store.set({ notice: refusal(sentenceOf(error), store.get()) });
    }
    inFlight = false;
    if (waiting.length > 0) void send();
    else recognise();
  };
  const pixelEdits = (pixels: Float32Array, channel: number | undefined): TensorEdit[] => {
    const info = input();
    const channels = info.shape[2];
    const [first, last] = channel === undefined ? [0, channels] : [channel, channel + 1];
    // A pen changes few pixels of a large picture, so only those are sent. If an undo comes in between, the next frame
    // sends what it took back.
    const shown = values.block(wholeInput(info))?.numbers;
    const changed = new Uint32Array(pixels.length * (last - first));
    let count = 0;
    for (let i = 0; i < pixels.length; i++) {
      for (let c = first; c < last; c++) {
        const index = i * channels + c;
        if (shown?.[index] !== pixels[i]) changed[count++] = index;
      }
    }
    const indices = changed.slice(0, count);
    const written = Float32Array.from(indices, index => pixels[Math.floor(index / channels)]);
    const edits: TensorEdit[] = [{ tensor: info.id, indices, values: written }];
    // A new drawing has no expected class yet.
    const actual = [...store.get().sheet.tensors.values()].find(({ role }) => role === 'actual');
    const { workbook, sheet } = store.get();
    const isKnown = workbook.actual !== undefined || sheet.network.layers.at(-1)!.kind === 'sigmoid';
    if (actual && isKnown) {
      edits.push({
        tensor: actual.id,
        values: new Float32Array(actual.size).fill(Number.NaN),
      });
    }
    return edits;
  };

  const remember = (pixels: Float32Array) => {
    // Undo takes back whole strokes, so pictures in between needn't be remembered.
    if (pen) return;
    if (remembered.at(-1)?.strokes === strokes) remembered.pop();
    remembered.push({ strokes, background, pixels });
    if (remembered.length > REMEMBERED) remembered.shift();
  };
  /** After undo, redo or an edit elsewhere: finds the strokes that gave the cells' pixels. If there are none, these
   *  pixels become the background. */
  const recognise = () => {
    if (pen || inFlight) return;
    // Reading the pixels takes long with large images, and mostly nothing was drawn.
    if (strokes.length === 0 && !background && remembered.length === 0) return;
    const shown = currentPixels();
    if (!shown) return;
    const known = remembered.findLast(({ pixels }) => equal(pixels, shown));
    if (known && store.get().workbook.source.kind === 'drawing') {
      if (known.strokes === strokes) return;
      strokes = known.strokes;
      background = known.background;
    } else if (strokes.length > 0 || background) {
      strokes = [];
      background = undefined;
    } else {
      return;
    }
    stopWaiting();
    told();
  };
  /** The first channel of the input, if its values have arrived. */
  const currentPixels = (): Float32Array | undefined => {
    const { id, shape } = input();
    const { height, width } = size();
    const pixels = new Float32Array(height * width);
    for (let i = 0; i < pixels.length; i++) {
      const value = values.element(id, i * shape[2]);
      if (typeof value !== 'number') return undefined;
      pixels[i] = value;
    }
    return pixels;
  };
  const watchInput = () => {
    if (store.get().tool === 'select') values.show('drawing', []);
    else values.show('drawing', [wholeInput(input())]);
  };

  const flush = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (!pen) return;
    write(strokeStep(pen));
    told();
  };

  const ends = [
    values.onChange(recognise),
    store.on(['tool', 'sheet'], watchInput),
    store.on(['workbookId'], () => {
      // An unfinished stroke belongs to the other workbook, so it is dropped.
      stopWaiting();
      pen = undefined;
      waiting = [];
      strokes = [];
      background = undefined;
      remembered = [];
      told();
    }),
  ];

  return {
    start(point, on, channel) {
      stopWaiting();
      const { height, width } = size();
      if (strokes.length === 0) background = settings.centred ? undefined : currentPixels();
      // A stroke on the cells joins the strokes as the cells show them.
      else if (on === 'cells' && cellsShowCentred) strokes = centre(strokes, height, width);
      pen = { points: [point], on, key: newKey('stroke'), channel };
      flush();
    },
    move(point) {
      if (!pen) return;
      const last = pen.points.at(-1)!;
      if (Math.hypot(point.x - last.x, point.y - last.y) < CLOSEST) return;
      pen.points.push(point);
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
    end() {
      if (!pen) return;
      flush();
      const { on } = pen;
      const step = strokeStep(pen);
      strokes = [...strokes, currentStroke()];
      pen = undefined;
      if (on === 'cells' && settings.centred) {
        pause = setTimeout(() => {
          pause = undefined;
          write(step);
        }, PAUSE);
        remember(picture());
      } else {
        write(step);
      }
      told();
    },
    clear() {
      stopWaiting();
      pen = undefined;
      strokes = [];
      background = undefined;
      write({ key: newKey('clear'), label: sentences.panels.labels.clearInput, channel: undefined });
      told();
    },
    strokes: drawn,
    settings: () => settings,
    set(patch) {
      settings = { ...settings, ...patch };
      if (patch.centred !== undefined && strokes.length > 0) {
        stopWaiting();
        write({ key: newKey('centre'), label: sentences.panels.labels.centre, channel: last.channel });
      }
      told();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    size,
    destroy() {
      stopWaiting();
      cancelAnimationFrame(frame);
      for (const end of ends) end();
      values.show('drawing', []);
    },
  };
}

/** The whole input tensor as one row, so that all of its values are watched. */
export function wholeInput({ id, size }: TensorInfo): Block {
  const extent = { row: 0, column: 0, height: 1, width: size };
  const view: Block['view'] = {
    tensor: id,
    offset: 0,
    height: 1,
    width: size,
    rowStride: size,
    columnStride: 1,
  };
  return { ...extent, whole: extent, view, region: { ...extent, ...view, down: [], across: [] } };
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
