// Weighs what a visitor downloads; over the budget the build fails.

import { readdir, stat } from 'node:fs/promises';

const LOADER_GZ_BYTES = 3 * 1_024;
/** On first open, with one language. */
const WIDGET_GZ_BYTES = 34 * 1_024;
/** All of a further language but its words for calls. */
const LANGUAGE_GZ_BYTES = 2.5 * 1_024;
/** Loaded with the first call only, its words among it. */
const CALL_GZ_BYTES = 15 * 1_024;
/** Each of the others, loaded when it is needed. */
const PART_GZ_BYTES = 6 * 1_024;

/** `files`: what the widget is made of beside the loader, as build.mjs sorts it. */
export async function checkBudgets(dist, { entry, words, call, parts }) {
  const sizeOf = (file) => gzBytes(`${dist}/${file}`);
  const sum = async (some) => (await Promise.all(some.map(sizeOf))).reduce((a, b) => a + b, 0);
  report('loader', await sizeOf('widget.js'), LOADER_GZ_BYTES);
  let chatBytes = 0;
  let callBytes = 0;
  for (const [language, { chat, more, call: spoken }] of Object.entries(words)) {
    chatBytes = Math.max(chatBytes, await sizeOf(chat));
    callBytes = Math.max(callBytes, await sizeOf(spoken));
    report(`language ${language}`, await sum([chat, more]), LANGUAGE_GZ_BYTES);
  }
  report('text widget, one language', (await sizeOf(entry)) + chatBytes, WIDGET_GZ_BYTES);
  report('a call', (await sum(call)) + callBytes, CALL_GZ_BYTES);
  for (const [name, files] of Object.entries(parts)) {
    report(`part ${name}`, await sum(files), PART_GZ_BYTES);
  }
  let pageBytes = 0;
  for (const file of await readdir(`${dist}/assets`)) {
    if (/^console-.*\.(js|css)$/.test(file)) pageBytes += await gzBytes(`${dist}/assets/${file}`);
  }
  console.log(`console, first load: ${pageBytes} bytes gz`);
}

async function gzBytes(file) {
  const compressed = await stat(`${file}.gz`).catch(() => stat(file));
  return compressed.size;
}

function report(name, bytes, limit) {
  console.log(`${name}: ${bytes} of ${limit} bytes gz`);
  if (bytes > limit) throw new Error(`${name} is over its budget`);
}
