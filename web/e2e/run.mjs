// Runs the tests in browsers: two files at a time, as they wait for one another's pages most of the time, and then, alone,
// those that listen to sound, where a busy computer is heard.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** A test that takes longer hangs. */
const TIMEOUT_MS = 180_000;

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.test.mjs'));
const listens = (/** @type {string} */ name) => /^(calls|local-voice)/.test(name);
const groups = [
  { concurrency: 2, names: files.filter((name) => !listens(name)) },
  { concurrency: 1, names: files.filter(listens) },
];

const statuses = groups.map(({ concurrency, names }) => {
  const flags = ['--test', `--test-concurrency=${concurrency}`, `--test-timeout=${TIMEOUT_MS}`];
  const paths = names.map((name) => `${FOLDER}${name}`);
  return spawnSync(process.execPath, [...flags, ...paths], { stdio: 'inherit' }).status;
});
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
