// Weighs what a visitor downloads; over the budget the build fails.

import { readdir, stat } from 'node:fs/promises';

const LOADER_GZ_BYTES = 4_000;
const WIDGET_GZ_BYTES = 45_000;
/** Loaded with the first call only. */
const CALL_GZ_BYTES = 15_000;

/** `files`: what the text widget and a call are made of, beside the loader. */
export async function checkBudgets(dist, files) {
  const loader = await gzBytes(`${dist}/widget.js`);
  report('loader', loader, LOADER_GZ_BYTES);
  report('text widget, all languages', loader + (await sum(dist, files.text)), WIDGET_GZ_BYTES);
  report('a call, all languages', await sum(dist, files.call), CALL_GZ_BYTES);
  let pageBytes = 0;
  for (const file of await readdir(`${dist}/assets`)) {
    if (/^console-.*\.(js|css)$/.test(file)) pageBytes += await gzBytes(`${dist}/assets/${file}`);
  }
  console.log(`console, first load: ${pageBytes} bytes gz`);
}

async function sum(dist, files) {
  let bytes = 0;
  for (const file of files) bytes += await gzBytes(`${dist}/${file}`);
  return bytes;
}

async function gzBytes(file) {
  const compressed = await stat(`${file}.gz`).catch(() => stat(file));
  return compressed.size;
}

function report(name, bytes, limit) {
  console.log(`${name}: ${bytes} of ${limit} bytes gz`);
  if (bytes > limit) throw new Error(`${name} is over its budget`);
}
