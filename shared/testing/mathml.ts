/** Checks MathML against the rules of MathML Core: https://www.w3.org/TR/mathml-core/ */

/** What an element may have inside: a text, so many elements, any number of elements, or only elements of one name. */
type Content = 'text' | 'elements' | number | { only: string };
type Rule = { content: Content; attributes?: readonly string[] };

/** The elements that Core lists for the writing of formulas, each with its own attributes. */
const RULES: Readonly<Record<string, Rule>> = {
  math: { content: 'elements', attributes: ['display', 'alttext', 'xmlns'] },
  mi: { content: 'text', attributes: ['mathvariant'] },
  mn: { content: 'text' },
  mo: {
    content: 'text',
    attributes: words('form fence separator lspace rspace stretchy symmetric maxsize minsize largeop movablelimits'),
  },
  ms: { content: 'text' },
  mtext: { content: 'text' },
  mspace: { content: 0, attributes: ['width', 'height', 'depth'] },
  mrow: { content: 'elements' },
  mfrac: { content: 2, attributes: ['linethickness'] },
  msqrt: { content: 'elements' },
  mroot: { content: 2 },
  mstyle: { content: 'elements' },
  merror: { content: 'elements' },
  mpadded: { content: 'elements', attributes: ['width', 'height', 'depth', 'lspace', 'voffset'] },
  mphantom: { content: 'elements' },
  msub: { content: 2 },
  msup: { content: 2 },
  msubsup: { content: 3 },
  munder: { content: 2, attributes: ['accentunder'] },
  mover: { content: 2, attributes: ['accent'] },
  munderover: { content: 3, attributes: ['accent', 'accentunder'] },
  mtable: { content: { only: 'mtr' } },
  mtr: { content: { only: 'mtd' } },
  mtd: { content: 'elements', attributes: ['columnspan', 'rowspan'] },
};
/** These stand only in one other element. */
const INSIDE: Readonly<Record<string, string>> = { mtr: 'mtable', mtd: 'mtr' };
/** Attributes of all elements. */
const GLOBAL = words('class dir displaystyle id mathbackground mathcolor mathsize scriptlevel style tabindex');
const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

function words(text: string): string[] {
  return text.split(' ');
}

type Open = { tag: string; elements: string[]; text: string };

/** What is wrong with a formula in MathML, written as XML. Empty if nothing is. */
export function mathFaults(xml: string): string[] {
  const faults: string[] = [];
  const open: Open[] = [];
  let roots = 0;
  let at = 0;
  const pieces = /<([a-z]+)((?: [a-z]+="[^"<]*")*)>|<\/([a-z]+)>|([^<]+)/y;
  while (at < xml.length) {
    pieces.lastIndex = at;
    const piece = pieces.exec(xml);
    if (!piece) return [...faults, `no well-formed XML: ${xml.slice(at, at + 40)}`];
    at = pieces.lastIndex;
    const [, begun, attributes, ended, text] = piece;
    if (begun !== undefined) begin(begun, attributes);
    else if (ended !== undefined) end(ended);
    else write(text);
  }
  if (open.length > 0) faults.push(`${open.at(-1)!.tag} doesn't end`);
  if (roots !== 1) faults.push(`${roots} formulas instead of one`);
  return faults;

  function begin(tag: string, attributes: string): void {
    const parent = open.at(-1);
    parent?.elements.push(tag);
    if (!parent) roots++;
    if ((tag === 'math') !== (parent === undefined)) faults.push(`${tag} in ${parent?.tag ?? 'nothing'}`);
    const rule = RULES[tag];
    if (!rule) faults.push(`there is no element ${tag}`);
    if (INSIDE[tag] !== undefined && INSIDE[tag] !== parent?.tag) faults.push(`${tag} in ${parent?.tag}`);
    const seen = new Set<string>();
    for (const [, name, value] of attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
      if (seen.has(name)) faults.push(`${name} twice in ${tag}`);
      seen.add(name);
      if (!GLOBAL.includes(name) && !rule?.attributes?.includes(name)) faults.push(`${tag} has no attribute ${name}`);
      checkText(value);
      if (name === 'xmlns' && value !== NAMESPACE) faults.push(`the namespace ${value}`);
      if (name === 'display' && value !== 'block' && value !== 'inline') faults.push(`display is ${value}`);
    }
    if (tag === 'math' && !seen.has('xmlns')) faults.push('math has no namespace');
    open.push({ tag, elements: [], text: '' });
  }

  function end(tag: string): void {
    const last = open.pop();
    if (last?.tag !== tag) {
      faults.push(`${tag} ends in ${last?.tag ?? 'nothing'}`);
      return;
    }
    const content = RULES[tag]?.content;
    const { elements, text } = last;
    if (content === 'text') {
      if (elements.length > 0) faults.push(`${elements[0]} in ${tag}`);
      if (text.trim() === '' && tag !== 'mtext') faults.push(`${tag} is empty`);
    } else if (text !== '') faults.push(`the text ${text} in ${tag}`);
    if (typeof content === 'number' && elements.length !== content)
      faults.push(`${tag} has ${elements.length} elements instead of ${content}`);
    if (typeof content === 'object') {
      const other = elements.find(each => each !== content.only);
      if (other !== undefined) faults.push(`${other} in ${tag}`);
    }
  }

  function write(text: string): void {
    const last = open.at(-1);
    if (last) last.text += text;
    else faults.push(`the text ${text} outside`);
    checkText(text);
  }

  function checkText(text: string): void {
    const plain = text.replaceAll(/&(?:amp|lt|gt|quot|apos|#\d+);/g, '');
    if (/[&<]/.test(plain)) faults.push(`not escaped: ${text}`);
    // oxlint-disable-next-line no-control-regex -- XML has none of these
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(plain)) faults.push('a character that XML has not');
  }
}
