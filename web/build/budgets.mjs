// Weighs what a visitor downloads; over the budget the build fails.

import { readdir, stat } from 'node:fs/promises';

const LOADER_GZ_BYTES = 4_000;
const WIDGET_GZ_BYTES = 45_000;

export async function checkBudgets(dist, widget_files) {
  const loader = await gzBytes(`${dist}/widget.js`);
  let widget = loader;
  for (const file of widget_files) widget += await gzBytes(`${dist}/${file}`);
  report('loader', loader, LOADER_GZ_BYTES);
  report('text widget, all languages', widget, WIDGET_GZ_BYTES);
  let page_bytes = 0;
  for (const file of await readdir(`${dist}/assets`)) {
    if (/^console-.*\.(js|css)$/.test(file)) page_bytes += await gzBytes(`${dist}/assets/${file}`);
  }
  console.log(`console, first load: ${page_bytes} bytes gz`);
}

async function gzBytes(file) {
  const compressed = await stat(`${file}.gz`).catch(() => stat(file));
  return compressed.size;
}

function report(name, bytes, limit) {
  console.log(`${name}: ${bytes} of ${limit} bytes gz`);
  if (bytes > limit) throw new Error(`${name} is over its budget`);
}
