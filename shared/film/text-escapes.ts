/** Texts of a storyboard in its written form, so that any text comes back as it was. */

/** Signs that an editor or a file could change: control signs, line ends of other kinds, and halves of signs. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const FRAGILE = /[\0-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ufeff]|\p{Cs}|&(?=#)/gu;

const coded = (sign: string) => `&#${sign.codePointAt(0)!};`;

/** A text of several lines with codes for fragile signs, as in HTML. */
export const inLines = (text: string): string => text.replaceAll(FRAGILE, coded);

/** A text as a part of one line: with codes for line ends, and for blanks at both ends. */
export const inLine = (text: string): string =>
  inLines(text)
    .replaceAll('\n', coded)
    .replaceAll(/^\s+|\s+$/gu, blanks => Array.from(blanks, coded).join(''));

/** The opposite of both. */
export function decoded(text: string): string {
  return text.replaceAll(/&#(\d{1,7});/g, (whole, code: string) =>
    Number(code) <= 0x10_ff_ff ? String.fromCodePoint(Number(code)) : whole,
  );
}

/** Speaker's notes as lines of Markdown. A backslash stands before what would mean something else: a heading, a quote
 *  at the beginning, a blank line at the beginning or the end. */
export function notesLines(notes: string): string[] {
  if (notes === '') return [];
  const lines = inLines(notes).split('\n');
  return lines.map((line, at) => {
    const atEdge = at === 0 || at === lines.length - 1;
    const misread = ESCAPED.test(line) || /^##(\s|$)/.test(line) || (at === 0 && line.startsWith('>'));
    return misread || (atEdge && line.trim() === '') ? `\\${line}` : line;
  });
}

const ESCAPED = /^\\(?=[\\#>\s]|$)/;

/** The opposite. Blank lines at both ends don't belong to the notes. */
export function notesOf(lines: readonly string[]): string {
  const isText = (line: string) => line.trim() !== '';
  const first = lines.findIndex(isText);
  if (first < 0) return '';
  const own = lines.slice(first, lines.findLastIndex(isText) + 1);
  return decoded(own.map(line => line.replace(ESCAPED, '')).join('\n'));
}
