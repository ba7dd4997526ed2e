/** A text of many lines that is written by rules, with the mistakes in it below. A press on one goes to its line. */
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import './text-problems.css';

/** The first line is 1. `sentence`: in the reader's language. */
export type LineProblem = { line: number; sentence: string };

export type TextProblems = {
  list: HTMLElement;
  show(problems: readonly LineProblem[]): void;
  /** Selects a line and scrolls to it. */
  reveal(line: number): void;
};

/** So many are shown at once. */
const MOST_SHOWN = 20;

export function createTextProblems(field: HTMLTextAreaElement): TextProblems {
  const text = messages.panels.textLines;
  const list = element('ul', { class: 'text-problems', 'aria-live': 'polite' });
  const reveal = (line: number) => {
    const lines = field.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    field.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    field.scrollTop = ((line - 2) * field.scrollHeight) / Math.max(1, lines.length);
  };
  return {
    list,
    reveal,
    show(problems) {
      const rows = problems.slice(0, MOST_SHOWN).map(({ line, sentence }) => {
        const button = element('button', { type: 'button', title: text.goTo(line) }, text.problem(line, sentence));
        button.addEventListener('click', () => {
          field.focus();
          reveal(line);
        });
        return element('li', { class: 'problem' }, button);
      });
      list.replaceChildren(...(rows.length > 0 ? rows : [element('li', { class: 'remark' }, text.fine)]));
    },
  };
}
