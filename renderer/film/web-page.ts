/** Makes one file of a film that plays in any browser, without the app, a server or a network. */
import { messages } from '../../shared/messages.ts';
import { packPage, type PageFilm } from './page/page-data.ts';
import { escaped } from './svg.ts';

/** The page as HTML. Rejects if the part of the app that makes it can't be loaded. */
export async function webPage(film: PageFilm): Promise<string> {
  const {
    default: { script, style, policy },
  } = await import('virtual:film-page');
  // In HTML, the data ends only where a script would end.
  const data = packPage(film).replaceAll('<', '\\u003c');
  return [
    '<!doctype html>',
    `<html lang="${film.language}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(film.title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<noscript>${escaped(messages.filmFiles.page.needsScript)}</noscript>`,
    `<script type="application/json" id="film">${data}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
