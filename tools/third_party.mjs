// Prints the licences of everything that is in the binary: crates it is built from, and packages of its pages. Most of
// them ask that their text be given along. Crates of the system (libc) and tools of the build are not in it.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TEXT = /^(licen[cs]e|copying|notice|unlicense|copyright)/i;
const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** Every text in a folder whose name says that it is a licence. */
function textsIn(folder) {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const isText = (entry) => entry.isFile() && TEXT.test(entry.name) && !/\.(rs|toml|json)$/.test(entry.name);
  const names = entries.filter(isText).map((entry) => entry.name).sort();
  return names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).filter((text) => text !== '');
}

/** The crates that the binary is linked from. */
function crates() {
  const host = run('rustc', ['-vV']).match(/^host: (.*)$/m)[1];
  const metadata = JSON.parse(run('cargo', ['metadata', '--format-version', '1', '--locked', '--filter-platform', host]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const packages = new Map(metadata.packages.map((one) => [one.id, one]));
  const root = metadata.packages.find((one) => one.name === 'switchboard' && one.source === null);
  const seen = new Set();
  const waiting = [root.id];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    const isLinked = (dep) => dep.dep_kinds.some((kind) => kind.kind === null);
    waiting.push(...nodes.get(id).deps.filter(isLinked).map((dep) => dep.pkg));
  }
  const ours = (one) => one.source === null;
  return [...seen].map((id) => packages.get(id)).filter((one) => !ours(one)).map((one) => ({
    name: `${one.name} ${one.version}`,
    licence: one.license ?? 'see its text',
    texts: textsIn(dirname(one.manifest_path)),
  }));
}

/** The packages that the pages are built from. */
function packages() {
  const lock = JSON.parse(readFileSync('web/package-lock.json', 'utf8')).packages;
  const isShipped = ([path, one]) => path.includes('node_modules/') && !one.dev && !one.devOptional && !one.link && !one.optional;
  return Object.entries(lock).filter(isShipped).map(([path, one]) => ({
    name: `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${one.version}`,
    licence: one.license ?? 'see its text',
    texts: textsIn(join('web', path)),
  }));
}

const all = [...crates(), ...packages()].sort((one, other) => one.name.localeCompare(other.name));
// Many share one text to the letter: it stands once, with those it is for.
const byText = new Map();
for (const one of all) {
  for (const text of one.texts) byText.set(text, [...(byText.get(text) ?? []), one.name]);
}
const lines = ['What switchboard is made of, with the licences of each. The texts follow.', ''];
lines.push(...all.map((one) => `${one.name}: ${one.licence}${one.texts.length === 0 ? ' (gives no text along)' : ''}`));
for (const [text, names] of byText) lines.push('', '='.repeat(80), names.join(', '), '='.repeat(80), '', text);
process.stdout.write(`${lines.join('\n')}\n`);
