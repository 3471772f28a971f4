// Builds everything into dist/: worklet, widget app, loader, console and demo page, then compresses and weighs it.

import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import { transform } from 'lightningcss';
import { rolldown } from 'rolldown';
import { build } from 'vite';
import { compressAll } from './compress.mjs';
import { checkBudgets } from './budgets.mjs';
import { wordsOf, wordsPlugin } from './words.mjs';

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
    chunkSizeWarningLimit: 700,
  },
};

/** What runs on the audio thread: a module of its own, fetched by its address when a call begins. */
async function buildWorklet() {
  const bundle = await rolldown({
    input: { 'voice-worklet': `${web}shared/worklet/voice-worklet.ts` },
    transform: { target: 'es2022' },
  });
  const { output } = await bundle.write({ dir: dist, ...names, format: 'es', minify: true });
  await bundle.close();
  return output[0].fileName;
}

/** What both sides of a call fetch it by. */
function workletName(workletFile) {
  return { WORKLET_FILE: JSON.stringify(`/${workletFile}`) };
}

/** The widget's app, loaded by `import()` from any page: relative chunks, exports kept. Built without Vite, whose helper
 * for `import()` weighs more than a language. */
async function buildWidgetApp(workletFile) {
  const bundle = await rolldown({
    input: { widget: `${web}widget/src/app.tsx` },
    plugins: [wordsPlugin(), inlineCss()],
    tsconfig: false,
    transform: {
      target: 'es2022',
      jsx: { runtime: 'automatic', importSource: 'preact' },
      define: workletName(workletFile),
    },
    // What a call shares with the app stays in the app; a third file would be one more round trip.
    preserveEntrySignatures: 'allow-extension',
  });
  const { output } = await bundle.write({
    ...names,
    chunkFileNames: ({ facadeModuleId, name }) =>
      `assets/${wordsOf(facadeModuleId)?.language ?? name}-[hash].js`,
    dir: dist,
    format: 'es',
    minify: true,
    // All that the app begins with is one file.
    codeSplitting: { groups: [{ name: 'widget', tags: ['$initial'] }] },
  });
  await bundle.close();
  return sortWidget(output, workletFile);
}

/** Which files make up what: the app, its languages, a call, and the parts that come when they are needed. */
function sortWidget(output, workletFile) {
  const entry = output.find((file) => file.isEntry);
  if (!entry) throw new Error('the widget has no entry');
  const chunks = new Map(output.map((file) => [file.fileName, file]));
  /** With all that it begins with, beside the app. */
  const withImports = (fileName, found = new Set()) => {
    if (fileName === entry.fileName || found.has(fileName)) return [...found];
    found.add(fileName);
    for (const name of chunks.get(fileName)?.imports ?? []) withImports(name, found);
    return [...found];
  };
  if (entry.imports.length > 0) throw new Error(`the widget begins with ${entry.imports}`);
  const files = { entry: entry.fileName, call: [], parts: {}, words: {}, chat_words: {} };
  for (const { facadeModuleId, fileName } of output) {
    const words = wordsOf(facadeModuleId);
    const path = (facadeModuleId ?? '').split('/widget/src/')[1] ?? '';
    if (words?.section === 'chat') files.chat_words[words.language] = fileName.slice(7, -3);
    if (words) {
      files.words[words.language] = { ...files.words[words.language], [words.section]: fileName };
    } else if (path.startsWith('call/open')) files.call = [...withImports(fileName), workletFile];
    else if (path && fileName !== entry.fileName) files.parts[path] = withImports(fileName);
  }
  return files;
}

/** Style sheets as minified text. */
function inlineCss() {
  const end = '.css?inline';
  return {
    name: 'inline-css',
    resolveId: (id, importer) => (id.endsWith(end) ? resolve(dirname(importer), id) : null),
    async load(id) {
      if (!id.endsWith(end)) return null;
      const filename = id.slice(0, -'?inline'.length);
      const { code } = transform({ filename, code: await readFile(filename), minify: true });
      return { code: `export default ${JSON.stringify(String(code))};`, moduleType: 'js' };
    },
  };
}

/** One classic script. */
async function buildLoader({ entry, chat_words }) {
  const bundle = await rolldown({
    input: `${web}widget/src/loader.ts`,
    plugins: [wordsPlugin(chat_words)],
    transform: { target: 'es2022', define: { APP_FILE: JSON.stringify(`/${entry}`) } },
  });
  await bundle.write({ file: `${dist}/widget.js`, format: 'iife', minify: true });
  await bundle.close();
}

/** The console's service worker: one script below the console, as its scope is where it stands. */
async function buildPushWorker() {
  const bundle = await rolldown({
    input: `${web}console/push-worker/push-worker.ts`,
    tsconfig: false,
    transform: { target: 'es2022' },
  });
  await bundle.write({ file: `${dist}/console/push-worker.js`, format: 'iife', minify: true });
  await bundle.close();
}

async function buildPage(name, root, plugins, define = {}) {
  await build({
    ...common,
    root,
    base: '/',
    // The pages' own addresses are put below the server's path by the server; scripts name one another beside themselves.
    experimental: {
      renderBuiltUrl: (_file, { hostType }) =>
        hostType === 'html' ? undefined : { relative: true },
    },
    plugins,
    define,
    build: {
      ...common.build,
      rolldownOptions: {
        input: { [name]: `${web}${name}/index.html` },
        output: names,
        // React's libraries mark their modules for servers that render; here that means nothing.
        onwarn(warning, warn) {
          if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
        },
      },
    },
  });
}

/** Fails unless this many scripts name a file that is fetched at run time: nothing else sees a constant that is not put in. */
async function checkNamed(fileName, count) {
  const scripts = (await readdir(dist, { recursive: true })).filter((path) => path.endsWith('.js'));
  const texts = await Promise.all(scripts.map((path) => readFile(`${dist}/${path}`, 'utf8')));
  const found = texts.filter((text) => text.includes(fileName)).length;
  if (found !== count) throw new Error(`${found} scripts name ${fileName}, not ${count}`);
}

const startedMs = Date.now();
await rm(dist, { recursive: true, force: true });
const workletFile = await buildWorklet();
const widget = await buildWidgetApp(workletFile);
await buildLoader(widget);
await copyFile(`${web}widget/widget.d.ts`, `${dist}/widget.d.ts`);
await buildPage('demo', `${web}demo`, []);
await buildPage('console', web, [tailwind()], workletName(workletFile));
await buildPushWorker();
await checkNamed(widget.entry, 1);
await checkNamed(workletFile, 2);
await compressAll(dist);
await checkBudgets(dist, widget);
console.log(`built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
