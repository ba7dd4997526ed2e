/** Paints a picture on a canvas, of a window or of a worker. Cells and frames lie on whole pixels at every size. */
import type { Box, Item, Paint, Picture, Text } from '../../shared/film/picture.ts';
import { cssOf, type Look } from './look.ts';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Where items are painted: `ratio` pixels for a unit, from a pixel on. */
type Brush = { context: Context; look: Look; ratio: number; x: number; y: number };

/** Lines stand between cells of at least so many pixels, and dots in holes. */
const [LINED, DOTTED] = [6, 7];

/** Fills the whole canvas. The picture's sides must be in the canvas's proportion. */
export function paintPicture(context: Context, { size, items }: Picture, look: Look): void {
  const { width, height } = context.canvas;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = look.colours.ground;
  context.fillRect(0, 0, width, height);
  paintItems({ context, look, ratio: width / size.width, x: 0, y: 0 }, items);
}

function paintItems(brush: Brush, items: readonly Item[]): void {
  const { context, ratio, x, y } = brush;
  context.setTransform(ratio, 0, 0, ratio, x, y);
  context.lineJoin = 'round';
  for (const item of items) paintItem(brush, item);
}

function paintItem(brush: Brush, item: Item): void {
  switch (item.kind) {
    case 'rectangle':
      return paintRectangle(brush, item);
    case 'path':
      return paintPath(brush, item);
    case 'cells':
    case 'pixels':
      return paintCells(brush, item);
    case 'text':
      return paintText(brush, item);
    case 'lines':
      return paintLines(brush, item);
    default:
      return item.whole && (item.alpha ?? 1) < 1 ? paintWhole(brush, item) : paintGroup(brush, item);
  }
}

type Group = Extract<Item, { kind: 'group' }>;

function paintGroup(brush: Brush, { items, x = 0, y = 0, scale = 1, alpha = 1, clip }: Group): void {
  if (alpha <= 0) return;
  const { context, ratio } = brush;
  context.save();
  context.globalAlpha *= alpha;
  if (clip) {
    context.beginPath();
    context.rect(clip.x, clip.y, clip.width, clip.height);
    context.clip();
  }
  paintItems({ ...brush, ratio: ratio * scale, x: brush.x + x * ratio, y: brush.y + y * ratio }, items);
  context.restore();
}

/** A second canvas for each one that has painted a group as a whole. */
const layers = new WeakMap<Context, OffscreenCanvasRenderingContext2D>();

/** Paints a group on a canvas of its own first, so that it becomes transparent as one picture. */
function paintWhole(brush: Brush, group: Group): void {
  const { context } = brush;
  const { width, height } = context.canvas;
  let layer = layers.get(context);
  if (layer?.canvas.width !== width || layer.canvas.height !== height) {
    layer = new OffscreenCanvas(width, height).getContext('2d')!;
    layers.set(context, layer);
  }
  layer.setTransform(1, 0, 0, 1, 0, 0);
  layer.clearRect(0, 0, width, height);
  paintGroup({ ...brush, context: layer }, { ...group, alpha: 1 });
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha *= group.alpha ?? 1;
  context.drawImage(layer.canvas, 0, 0);
  context.restore();
}

/** Does something with a colour and its transparency. */
function withPaint({ context, look }: Brush, paint: Paint, draw: (css: string) => void): void {
  const before = context.globalAlpha;
  context.globalAlpha = before * (paint.alpha ?? 1);
  draw(cssOf(look, paint));
  context.globalAlpha = before;
}

/** The whole pixels that a box covers. */
function pixelsOf({ ratio, x, y }: Brush, box: Box): Box {
  const [left, top] = [Math.round(x + box.x * ratio), Math.round(y + box.y * ratio)];
  return {
    x: left,
    y: top,
    width: Math.round(x + (box.x + box.width) * ratio) - left,
    height: Math.round(y + (box.y + box.height) * ratio) - top,
  };
}

/** Does something in whole pixels. */
function inPixels({ context, ratio, x, y }: Brush, draw: () => void): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  draw();
  context.setTransform(ratio, 0, 0, ratio, x, y);
}

function paintRectangle(brush: Brush, item: Extract<Item, { kind: 'rectangle' }>): void {
  const { context } = brush;
  const { box, fill, stroke, width = 2, dash, radius } = item;
  if (radius !== undefined || dash)
    return paintShape(brush, item, () => {
      if (radius === undefined) context.rect(box.x, box.y, box.width, box.height);
      else context.roundRect(box.x, box.y, box.width, box.height, radius);
    });
  inPixels(brush, () => {
    const whole = pixelsOf(brush, box);
    if (fill)
      withPaint(brush, fill, css => {
        context.fillStyle = css;
        context.fillRect(whole.x, whole.y, whole.width, whole.height);
      });
    if (stroke) withPaint(brush, stroke, css => fillFrame(brush, whole, width, css));
  });
}

/** A frame on the edge of a box, in whole pixels. */
function fillFrame({ context, ratio }: Brush, { x, y, width, height }: Box, thick: number, css: string): void {
  const line = Math.max(1, Math.round(thick * ratio));
  const out = Math.floor(line / 2);
  context.fillStyle = css;
  context.beginPath();
  context.rect(x - out, y - out, width + 2 * out, height + 2 * out);
  const [inner, high] = [width + 2 * (out - line), height + 2 * (out - line)];
  if (inner > 0 && high > 0) context.rect(x - out + line, y - out + line, inner, high);
  context.fill('evenodd');
}

type Shape = { fill?: Paint; stroke?: Paint; width?: number; dash?: readonly number[] };

function paintShape(brush: Brush, { fill, stroke, width = 2, dash }: Shape, trace: () => void): void {
  const { context } = brush;
  context.beginPath();
  trace();
  if (fill)
    withPaint(brush, fill, css => {
      context.fillStyle = css;
      context.fill();
    });
  if (!stroke) return;
  withPaint(brush, stroke, css => {
    context.strokeStyle = css;
    context.lineWidth = width;
    context.setLineDash([...(dash ?? [])]);
    context.stroke();
    context.setLineDash([]);
  });
}

function paintPath(brush: Brush, item: Extract<Item, { kind: 'path' }>): void {
  const { context } = brush;
  const { points, closed, curved, arrow, stroke, width = 2 } = item;
  paintShape(brush, item, () => {
    context.moveTo(points[0], points[1]);
    if (curved) {
      for (let at = 2; at + 3 < points.length; at += 2) {
        const isLast = at + 4 >= points.length;
        const [x, y] = isLast
          ? [points[at + 2], points[at + 3]]
          : [(points[at] + points[at + 2]) / 2, (points[at + 1] + points[at + 3]) / 2];
        context.quadraticCurveTo(points[at], points[at + 1], x, y);
      }
    } else for (let at = 2; at < points.length; at += 2) context.lineTo(points[at], points[at + 1]);
    if (closed) context.closePath();
  });
  if (!arrow || !stroke) return;
  const [fromX, fromY, x, y] = points.slice(-4);
  const angle = Math.atan2(y - fromY, x - fromX);
  const side = 6 * width;
  const corner = (turn: number) => [x - side * Math.cos(angle + turn), y - side * Math.sin(angle + turn)] as const;
  paintShape(brush, { fill: stroke }, () => {
    context.moveTo(x, y);
    context.lineTo(...corner(0.42));
    context.lineTo(...corner(-0.42));
    context.closePath();
  });
}

type Cells = Extract<Item, { kind: 'cells' | 'pixels' }>;

/** Cells are the pixels of a small image that is painted larger. */
function paintCells(brush: Brush, item: Cells): void {
  const { context, look } = brush;
  const { box, rows, columns, lines } = item;
  const { x, y, width, height } = pixelsOf(brush, box);
  const { image, context: small } = smallOf(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  if (item.kind === 'pixels') {
    for (let nth = 0; nth < words.length; nth++)
      words[nth] =
        0xff000000 | (item.colours[3 * nth + 2] << 16) | (item.colours[3 * nth + 1] << 8) | item.colours[3 * nth];
  } else {
    const { pixels } = look.scales[item.scale];
    for (let nth = 0; nth < words.length; nth++) words[nth] = item.steps[nth] >= 0 ? pixels[item.steps[nth]] : 0;
  }
  inPixels(brush, () => {
    small.putImageData(image, 0, 0);
    // More cells than pixels are brought together; otherwise each cell is one rectangle.
    context.imageSmoothingEnabled = width < columns;
    context.drawImage(small.canvas, 0, 0, columns, rows, x, y, width, height);
    const side = width / columns;
    if (item.kind === 'cells' && side >= DOTTED) paintHoles(brush, item, { x, y, width, height });
    if (!lines || lines.alpha === 0) return;
    withPaint(brush, lines, css => {
      if (side >= LINED) fillLines(brush, { x, y, width, height }, rows, columns, css);
      fillFrame(brush, { x, y, width, height }, 2, css);
    });
  });
}

/** Where holes are, a dot stands. */
function paintHoles({ context, look }: Brush, { rows, columns, steps }: Cells & { kind: 'cells' }, box: Box): void {
  if (!steps.some(step => step < 0)) return;
  context.fillStyle = look.colours.line;
  const [wide, high] = [box.width / columns, box.height / rows];
  const dot = Math.max(1, Math.round(wide / 8));
  for (let nth = 0; nth < steps.length; nth++)
    if (steps[nth] < 0)
      context.fillRect(
        Math.round(box.x + ((nth % columns) + 0.5) * wide - dot / 2),
        Math.round(box.y + (Math.floor(nth / columns) + 0.5) * high - dot / 2),
        dot,
        dot,
      );
}

function fillLines({ context, ratio }: Brush, box: Box, rows: number, columns: number, css: string): void {
  const line = Math.max(1, Math.round(1.4 * ratio));
  context.fillStyle = css;
  context.beginPath();
  for (let column = 1; column < columns; column++)
    context.rect(Math.round(box.x + (column * box.width) / columns - line / 2), box.y, line, box.height);
  for (let row = 1; row < rows; row++)
    context.rect(box.x, Math.round(box.y + (row * box.height) / rows - line / 2), box.width, line);
  context.fill();
}

type Small = { image: ImageData; context: OffscreenCanvasRenderingContext2D };

/** For each size that was painted lately, an image to be written over and a canvas that it goes through. One large
 *  canvas for all sizes would be copied whole for every image. */
const smalls = new Map<string, Small>();
function smallOf(columns: number, rows: number): Small {
  const key = `${columns} ${rows}`;
  let small = smalls.get(key);
  if (!small) {
    if (smalls.size > 60) smalls.clear();
    const context = new OffscreenCanvas(columns, rows).getContext('2d', { willReadFrequently: true })!;
    small = { image: new ImageData(columns, rows), context };
    smalls.set(key, small);
  }
  return small;
}

const fontOf = ({ size, weight = 400, font = 'ui' }: Pick<Text, 'size' | 'weight' | 'font'>, look: Look) =>
  `${weight} ${size}px ${look.fonts[font]}`;

/** The widths of texts in the context's present font. */
const widths = new Map<string, number>();
function widthIn(context: Pick<Context, 'measureText' | 'font'>, text: string): number {
  const key = `${context.font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = context.measureText(text).width;
    if (widths.size > 5000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

function paintText(brush: Brush, item: Text): void {
  const { context, look } = brush;
  const { x, y, text, align = 'left', baseline = 'middle', most, behind } = item;
  withPaint(brush, item.paint, css => {
    const font = fontOf(item, look);
    if (context.font !== font) context.font = font;
    context.fillStyle = css;
    context.textAlign = align;
    context.textBaseline = baseline === 'middle' ? 'alphabetic' : baseline;
    // Capitals and digits are about 0.72 of a letter's size high.
    context.fillText(text, x, baseline === 'middle' ? y + item.size * 0.36 : y, most);
  });
  if (!behind) return;
  const width = Math.min(widthIn(context, text), most ?? Infinity);
  const gap = item.size * 0.4;
  const room = most === undefined ? undefined : most - width - gap;
  if (room !== undefined && room < behind.size * 2) return;
  paintText(brush, {
    ...item,
    ...behind,
    weight: 400,
    x: x + width + gap,
    y: baseline === 'middle' ? y + (item.size - behind.size) * 0.36 : y,
    most: room,
    behind: undefined,
  });
}

function paintLines(brush: Brush, item: Extract<Item, { kind: 'lines' }>): void {
  const { context, look } = brush;
  const { text, y, wide, height, up } = item;
  context.font = fontOf(item, look);
  const breaks = item.align === 'center' ? balanced : broken;
  const lines = text.split('\n').flatMap(each => breaks(context, each, wide));
  const first = up ? y - (lines.length - 1) * height : y;
  for (const [at, line] of lines.entries())
    paintText(brush, { ...item, kind: 'text', text: line, y: first + at * height, most: wide });
}

/** A paragraph in lines that are at most so wide. */
export function broken(context: Pick<Context, 'measureText' | 'font'>, text: string, wide: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthIn(context, longer) > wide) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** The same with lines that are about equally long. */
export function balanced(context: Pick<Context, 'measureText' | 'font'>, text: string, wide: number): string[] {
  const { length } = broken(context, text, wide);
  if (length === 1) return [text];
  let [low, high] = [0, wide];
  while (high - low > 4) {
    const middle = (low + high) / 2;
    if (broken(context, text, middle).length > length) low = middle;
    else high = middle;
  }
  return broken(context, text, high);
}
