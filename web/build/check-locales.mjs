// Every language must have exactly the keys of English, with the same names to fill in.

import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const PLURAL_FORM = /\.(zero|one|two|few|many|other)$/;

async function read(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}

function placeholders(text) {
  return (text.match(/\{[a-z_]+\}/g) ?? []).sort().join();
}

/** Sections and plural forms as dots: `{ chat: { left: { one } } }` is `chat.left.one`. */
function flatten(value, prefix = '') {
  if (typeof value === 'string') return { [prefix.slice(1)]: value };
  const parts = Object.entries(value).map(([key, it]) => flatten(it, `${prefix}.${key}`));
  return Object.assign({}, ...parts);
}

const faults = [];
const folders = [
  'widget/src/locales',
  'console/src/locales',
  'console/src/calls/locales',
  'console/push-worker/locales',
  'console/src/admin/assistant/locales',
  'console/src/admin/assistant/templates',
  'console/src/admin/connections/locales',
  'console/src/admin/protection/locales',
  'console/src/admin/usage/locales',
  'console/src/platform/locales',
  'demo/locales',
];
for (const folder of folders) {
  const english = flatten(await read(`${web}${folder}/en.json`));
  for (const file of await readdir(`${web}${folder}`)) {
    const other = flatten(await read(`${web}${folder}/${file}`));
    for (const key of Object.keys(english)) {
      // A language may have no form for one, but always one for all others.
      if (other[key] === undefined && other[key.replace(PLURAL_FORM, '.other')]) continue;
      if (other[key] === undefined) faults.push(`${folder}/${file} lacks ${key}`);
      else if (placeholders(other[key]) !== placeholders(english[key])) {
        // "One message" needs no number.
        if (!PLURAL_FORM.test(key) || key.endsWith('.other'))
          faults.push(`${folder}/${file} fills ${key} differently`);
      }
    }
    for (const key of Object.keys(other)) {
      const isForm = PLURAL_FORM.test(key) && english[key.replace(PLURAL_FORM, '.other')];
      if (english[key] === undefined && !isForm)
        faults.push(`${folder}/${file} has unknown ${key}`);
    }
  }
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
