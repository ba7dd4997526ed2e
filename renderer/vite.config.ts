import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { defineConfig, type Plugin } from 'vite';

const pageOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The page's security policy forbids inline scripts and styles (script-src 'self'; style-src 'self'). So nothing may
 *  be inlined. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  plugins: [filmPage()],
  worker: { format: 'es', plugins: () => [filmPage()] },
  build: {
    outDir: '../.build/renderer',
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    // The window, and the speaker's window.
    rollupOptions: { input: [pageOf('index.html'), pageOf('speaker.html')] },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});

/** Makes the module `virtual:film-page`: the script and the style sheet of pages that play a film by themselves, as
 *  texts, with the policy that allows these two and nothing else. */
function filmPage(): Plugin {
  const name = 'virtual:film-page';
  return {
    name: 'film-page',
    resolveId: source => (source === name ? `\0${name}` : undefined),
    async load(id) {
      if (id !== `\0${name}`) return undefined;
      const entry = fileURLToPath(new URL('film/page/film-page.ts', import.meta.url));
      const { outputFiles } = await build({
        entryPoints: [entry],
        bundle: true,
        minify: true,
        format: 'iife',
        target: ['chrome110', 'firefox115', 'safari16.4'],
        charset: 'utf8',
        loader: { '.woff2': 'dataurl' },
        outdir: 'page',
        write: false,
      });
      const ending = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))!.text.trim();
      const [script, style] = [ending('.js'), ending('.css')];
      const [forScript, forStyle] = [script, style].map(
        text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
      );
      const policy =
        `default-src 'none'; script-src ${forScript}; style-src ${forStyle}; font-src data:; base-uri 'none'; ` +
        "form-action 'none'";
      const faces = style.match(/@font-face\{[^}]*\}/g)!.join('');
      return `export default ${JSON.stringify({ script, style, policy, faces })};`;
    },
  };
}
