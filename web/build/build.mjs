// Builds everything into dist/: widget app, loader, console and demo page, then compresses and weighs it.

import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import { build } from 'vite';
import { compressAll } from './compress.mjs';
import { checkBudgets } from './budgets.mjs';

const web = fileURLToPath(new URL('..', import.meta.url));
const dist = `${web}dist`;
const names = {
  entryFileNames: 'assets/[name]-[hash].js',
  chunkFileNames: 'assets/[name]-[hash].js',
  assetFileNames: 'assets/[name]-[hash][extname]',
};
const common = {
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
  },
};

/** The widget's app, loaded by `import()` from any page: relative chunks, exports kept. */
async function buildWidgetApp() {
  const result = await build({
    ...common,
    root: `${web}widget`,
    base: './',
    build: {
      ...common.build,
      rolldownOptions: {
        input: { widget: `${web}widget/src/app.tsx` },
        preserveEntrySignatures: 'strict',
        output: { ...names, format: 'es' },
      },
    },
  });
  const files = result.output.filter((file) => file.type === 'chunk');
  const entry = files.find((file) => file.isEntry);
  if (!entry) throw new Error('the widget has no entry');
  return { entry: entry.fileName, all: files.map((file) => file.fileName) };
}

async function buildLoader(app_file) {
  await build({
    ...common,
    root: `${web}widget`,
    define: { __APP_FILE__: JSON.stringify(`/${app_file}`) },
    build: {
      ...common.build,
      rolldownOptions: {
        input: { loader: `${web}widget/src/loader.ts` },
        output: { format: 'iife', entryFileNames: 'widget.js' },
      },
    },
  });
}

async function buildPages(root, html, plugins) {
  await build({
    ...common,
    root: `${web}${root}`,
    base: '/',
    plugins,
    build: {
      ...common.build,
      rolldownOptions: { input: { [root]: `${web}${root}/${html}` }, output: names },
    },
  });
}

const started_ms = Date.now();
await rm(dist, { recursive: true, force: true });
const widget = await buildWidgetApp();
await buildLoader(widget.entry);
await buildPages('demo', 'index.html', []);
await buildPages('console', 'console/index.html', [tailwind()]);
await compressAll(dist);
await checkBudgets(dist, widget.all);
console.log(`built in ${((Date.now() - started_ms) / 1000).toFixed(1)} s`);
