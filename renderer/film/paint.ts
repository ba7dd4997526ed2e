/** Paints a picture on a canvas, of a window or of a worker. */
import type { Box, Item, Paint, Picture, Text } from '../../shared/film/picture.ts';
import { cssOf, type Look } from './look.ts';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Cells smaller than so many pixels are painted as the pixels of a small image. */
const BY_PIXELS = 4;
/** Holes are dots in cells of at least so many pixels. */
const DOTTED = 7;

/** Fills the whole canvas. The picture's sides must be in the canvas's proportion. */
export function paintPicture(context: Context, { size, items }: Picture, look: Look): void {
  const ratio = context.canvas.width / size.width;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = look.colours.ground;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineJoin = 'round';
  for (const item of items) paintItem(context, item, look);
}

function paintItem(context: Context, item: Item, look: Look): void {
  switch (item.kind) {
    case 'rectangle':
      return paintShape(context, item, look, () => outline(context, item.box, item.radius));
    case 'path':
      return paintPath(context, item, look);
    case 'cells':
      return paintCells(context, item, look);
    case 'text':
      return paintText(context, item, look);
    case 'lines':
      return paintLines(context, item, look);
    default:
      return paintGroup(context, item, look);
  }
}

function paintGroup(context: Context, { items, x, y, scale, alpha, clip }: Item & { kind: 'group' }, look: Look): void {
  context.save();
  context.globalAlpha *= alpha ?? 1;
  if (clip) {
    context.beginPath();
    context.rect(clip.x, clip.y, clip.width, clip.height);
    context.clip();
  }
  context.translate(x ?? 0, y ?? 0);
  if (scale !== undefined) context.scale(scale, scale);
  for (const item of items) paintItem(context, item, look);
  context.restore();
}

/** Does something with a colour and its transparency. */
function withPaint(context: Context, paint: Paint, look: Look, draw: (css: string) => void): void {
  const before = context.globalAlpha;
  context.globalAlpha = before * (paint.alpha ?? 1);
  draw(cssOf(look, paint));
  context.globalAlpha = before;
}

type Shape = { fill?: Paint; stroke?: Paint; width?: number; dash?: readonly number[] };

function paintShape(context: Context, { fill, stroke, width = 2, dash }: Shape, look: Look, trace: () => void): void {
  context.beginPath();
  trace();
  if (fill)
    withPaint(context, fill, look, css => {
      context.fillStyle = css;
      context.fill();
    });
  if (!stroke) return;
  withPaint(context, stroke, look, css => {
    context.strokeStyle = css;
    context.lineWidth = width;
    context.setLineDash([...(dash ?? [])]);
    context.stroke();
    context.setLineDash([]);
  });
}

function outline(context: Context, { x, y, width, height }: Box, radius?: number): void {
  if (radius === undefined) context.rect(x, y, width, height);
  else context.roundRect(x, y, width, height, radius);
}

function paintPath(context: Context, item: Item & { kind: 'path' }, look: Look): void {
  const { points, closed, curved, arrow, stroke, width = 2 } = item;
  paintShape(context, item, look, () => {
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
  const side = 5 * width;
  const corner = (turn: number) => [x - side * Math.cos(angle + turn), y - side * Math.sin(angle + turn)] as const;
  paintShape(context, { fill: stroke }, look, () => {
    context.moveTo(x, y);
    context.lineTo(...corner(0.42));
    context.lineTo(...corner(-0.42));
    context.closePath();
  });
}

function paintCells(context: Context, item: Item & { kind: 'cells' }, look: Look): void {
  const { box, rows, columns, scale, steps, lines } = item;
  const table = look.scales[scale];
  const side = box.width / columns;
  const pixels = side * context.getTransform().a;
  if (pixels < BY_PIXELS) paintImage(context, item, look);
  else
    for (let nth = 0; nth < steps.length; nth++) {
      const [x, y] = [box.x + (nth % columns) * side, box.y + Math.floor(nth / columns) * side];
      if (steps[nth] >= 0) {
        context.fillStyle = table.css[steps[nth]];
        context.fillRect(x, y, side, side);
      } else if (pixels >= DOTTED) {
        context.fillStyle = look.colours.line;
        const dot = side / 8;
        context.fillRect(x + (side - dot) / 2, y + (side - dot) / 2, dot, dot);
      }
    }
  if (!lines || lines.alpha === 0) return;
  const trace = () => {
    for (let column = 1; column < columns; column++) {
      context.moveTo(box.x + column * side, box.y);
      context.lineTo(box.x + column * side, box.y + box.height);
    }
    for (let row = 1; row < rows; row++) {
      context.moveTo(box.x, box.y + row * side);
      context.lineTo(box.x + box.width, box.y + row * side);
    }
  };
  if (pixels >= BY_PIXELS) paintShape(context, { stroke: lines, width: 1.5 }, look, trace);
  paintShape(context, { stroke: lines, width: 2 }, look, () => outline(context, box));
}

/** Many small cells at once. */
function paintImage(
  context: Context,
  { box, rows, columns, scale, steps }: Item & { kind: 'cells' },
  look: Look,
): void {
  const image = new ImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  const { pixels } = look.scales[scale];
  for (let nth = 0; nth < steps.length; nth++) if (steps[nth] >= 0) words[nth] = pixels[steps[nth]];
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d')!.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, box.x, box.y, box.width, box.height);
}

const fontOf = ({ size, weight = 400, font = 'ui' }: Pick<Text, 'size' | 'weight' | 'font'>, look: Look) =>
  `${weight} ${size}px ${look.fonts[font]}`;

function paintText(context: Context, item: Text, look: Look): void {
  const { x, y, text, align = 'left', baseline = 'middle', most, behind } = item;
  withPaint(context, item.paint, look, css => {
    context.font = fontOf(item, look);
    context.fillStyle = css;
    context.textAlign = align;
    context.textBaseline = baseline;
    context.fillText(text, x, y, most);
  });
  if (!behind) return;
  const width = Math.min(context.measureText(text).width, most ?? Infinity);
  const room = most === undefined ? undefined : most - width - item.size / 2;
  if (room !== undefined && room < behind.size * 2) return;
  paintText(
    context,
    { ...item, ...behind, weight: 400, x: x + width + item.size / 2, most: room, behind: undefined },
    look,
  );
}

function paintLines(context: Context, item: Item & { kind: 'lines' }, look: Look): void {
  const { text, y, wide, height, up } = item;
  context.font = fontOf(item, look);
  const lines = text.split('\n').flatMap(each => broken(context, each, wide));
  const first = up ? y - (lines.length - 1) * height : y;
  for (const [at, line] of lines.entries())
    paintText(context, { ...item, kind: 'text', text: line, y: first + at * height, most: wide }, look);
}

/** A paragraph in lines that are at most so wide. */
export function broken(context: Pick<Context, 'measureText'>, text: string, wide: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && context.measureText(longer).width > wide) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
