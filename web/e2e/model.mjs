// A scripted model over real HTTP: says the same words to everybody, as slowly as it is told.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from './hub.mjs';

const BUILDS = ['release', 'debug'].map((profile) =>
  fileURLToPath(new URL(`../../target/${profile}/switchboard-sim`, import.meta.url)),
);

/** @returns {string} */
function findBinary() {
  const binary = process.env.SWITCHBOARD_SIM_BIN ?? BUILDS.find((file) => existsSync(file));
  if (!binary) throw new Error('no scripted model: run `cargo build -p switchboard-sim`');
  return binary;
}

export class Model {
  /** @param {import('node:child_process').ChildProcess} child @param {string} baseUrl */
  constructor(child, baseUrl) {
    this.child = child;
    this.base_url = baseUrl;
  }

  /** @param {{ text: string, first_delay_ms?: number, word_delay_ms?: number }} script */
  static async start({ text, first_delay_ms = 50, word_delay_ms = 20 }) {
    const listen = `127.0.0.1:${await freePort()}`;
    const script = ['--text', text, '--first-delay-ms', String(first_delay_ms)];
    const args = ['chat', '--listen', listen, ...script, '--word-delay-ms', String(word_delay_ms)];
    const child = spawn(findBinary(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    /** @type {string} */
    const line = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => reject(new Error('the scripted model ended')));
      child.stdout?.once('data', (data) => resolve(String(data)));
    });
    return new Model(child, line.trim().split(' ').at(-1) ?? '');
  }

  stop() {
    this.child.removeAllListeners('exit');
    this.child.kill();
  }
}
