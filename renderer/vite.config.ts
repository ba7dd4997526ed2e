import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

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
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
