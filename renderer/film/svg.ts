/** Prints a picture as SVG: the same shapes as `paintPicture`, with real texts. */
import type { Box, Item, Paint, Picture, Text } from '../../shared/film/picture.ts';
import { cssOf, type Look } from './look.ts';
import { broken } from './paint.ts';

/** How wide a text is in a CSS font, in pixels. */
export type Measure = (text: string, font: string) => number;
/** What printing needs, and how opaque everything is at the moment. `clips` counts the clips so far. */
type Press = { look: Look; measure: Measure; alpha: number; clips: { count: number } };

/** `faces`: style sheet rules of typefaces that come with the drawing. `width`: of the drawing, in pixels. */
export function printPicture(
  { size, items, spoken }: Picture,
  look: Look,
  { measure, faces = '', width = size.width }: { measure: Measure; faces?: string; width?: number },
): string {
  const height = Math.round((width * size.height) / size.width);
  const press = { look, measure, alpha: 1, clips: { count: 0 } };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${size.width} ${size.height}" role="img" stroke-linejoin="round" xml:space="preserve">`,
    `<title>${escaped(spoken)}</title>`,
    ...(faces === '' ? [] : [`<style>${escaped(faces)}</style>`]),
    `<rect width="${size.width}" height="${size.height}" fill="${look.colours.ground}"/>`,
    ...items.flatMap(item => print(press, item)),
    '</svg>\n',
  ].join('\n');
}

/** A text as it may stand in XML. Signs that XML can't have become the sign for unknown ones. */
export function escaped(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      .replaceAll(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

/** A number in a drawing: a hundredth of a unit is exact enough. */
const at = (value: number): string => String(Math.round(value * 100) / 100);

type Attributes = Record<string, string | number | undefined>;

function tag(name: string, attributes: Attributes, inner?: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? at(value) : escaped(value!)}"`)
    .join('');
  return inner === undefined ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

function paintAs(kind: 'fill' | 'stroke', { look, alpha }: Press, paint: Paint | undefined): Attributes {
  if (!paint) return kind === 'fill' ? { fill: 'none' } : {};
  const opacity = alpha * (paint.alpha ?? 1);
  return { [kind]: cssOf(look, paint), [`${kind}-opacity`]: opacity < 1 ? opacity : undefined };
}

type Shape = { fill?: Paint; stroke?: Paint; width?: number; dash?: readonly number[] };

const shapeOf = (press: Press, { fill, stroke, width = 2, dash }: Shape): Attributes => ({
  ...paintAs('fill', press, fill),
  ...paintAs('stroke', press, stroke),
  'stroke-width': stroke && width,
  'stroke-dasharray': stroke && dash && dash.map(at).join(' '),
});

function print(press: Press, item: Item): string[] {
  switch (item.kind) {
    case 'rectangle':
      return [tag('rect', { ...item.box, rx: item.radius, ...shapeOf(press, item) })];
    case 'path':
      return printPath(press, item);
    case 'cells':
    case 'pixels':
      return printCells(press, item);
    case 'text':
      return printText(press, item);
    case 'lines': {
      const { text, y, wide, height, up } = item;
      const context = {
        font: fontOf(press, item),
        measureText: (line: string) => ({ width: press.measure(line, fontOf(press, item)) }) as TextMetrics,
      };
      const lines = text.split('\n').flatMap(each => broken(context, each, wide));
      const first = up ? y - (lines.length - 1) * height : y;
      return lines.flatMap((line, nth) =>
        printText(press, { ...item, kind: 'text', text: line, y: first + nth * height, most: wide }),
      );
    }
    default:
      return printGroup(press, item);
  }
}

type Group = Extract<Item, { kind: 'group' }>;

function printGroup(press: Press, { items, whole, x = 0, y = 0, scale, alpha = 1, clip }: Group): string[] {
  if (alpha <= 0) return [];
  const place = `translate(${at(x)} ${at(y)})${scale === undefined ? '' : ` scale(${scale})`}`;
  const id = clip && `clip${++press.clips.count}`;
  const inner = items.flatMap(item => print(whole ? press : { ...press, alpha: press.alpha * alpha }, item));
  return [
    ...(clip ? [tag('clipPath', { id }, tag('rect', { ...clip }))] : []),
    ...(id ? [`<g clip-path="url(#${id})">`] : []),
    `<g transform="${place}"${whole && alpha < 1 ? ` opacity="${at(alpha)}"` : ''}>`,
    ...inner,
    '</g>',
    ...(id ? ['</g>'] : []),
  ];
}

function printPath(press: Press, item: Item & { kind: 'path' }): string[] {
  const { points, closed, curved, arrow, stroke, width = 2 } = item;
  const corners = Array.from({ length: points.length / 2 }, (_, nth) => [points[2 * nth], points[2 * nth + 1]]);
  const pair = ([x, y]: readonly number[]) => `${at(x)} ${at(y)}`;
  const [first, ...rest] = corners;
  const middle = (nth: number) => [0, 1].map(axis => (rest[nth][axis] + rest[nth + 1][axis]) / 2);
  const turns = rest
    .slice(0, -1)
    .map((corner, nth) => `Q${pair(corner)} ${pair(nth + 2 < rest.length ? middle(nth) : rest[nth + 1])}`);
  const way = curved && rest.length > 1 ? turns.join('') : rest.map(corner => `L${pair(corner)}`).join('');
  const drawn = [tag('path', { d: `M${pair(first)}${way}${closed ? 'Z' : ''}`, ...shapeOf(press, item) })];
  if (!arrow || !stroke) return drawn;
  const [[fromX, fromY], [x, y]] = corners.slice(-2);
  const angle = Math.atan2(y - fromY, x - fromX);
  const side = ARROW * width;
  const corner = (turn: number) => pair([x - side * Math.cos(angle + turn), y - side * Math.sin(angle + turn)]);
  const head = `M${pair([x, y])}L${corner(0.42)}L${corner(-0.42)}Z`;
  return [...drawn, tag('path', { d: head, ...shapeOf(press, { fill: stroke }) })];
}

/** An arrow's head is so many times as long as its line is wide. */
const ARROW = 6;

/** Cells of one colour are one path, and neighbours in a row one rectangle of it. */
function printCells(press: Press, item: Extract<Item, { kind: 'cells' | 'pixels' }>): string[] {
  const { box, rows, columns, lines } = item;
  const colourAt = coloursOf(press, item);
  const [wide, high] = [box.width / columns, box.height / rows];
  const paths = new Map<string, string[]>();
  const holes: string[] = [];
  const add = (colour: string, path: string) => {
    const known = paths.get(colour);
    if (known) known.push(path);
    else paths.set(colour, [path]);
  };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; ) {
      const colour = colourAt(row * columns + column);
      const [x, y] = [box.x + column * wide, box.y + row * high];
      if (colour === undefined) {
        const dot = wide / 8;
        const [left, top] = [x + (wide - dot) / 2, y + (high - dot) / 2];
        if (wide >= DOTTED) holes.push(`M${at(left)} ${at(top)}h${at(dot)}v${at(dot)}h${at(-dot)}z`);
        column++;
        continue;
      }
      let ends = column + 1;
      while (ends < columns && colourAt(row * columns + ends) === colour) ends++;
      const width = at((ends - column) * wide);
      add(colour, `M${at(x)} ${at(y)}h${width}v${at(high)}h-${width}z`);
      column = ends;
    }
  }
  const drawn = [...paths].map(([fill, path]) =>
    tag('path', { d: path.join(''), fill, 'fill-opacity': press.alpha < 1 ? press.alpha : undefined }),
  );
  const cells = [`<g shape-rendering="crispEdges">`, ...drawn, '</g>'];
  if (holes.length > 0) cells.push(tag('path', { d: holes.join(''), ...shapeOf(press, { fill: { colour: 'line' } }) }));
  if (!lines || lines.alpha === 0) return cells;
  return [...cells, ...printLines(press, box, rows, columns, lines)];
}

/** The colour of each cell. undefined for holes. */
function coloursOf({ look }: Press, item: Extract<Item, { kind: 'cells' | 'pixels' }>) {
  if (item.kind === 'pixels') return (nth: number) => `rgb(${item.colours.subarray(3 * nth, 3 * nth + 3).join(' ')})`;
  const { css } = look.scales[item.scale];
  return (nth: number) => (item.steps[nth] >= 0 ? css[item.steps[nth]] : undefined);
}

/** Holes are dots in cells of at least so many units, and lines stand between cells of so many. */
const [DOTTED, LINED] = [7, 4];

function printLines(press: Press, box: Box, rows: number, columns: number, lines: Paint): string[] {
  const upright = Array.from({ length: columns - 1 }, (_, nth) => {
    return `M${at(box.x + ((nth + 1) * box.width) / columns)} ${at(box.y)}v${at(box.height)}`;
  });
  const flat = Array.from({ length: rows - 1 }, (_, nth) => {
    return `M${at(box.x)} ${at(box.y + ((nth + 1) * box.height) / rows)}h${at(box.width)}`;
  });
  const between = tag('path', {
    d: [...upright, ...flat].join(''),
    ...shapeOf(press, { stroke: lines, width: 1.5 }),
  });
  const around = tag('rect', { ...box, ...shapeOf(press, { stroke: lines, width: 2 }) });
  return box.width / columns >= LINED && rows * columns > 1 ? [between, around] : [around];
}

const fontOf = ({ look }: Press, { size, weight = 400, font = 'ui' }: Pick<Text, 'size' | 'weight' | 'font'>) =>
  `${weight} ${size}px ${look.fonts[font]}`;

const ANCHORS = { left: undefined, center: 'middle', right: 'end' } as const;

function printText(press: Press, item: Text): string[] {
  const { x, y, text, size, weight, font = 'ui', align = 'left', baseline = 'middle', most, behind } = item;
  const width = press.measure(text, fontOf(press, item));
  const isShrunk = most !== undefined && width > most;
  const base = baseline === 'middle' ? y + size * 0.36 : y;
  const own = tag(
    'text',
    {
      x,
      y: base,
      'font-family': press.look.fonts[font].replaceAll(/\s+/g, ' '),
      'font-size': size,
      'font-weight': weight,
      'text-anchor': ANCHORS[align],
      textLength: isShrunk ? most : undefined,
      lengthAdjust: isShrunk ? 'spacingAndGlyphs' : undefined,
      ...paintAs('fill', press, item.paint),
    },
    escaped(text),
  );
  if (!behind) return [own];
  const taken = Math.min(width, most ?? Infinity) + size * 0.4;
  const room = most === undefined ? undefined : most - taken;
  if (room !== undefined && room < behind.size * 2) return [own];
  const { behind: _, ...rest } = item;
  const next = { ...rest, ...behind, weight: 400 as const, x: x + taken, y: base };
  return [own, ...printText(press, { ...next, baseline: 'alphabetic', ...(room !== undefined && { most: room }) })];
}
