import { decimal } from '../../shared/messages/format.ts';
import type { CellError } from '../../shared/cell-content.ts';
import { messages } from '../../shared/messages.ts';

/** A real minus sign, as wide as a digit. */
const MINUS = '−';
/** The text of a cell that is too narrow for any of its number. */
export const NO_ROOM = '##';

/** A number with so many decimals. An exact zero is "0", so "0.00" always means "small". Never "−0.00". */
function fixed(value: number, decimals = 2): string {
  if (value === 0) return '0';
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? MINUS + digits : digits;
}

/** In CSS pixels: the smallest cell that shows numbers, and the smallest that shows their leading zero. */
export const SMALLEST_NUMBER = 14;
const SMALLEST_LEADING_ZERO = 20;

/** Widths of the characters of numbers, in any unit. All digits are equally wide. */
export type Glyphs = { digit: number; point: number; minus: number; e: number };

/** The widths of the font of numbers (assets/fonts) at size 1, by weight. */
export const NUMERALS = {
  400: { digit: 0.4937, point: 0.2637, minus: 0.5, e: 0.4688 },
  600: { digit: 0.5029, point: 0.2847, minus: 0.4878, e: 0.4766 },
} as const satisfies Record<number, Glyphs>;

/** The widths at a size. */
export function glyphsAt(size: number, weight: keyof typeof NUMERALS): Glyphs {
  const { digit, point, minus, e } = NUMERALS[weight];
  return { digit: digit * size, point: point * size, minus: minus * size, e: e * size };
}

/** The size of a number in a cell, in CSS pixels. Parameters are a little larger. From 20 px on, cells also have room
 *  for the leading zero. */
export function numberSize(cellSize: number, parameter: boolean): number {
  const size = cellSize < SMALLEST_LEADING_ZERO ? Math.max(8.5, 0.5625 * cellSize) : 0.5 * cellSize;
  return size + (parameter ? cellSize / 32 : 0);
}

/** Smaller numbers have no digit that isn't 0 among their first two decimals. */
const TINY = 0.005;

/** The room for numbers in a column. */
export type NumberRoom = {
  /** The width for text, in the unit of the glyphs: the column's width without the gap between cells. */
  width: number;
  glyphs: Glyphs;
  /** The most decimals and significant digits: 2 and 3, or 4 and 6 in wide columns. */
  decimals: number;
  significant: number;
  /** Whether 0.5 is written with its leading zero, if that fits. */
  leadingZero: boolean;
  /** Whether tiny numbers are written by their order of magnitude, where that fits: 5e−6. */
  tiny?: boolean;
};

/** How far text may be squeezed, as a share of its width. Any narrower, it can't be read. */
export const NARROWEST = 0.75;

/** The gap between the numbers of two cells, in CSS pixels. It is wider than a space. */
const GAP = { least: 2.8, share: 0.14 };

/** The room for numbers in columns of this width. `width` and `cellSize` are in CSS pixels, `glyphs` at the size of the
 *  numbers there. */
export function numberRoom(width: number, cellSize: number, glyphs: Glyphs): NumberRoom {
  // Columns of scores are three cells wide, so they have room for four decimals.
  const wide = width >= 2.5 * cellSize;
  return {
    width: width - Math.max(GAP.least, GAP.share * Math.min(width, cellSize)),
    glyphs,
    decimals: wide ? 4 : 2,
    significant: wide ? 6 : 3,
    leadingZero: width >= SMALLEST_LEADING_ZERO,
  };
}

/** The text of a number in a cell, with as many digits as fit. Decimals are dropped first: 5.90, 12.3, 123, 1e5; if
 *  nothing fits, ##. `exact`: for parameters, whole numbers are written without decimals, as they were typed. */
export function numberText(value: number, room: NumberRoom, exact: boolean): string {
  const { glyphs, decimals, significant, leadingZero } = room;
  if (value === 0) return '0';
  const space = room.width / NARROWEST;
  const size = Math.abs(value);
  const sign = value < 0 ? glyphs.minus : 0;
  // Comparisons are faster than counting, and this runs for every cell of every frame.
  const integers = size < 1 ? 0 : size < 10 ? 1 : size < 100 ? 2 : size < 1000 ? 3 : size < 10_000 ? 4 : 5;
  if (exact && Number.isInteger(value) && size < 10_000 && sign + integers * glyphs.digit <= space)
    return String(value).replace('-', MINUS);
  if (size >= 99_999.5) return scientific(value, space, glyphs);
  if (room.tiny && size < TINY) {
    const text = scientific(value, space, glyphs);
    if (text !== NO_ROOM) return text;
  }
  const most = Math.max(0, Math.min(decimals, significant - Math.max(1, integers)));
  // Only an exact zero may be "0".
  for (let places = most; places >= (integers === 0 ? 1 : 0); places--) {
    const least = sign + integers * glyphs.digit + (places > 0 ? glyphs.point + places * glyphs.digit : 0);
    if (least > space) continue;
    const text = fixed(value, places);
    // 9.996 is rounded to 10.00, which has one more digit.
    if (places > 0 && digitsOf(text) > Math.max(significant, places + 1)) continue;
    // Only a zero that is the whole integer part: 20.1 keeps its zero.
    const bare = text.replace(/^(−?)0\./, '$1.');
    if (leadingZero && widthOf(text, glyphs) <= space) return decimal(text);
    if (widthOf(bare, glyphs) <= space) return decimal(bare);
  }
  return integers > 0 ? scientific(value, space, glyphs) : NO_ROOM;
}

/** The text or error of a cell: all of it, or ##. */
export function otherText(other: string | CellError, { width, glyphs }: NumberRoom): string {
  const text = typeof other === 'string' ? other : messages.cells.errors[other.error];
  return text.length * glyphs.digit <= width / NARROWEST ? text : NO_ROOM;
}

/** The smallest letters of an error in a narrow cell, in CSS pixels, and the height of their lines in cells. */
const [SMALLEST_ERROR, ERROR_LINE] = [6.5, 0.42];

/** The text or error of a cell as lines. Where an error's name has no room, its two halves stand one above the other,
 *  in letters that are smaller by `scale`: #DIV and /0!. Where those would be too small to read, ##. */
export function otherLines(
  other: string | CellError,
  room: NumberRoom,
  { cellSize, size }: { cellSize: number; size: number },
): { lines: readonly string[]; scale: number } {
  const text = otherText(other, room);
  if (text !== NO_ROOM || typeof other === 'string') return { lines: [text], scale: 1 };
  const name = messages.cells.errors[other.error];
  const half = Math.ceil(name.length / 2);
  const widest = room.width / NARROWEST / (half * room.glyphs.digit);
  const scale = Math.min(1, (ERROR_LINE * cellSize) / size, widest);
  if (size * scale < SMALLEST_ERROR) return { lines: [NO_ROOM], scale: 1 };
  return { lines: [name.slice(0, half), name.slice(half)], scale };
}

/** Only the order of magnitude: 123456 → 1e5, −2.5e12 → −3e12. */
function scientific(value: number, space: number, glyphs: Glyphs): string {
  const text = value.toExponential(0).replace('e+', 'e').replaceAll('-', MINUS);
  return widthOf(text, glyphs) <= space ? text : NO_ROOM;
}

function widthOf(text: string, { digit, point, minus, e }: Glyphs): number {
  let width = 0;
  for (const character of text)
    width += character === '.' ? point : character === MINUS ? minus : character === 'e' ? e : digit;
  return width;
}

function digitsOf(text: string): number {
  let digits = 0;
  for (const character of text) if (character >= '0' && character <= '9') digits++;
  return digits;
}
