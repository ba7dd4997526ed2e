import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const pageOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The page's security policy forbids inline scripts and styles (script-src 'self'; style-src 'self'). So nothing may
 *  be inlined. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
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
