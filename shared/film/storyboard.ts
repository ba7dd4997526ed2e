/** A storyboard: the scenes of a film about a network, in their order, as plain data. It is a part of the workbook.
 *  Scenes don't build on each other: each begins with the workbook as it is. */
import * as v from 'valibot';
import { list } from '../list-schema.ts';
import { planes } from '../places.ts';
import { index, tensorId, text } from '../protocol/schemas.ts';

export const FILM_LIMITS = {
  scenes: 500,
  /** Seconds of a scene, and the least of one. */
  seconds: { least: 0.1, most: 3600 },
  title: 200,
  caption: 2000,
  notes: 20_000,
  marks: 200,
  images: 200,
  /** Steps of a training run in a scene. */
  steps: 10_000,
  /** Characters of the whole storyboard as JSON. */
  json: 4 * 2 ** 20,
  /** Bytes of one narration, and of all of them. */
  narration: 64 * 2 ** 20,
  narrations: 256 * 2 ** 20,
  /** Seconds of a recording, or of a file that becomes narrations. */
  recording: 20 * 60,
} as const;

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(FILM_LIMITS.seconds.most));
/** An element of the network, so that it is found in another layout too. */
const element = v.strictObject({ tensor: tensorId, index });
/** A part of a sheet: the smallest rectangle around some elements of the network and so many cells around it, or a
 *  rectangle of another sheet. */
const region = v.union([
  v.strictObject({ elements: v.pipe(list(element, 16), v.minLength(1)), margin: v.optional(index) }),
  v.strictObject({ sheet: text(200), row: index, column: index, height: index, width: index }),
]);

/** What is in the picture.
 *  - sheet: a part of a sheet as the window shows it. `selection`: what is framed in it, with what it reads. `folded`:
 *    layers whose maps are hidden.
 *  - maps: one to four maps (or vectors) beside each other, such as the image and a map. `map`: which one of the
 *    tensor's, 0 by default.
 *  - cell: how the number of one cell comes about, in products, windows and curves.
 *  - network: all layers from the image to the answer.
 *  - scores: the last maps compared with a template for each class.
 *  - kernels: the kernels of the network, or of one layer, as large pictures; the loss beside them in a run.
 *    `kernel`: which one of the layer's stands out, counted from 0. */
const camera = v.variant('kind', [
  v.strictObject({
    kind: v.literal('sheet'),
    region,
    selection: v.optional(region),
    plane: v.optional(v.picklist(planes)),
    folded: v.optional(v.pipe(list(text(64), 1000), v.minLength(1))),
  }),
  v.strictObject({
    kind: v.literal('maps'),
    maps: v.pipe(list(v.strictObject({ tensor: tensorId, map: v.optional(index) }), 4), v.minLength(1)),
  }),
  v.strictObject({ kind: v.literal('cell'), element }),
  v.strictObject({ kind: v.literal('network') }),
  v.strictObject({ kind: v.literal('scores') }),
  v.strictObject({ kind: v.literal('kernels'), layer: v.optional(text(64)), kernel: v.optional(index) }),
]);

/** What moves.
 *  - scan: the cells of a tensor come about one after another, from the n-th to another one (counted from 0; maps one
 *    after another, row by row). In a picture of a cell, it is about each of these cells in turn.
 *  - walk: from a cell back to the pixels that it follows from, layer by layer.
 *  - edit: a text is typed into a cell letter by letter and entered; what follows from it changes.
 *  - train: a run of so many steps, from fresh weights or from those that are there.
 *  - run: a kept run, from its first weights to its last.
 *  - images: other test digits (or images of the data set), by their places in it, one after another. */
const motion = v.variant('kind', [
  v.strictObject({ kind: v.literal('still') }),
  v.strictObject({ kind: v.literal('scan'), tensor: tensorId, from: index, to: index }),
  v.strictObject({ kind: v.literal('walk'), element }),
  v.strictObject({ kind: v.literal('edit'), element, text: text(8192) }),
  v.strictObject({
    kind: v.literal('train'),
    start: v.picklist(['initial', 'here']),
    steps: v.pipe(index, v.minValue(1), v.maxValue(FILM_LIMITS.steps)),
  }),
  v.strictObject({ kind: v.literal('run'), run: text(64) }),
  v.strictObject({ kind: v.literal('images'), images: v.pipe(list(index, FILM_LIMITS.images), v.minLength(1)) }),
]);

/** How a scene follows the one before. glide: the camera moves from one part of the sheet to the other; other pictures
 *  are pushed aside. */
export const transitions = ['cut', 'fade', 'glide'] as const;

const scene = v.strictObject({
  /** Opaque; each scene of a storyboard has another one. */
  id,
  title: text(FILM_LIMITS.title),
  camera,
  motion,
  /** How long the scene is, in seconds. 'narration': as long as what is spoken, and `before` and `after` around it. */
  duration: v.union([
    v.pipe(v.number(), v.minValue(FILM_LIMITS.seconds.least), v.maxValue(FILM_LIMITS.seconds.most)),
    v.literal('narration'),
  ]),
  /** Seconds of rest before what moves, and after it. */
  before: seconds,
  after: seconds,
  /** The name of the mark at which the motion begins, instead of after `before`. */
  begins: v.optional(text(FILM_LIMITS.title)),
  transition: v.picklist(transitions),
  caption: text(FILM_LIMITS.caption),
  /** For the speaker; never in the picture. */
  notes: text(FILM_LIMITS.notes),
  /** Named moments, in seconds from the beginning of the scene. */
  marks: list(v.strictObject({ at: seconds, name: text(FILM_LIMITS.title) }), FILM_LIMITS.marks),
  /** What is spoken, among the storyboard's narrations. */
  narration: v.optional(id),
});

/** A recorded or chosen sound: its file's type, and how many seconds of it are heard. `skip`: seconds of the file
 *  before those, such as silence. `gain`: decibels that bring it to the common loudness. `peaks`: how large it is in
 *  the film (0 to 1) in equal parts of what is heard, for the picture of it. Its bytes lie beside the storyboard. */
const narration = v.strictObject({
  id,
  type: v.picklist(['audio/webm', 'audio/mp4', 'audio/wav', 'audio/mpeg', 'audio/ogg', 'audio/flac']),
  skip: v.optional(seconds),
  seconds,
  gain: v.pipe(v.number(), v.minValue(-60), v.maxValue(60)),
  peaks: list(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1000),
});

/** The colours of a film's pictures: a dark stage, paper, or the strongest contrast for projectors. */
export const filmLooks = ['dark', 'light', 'contrast'] as const;

export const storyboardSchema = v.strictObject({
  look: v.picklist(filmLooks),
  scenes: list(scene, FILM_LIMITS.scenes),
  narrations: list(narration, FILM_LIMITS.scenes),
});

export type Storyboard = v.InferOutput<typeof storyboardSchema>;
export type FilmScene = v.InferOutput<typeof scene>;
export type Camera = v.InferOutput<typeof camera>;
export type Motion = v.InferOutput<typeof motion>;
export type Region = v.InferOutput<typeof region>;
export type Transition = (typeof transitions)[number];
export type FilmLook = (typeof filmLooks)[number];
export type Narration = v.InferOutput<typeof narration>;

/** A scene in which nothing moves or is said, but for its name and how long it is. */
export const AT_REST = {
  camera: { kind: 'network' },
  motion: { kind: 'still' },
  before: 0,
  after: 0,
  transition: 'cut',
  caption: '',
  notes: '',
  marks: [],
} satisfies Omit<FilmScene, 'id' | 'title' | 'duration'>;

export const EMPTY_STORYBOARD: Storyboard = { look: 'dark', scenes: [], narrations: [] };
