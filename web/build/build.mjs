// Builds everything into dist/: worklet, widget app, loader, console and demo page, then compresses and weighs it.

import { readdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import { rolldown } from 'rolldown';
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

/** The widget's app, loaded by `import()` from any page: relative chunks, exports kept. */
async function buildWidgetApp(workletFile) {
  const result = await build({
    ...common,
    root: `${web}widget`,
    base: './',
    define: workletName(workletFile),
    build: {
      ...common.build,
      rolldownOptions: {
        input: { widget: `${web}widget/src/app.tsx` },
        // What a call shares with the app stays in the app; a third file would be one more round trip.
        preserveEntrySignatures: 'allow-extension',
        output: { ...names, format: 'es' },
      },
    },
  });
  const files = result.output.filter((file) => file.type === 'chunk');
  const entry = files.find((file) => file.isEntry);
  if (!entry) throw new Error('the widget has no entry');
  const isOfCall = (file) => file.facadeModuleId?.includes('/widget/src/call/') ?? false;
  const namesOf = (some) => some.map((file) => file.fileName);
  return {
    entry: entry.fileName,
    text: namesOf(files.filter((file) => !isOfCall(file))),
    call: [...namesOf(files.filter(isOfCall)), workletFile],
  };
}

/** One classic script; built without Vite, whose helper for `import()` would be half of it. */
async function buildLoader(appFile) {
  const bundle = await rolldown({
    input: `${web}widget/src/loader.ts`,
    transform: { target: 'es2022', define: { APP_FILE: JSON.stringify(`/${appFile}`) } },
  });
  await bundle.write({ file: `${dist}/widget.js`, format: 'iife', minify: true });
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
await buildLoader(widget.entry);
await buildPage('demo', `${web}demo`, []);
await buildPage('console', web, [tailwind()], workletName(workletFile));
await checkNamed(widget.entry, 1);
await checkNamed(workletFile, 2);
await compressAll(dist);
await checkBudgets(dist, widget);
console.log(`built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
