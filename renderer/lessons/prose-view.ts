/** Makes elements of a lesson's text. Only known elements are made, so no text of a stranger's becomes HTML. */
import { contentText } from '../../shared/cell-content.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import type { Value } from '../../shared/formula/value.ts';
import type { Block, Inline } from '../../shared/lessons/prose.ts';
import { messages } from '../../shared/messages.ts';
import { number } from '../../shared/messages/format.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import type { Lessons } from './lessons.ts';

export type Prose = {
  inlines: (inlines: readonly Inline[]) => Node[];
  blocks: (blocks: readonly Block[]) => HTMLElement[];
  /** Writes the present numbers into everything that was made. */
  update: () => void;
};

/** `go` selects the cells of a place, and `point` outlines them while it is given. */
export function createProse(
  store: Store,
  lessons: Lessons,
  { go, point }: { go: (place: string) => void; point: (place: string | undefined) => void },
): Prose {
  const numbers: { formula: string; shown: HTMLElement }[] = [];
  const code = (text: string): HTMLElement => {
    if (text.startsWith('=')) return element('code', {}, localFormula(text));
    const places = lessons.places();
    if (!places.cells(text)) return element('code', {}, text);
    const shown = places.shown(text);
    const button = element(
      'button',
      { type: 'button', class: 'lesson-cells', title: messages.lessons.goTo(shown) },
      shown,
    );
    button.addEventListener('click', () => go(text));
    button.addEventListener('pointerenter', () => point(text));
    button.addEventListener('pointerleave', () => point(undefined));
    button.addEventListener('focus', () => point(text));
    button.addEventListener('blur', () => point(undefined));
    return button;
  };
  /** A formula in the reader's language; one that can't be read is shown as it is. */
  const localFormula = (text: string): string => {
    const read = lessons.places().formula(text);
    if (read.problem !== undefined) return text;
    const { sheet, sheets, written } = store.get();
    const around = { sheet, sheets, names: written.names, on: sheet.id };
    return `=${writeFormula(read.expression, around, spokenFormulas()).text}`;
  };
  const inline = (each: Inline): Node => {
    switch (each.kind) {
      case 'text':
        return document.createTextNode(each.text);
      case 'code':
        return code(each.text);
      case 'strong':
        return element('strong', {}, ...inlines(each.children));
      case 'emphasis':
        return element('em', {}, ...inlines(each.children));
      case 'break':
        return element('br');
      case 'live': {
        const shown = element('b', { class: 'lesson-number', title: localFormula(each.formula) });
        numbers.push({ formula: each.formula, shown });
        return shown;
      }
      default: {
        // Electron opens no pages of strangers, so there the address can be read and copied.
        const children = inlines(each.children);
        if (store.get().capabilities.shell === 'electron') return element('span', {}, ...children, ` (${each.url})`);
        return element('a', { href: each.url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
      }
    }
  };
  const inlines = (all: readonly Inline[]): Node[] => all.map(inline);
  const block = (each: Block): HTMLElement => {
    switch (each.kind) {
      case 'paragraph':
        return element('p', {}, ...inlines(each.children));
      case 'heading':
        return element('h4', {}, ...inlines(each.children));
      case 'list':
        return element(
          each.ordered ? 'ol' : 'ul',
          { class: 'lesson-list' },
          ...each.items.map(item => element('li', {}, ...blocks(item))),
        );
      case 'quote':
        return element('blockquote', {}, ...blocks(each.blocks));
      case 'table': {
        const head = each.head.map(cell => element('th', { scope: 'col' }, ...inlines(cell)));
        const rows = each.rows.map(row => element('tr', {}, ...row.map(cell => element('td', {}, ...inlines(cell)))));
        return element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
      }
      case 'code':
        return element('pre', {}, element('code', {}, each.text));
      default:
        return element('hr');
    }
  };
  const blocks = (all: readonly Block[]): HTMLElement[] => all.map(block);
  return {
    inlines,
    blocks,
    update() {
      const { values } = lessons.get();
      for (const { formula, shown } of numbers) {
        const now = valueText(values.get(formula));
        if (shown.textContent !== now) shown.textContent = now;
      }
    },
  };
}

/** What a formula gives. A number has three digits that count, a whole one all of them. */
function valueText(value: Value | undefined): string {
  if (value === undefined || value === null) return messages.lessons.unknownNumber;
  if (typeof value === 'boolean') return messages.cells.truth[value ? 'true' : 'false'];
  return contentText(value, numberText, messages.cells.errors);
}

function numberText(value: number): string {
  const isShort = Number.isInteger(value) || Math.abs(value) >= 100;
  return number(isShort ? Number(value.toFixed(1)) : Number(value.toPrecision(3))).replace('-', '−');
}
