/** Reads Markdown as plain data. It becomes elements only where it is shown, so no lesson can bring HTML of its own:
 *  HTML is shown as the text that it is. */
import { Marked, type Token, type Tokens } from 'marked';

export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'emphasis'; children: readonly Inline[] }
  /** A formula whose present result stands in the text: {=SUM(A2:A4)}. */
  | { kind: 'live'; formula: string }
  | { kind: 'link'; url: string; children: readonly Inline[] }
  | { kind: 'break' };
export type Block =
  | { kind: 'paragraph' | 'heading'; children: readonly Inline[] }
  | { kind: 'list'; ordered: boolean; items: readonly (readonly Block[])[] }
  | { kind: 'quote'; blocks: readonly Block[] }
  | { kind: 'table'; head: readonly (readonly Inline[])[]; rows: readonly (readonly (readonly Inline[])[])[] }
  | { kind: 'code'; text: string }
  | { kind: 'line' };

/** A piece of a page between others, with the line where it begins. */
export type Piece =
  | { kind: 'title'; line: number; children: readonly Inline[] }
  | { kind: 'block'; line: number; block: Block }
  | { kind: 'task'; line: number; text: string };

const markdown = new Marked({
  gfm: true,
  extensions: [
    {
      name: 'live',
      level: 'inline',
      start: source => source.indexOf('{='),
      tokenizer(source) {
        const found = /^\{(=[^{}\n]+)\}/.exec(source);
        return found ? { type: 'live', raw: found[0], text: found[1] } : undefined;
      },
    },
  ],
});

/** The pieces of a page: titles of steps (##), tasks (blocks of code that are called "task"), and all else. `line`:
 *  where the page begins. */
export function piecesOf(page: string, line: number): Piece[] {
  let at = line;
  return markdown.lexer(page).flatMap((token): Piece[] => {
    const here = at;
    at += token.raw.split('\n').length - 1;
    if (token.type === 'heading' && token.depth === 2)
      return [{ kind: 'title', line: here, children: inlinesOf(token.tokens) }];
    if (token.type === 'code' && token.lang === 'task')
      return [{ kind: 'task', line: here + 1, text: (token as Tokens.Code).text }];
    return blocksOf([token]).map(block => ({ kind: 'block', line: here, block }));
  });
}

/** A line of text with its emphasis, code and numbers. */
export const inlineOf = (text: string): Inline[] => inlinesOf(markdown.Lexer.lexInline(text, markdown.defaults));

/** All text of some inlines, without its form. */
export function plainText(inlines: readonly Inline[]): string {
  return inlines
    .map(each => {
      if (each.kind === 'live') return `{${each.formula}}`;
      if (each.kind === 'break') return ' ';
      return 'text' in each ? each.text : plainText(each.children);
    })
    .join('');
}

/** Every inline, with those inside of others. */
export const allInlines = (inlines: readonly Inline[]): Inline[] =>
  inlines.flatMap(each => ('children' in each ? [each, ...allInlines(each.children)] : [each]));

/** Every inline of a block. */
export function inlinesIn(block: Block): Inline[] {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return allInlines(block.children);
    case 'list':
      return block.items.flat().flatMap(inlinesIn);
    case 'quote':
      return block.blocks.flatMap(inlinesIn);
    case 'table':
      return [block.head, ...block.rows].flat().flatMap(allInlines);
    default:
      return [];
  }
}

function blocksOf(tokens: readonly Token[] = []): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'paragraph':
      case 'text':
        return [{ kind: 'paragraph', children: inlinesOf(token.tokens ?? [token]) }];
      case 'heading':
        return [{ kind: 'heading', children: inlinesOf(token.tokens) }];
      case 'list': {
        const { ordered, items } = token as Tokens.List;
        return [{ kind: 'list', ordered, items: items.map(item => blocksOf(item.tokens)) }];
      }
      case 'blockquote':
        return [{ kind: 'quote', blocks: blocksOf(token.tokens) }];
      case 'table': {
        const { header, rows } = token as Tokens.Table;
        const cells = (row: readonly Tokens.TableCell[]) => row.map(cell => inlinesOf(cell.tokens));
        return [{ kind: 'table', head: cells(header), rows: rows.map(cells) }];
      }
      case 'code':
        return [{ kind: 'code', text: (token as Tokens.Code).text }];
      case 'hr':
        return [{ kind: 'line' }];
      case 'html':
        return [{ kind: 'paragraph', children: [{ kind: 'text', text: token.raw.trim() }] }];
      default:
        return [];
    }
  });
}

function inlinesOf(tokens: readonly Token[] = []): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case 'strong':
        return [{ kind: 'strong', children: inlinesOf(token.tokens) }];
      case 'em':
        return [{ kind: 'emphasis', children: inlinesOf(token.tokens) }];
      case 'codespan':
        return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
      case 'live':
        return [{ kind: 'live', formula: (token as unknown as { text: string }).text }];
      case 'br':
        return [{ kind: 'break' }];
      case 'link': {
        const { href, tokens: inner } = token as Tokens.Link;
        const children = inlinesOf(inner);
        return /^https:\/\//i.test(href) ? [{ kind: 'link', url: href, children }] : children;
      }
      default:
        if ('tokens' in token && token.tokens && token.type === 'text') return inlinesOf(token.tokens);
        return [{ kind: 'text', text: 'text' in token && token.type !== 'html' ? String(token.text) : token.raw }];
    }
  });
}
