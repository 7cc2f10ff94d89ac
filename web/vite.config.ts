import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The API serves what this builds; addresses in it are relative, so that it works under any base path. */
export default defineConfig({
  root: inFolder('.'),
  base: './',
  plugins: [react()],
  build: {
    outDir: inFolder('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // Data in URLs would need a weaker content security policy for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: ['index', 'shell', 'replay'].map((name) => inFolder(`${name}.html`)) },
  },
});

function inFolder(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
