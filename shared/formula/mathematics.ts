/** Writes a formula as mathematics: sums, fractions, powers, roots, cases. */
import { type Expression, isBinary, isReference, type Operation, type Operator, type Reference } from './expression.ts';
import { ENGLISH, literal, type FormulaLanguage } from './print.ts';

/** An element of MathML. `reference` is the reference that the element shows, which gives the element its colour. */
export type MathElement = {
  tag: string;
  attributes?: Readonly<Record<string, string>>;
  reference?: Reference;
  children: readonly (MathElement | string)[];
};

/** How references are shown (for instance by their addresses), and the words that a formula needs (such as beside the
 *  two cases of an IF). */
export type MathNotation = {
  show: (reference: Reference) => string;
  words: { mean: string; when: string; otherwise: string };
  language?: FormulaLanguage;
};

/** A part of the formula, and how tightly its operator binds. */
type Composed = { element: MathElement; binds: number };
const COMPARISON = 1;
const JOINED = 2;
const SUM = 3;
const PRODUCT = 4;
const WHOLE = 5;

const BINDING: Partial<Record<Operator, number>> = {
  '&': JOINED,
  '+': SUM,
  '-': SUM,
  '*': PRODUCT,
  '/': WHOLE,
  '^': WHOLE,
};
const SIGNS: Partial<Record<Operator, string>> = { '<=': '≤', '>=': '≥', '<>': '≠', '-': '−', '*': '⋅' };

/** A formula as MathML for a page. */
export function mathematicsOf(expression: Expression, notation: MathNotation): MathElement {
  const { show, words, language = ENGLISH } = notation;
  const namespace = 'http://www.w3.org/1998/Math/MathML';
  return { tag: 'math', attributes: { xmlns: namespace, display: 'block' }, children: [set(expression).element] };

  function set(node: Expression): Composed {
    if (typeof node === 'number') {
      const number = { element: element('mn', literal(Math.abs(node), language)), binds: WHOLE };
      return node < 0 ? { element: row(sign('−'), number.element), binds: SUM } : number;
    }
    if (typeof node === 'string') return whole(element('mtext', `“${node}”`));
    if (typeof node === 'boolean') return whole(element('mi', literal(node, language)));
    if (isReference(node)) return whole({ ...element('mi', show(node)), reference: node });
    if (node.kind === 'operation') return node.operands.length === 1 ? setSigned(node) : setBinary(node);
    if (node.kind === 'call') return setCall(node.name, node.arguments);
    if (node.kind === 'array') return whole(bracketed('[', table(node.rows.map(line => line.map(inner))), ']'));
    if (node.kind === 'name') return whole(element('mi', node.name));
    if (node.kind === 'tensor') return whole(element('mi', node.tensor.replace('/', '_')));
    return whole(node.kind === 'error' ? element('mtext', node.name) : row());
  }

  /** A part that needs no brackets, because nothing is beside it. */
  function inner(node: Expression): MathElement {
    return set(node).element;
  }

  function operand(node: Expression, binds: number): MathElement {
    const part = set(node);
    return part.binds < binds ? bracketed('(', part.element, ')') : part.element;
  }

  function setSigned({ operator, operands: [only] }: Operation): Composed {
    if (operator === '%') return whole(row(operand(only, WHOLE), sign('%')));
    return { element: row(sign(SIGNS[operator] ?? operator), operand(only, PRODUCT)), binds: SUM };
  }

  function setBinary(node: Operation): Composed {
    const [left, right] = node.operands;
    if (node.operator === '/') return whole(element('mfrac', inner(left), inner(right)));
    if (node.operator === '^') return power(operand(left, WHOLE), left, inner(right));
    const binds = BINDING[node.operator] ?? COMPARISON;
    // The tree of a long sum is deep on its left side, so a loop goes to the first term.
    const terms: MathElement[] = [];
    let first: Expression = node;
    while (isBinary(first) && (BINDING[first.operator] ?? COMPARISON) === binds) {
      const [before, term]: readonly Expression[] = first.operands;
      // A sum after a minus is subtracted as a whole, so it needs brackets.
      terms.push(operand(term, binds === PRODUCT ? binds : binds + 1), sign(SIGNS[first.operator] ?? first.operator));
      first = before;
    }
    return { element: row(operand(first, binds), ...terms.toReversed()), binds };
  }

  /** Puts a fraction that is raised to a power into brackets. */
  function power(base: MathElement, node: Expression, exponent: MathElement): Composed {
    const isFraction = typeof node === 'object' && node.kind === 'operation' && node.operator === '/';
    return whole(element('msup', isFraction ? bracketed('(', base, ')') : base, exponent));
  }

  function setCall(name: string, args: readonly Expression[]): Composed {
    const [first, second, third] = args;
    if (args.length === 1) {
      if (name === 'EXP') return whole(element('msup', element('mi', 'e'), inner(first)));
      if (name === 'SQRT') return whole(element('msqrt', inner(first)));
      if (name === 'ABS') return whole(bracketed('|', inner(first), '|'));
      if (name === 'SUM') return { element: row(sign('∑'), operand(first, PRODUCT)), binds: PRODUCT };
    }
    if (name === 'SUMPRODUCT' && args.length > 0) {
      const factors = args.flatMap((factor, i) => [...(i > 0 ? [sign('⋅')] : []), operand(factor, PRODUCT)]);
      return { element: row(sign('∑'), ...factors), binds: PRODUCT };
    }
    if (name === 'POWER' && args.length === 2) return power(operand(first, WHOLE), first, inner(second));
    if (name === 'IF' && args.length === 3) {
      const cases = table([
        [inner(second), row(element('mtext', `${words.when}\u00a0`), inner(first))],
        [inner(third), element('mtext', words.otherwise)],
      ]);
      return { element: row(sign('{'), cases), binds: COMPARISON };
    }
    const listed = args.flatMap((argument, i) => [...(i > 0 ? [sign(language.list)] : []), inner(argument)]);
    return whole(
      row(element('mi', name === 'AVERAGE' ? words.mean : name.toLowerCase()), bracketed('(', row(...listed), ')')),
    );
  }
}

/** MathML as text, escaped. */
export function mathText({ tag, attributes = {}, children }: MathElement): string {
  const escape = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const named = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(value)}"`);
  const inside = children.map(child => (typeof child === 'string' ? escape(child) : mathText(child)));
  return `<${tag}${named.join('')}>${inside.join('')}</${tag}>`;
}

function element(tag: string, ...children: readonly (MathElement | string)[]): MathElement {
  return { tag, children };
}

const row = (...children: readonly MathElement[]) => element('mrow', ...children);
const sign = (text: string) => element('mo', text);
const bracketed = (open: string, inside: MathElement, close: string) => row(sign(open), inside, sign(close));
const whole = (part: MathElement): Composed => ({ element: part, binds: WHOLE });

function table(lines: readonly (readonly MathElement[])[]): MathElement {
  const rows = lines.map(line => element('mtr', ...line.map(cell => element('mtd', cell))));
  return element('mtable', ...rows);
}
