// The simulated provider of voices, as a process of its own, and what it heard.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BUILDS = ['release', 'debug'].map((profile) =>
  fileURLToPath(new URL(`../../target/${profile}/switchboard-sim`, import.meta.url)),
);
const READY_TIMEOUT_MS = 15_000;

/** @typedef {{ id: string, role: string, text: string, sent_ms: number, truncated_ms: number | null }} SimItem */
/** @typedef {{ index: number, items: SimItem[], violations: string[], closed: unknown, audio_sample_count: number }} SimConnection */

export class Simulator {
  /** @type {import('node:child_process').ChildProcess} */
  #process;
  #audio_dir;
  v1_url = '';

  /** @param {import('node:child_process').ChildProcess} process @param {string} audioDir */
  constructor(process, audioDir) {
    this.#process = process;
    this.#audio_dir = audioDir;
  }

  /** Keeps what callers say in files; `flags` are those of its command line.
   * @param {string[]} [flags] */
  static async start(flags = []) {
    const binary = process.env.SWITCHBOARD_SIM_BIN ?? BUILDS.find((file) => existsSync(file));
    if (!binary) throw new Error('no simulator: build it, or name it in SWITCHBOARD_SIM_BIN');
    const audioDir = await mkdtemp(`${tmpdir()}/switchboard-e2e-audio-`);
    const own = ['realtime', '--listen', '127.0.0.1:0', '--keep-audio', audioDir];
    const child = spawn(binary, [...own, '--until-stdin-closes', ...flags], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const simulator = new Simulator(child, audioDir);
    const lines = createInterface({ input: child.stdout });
    simulator.v1_url = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no simulator')), READY_TIMEOUT_MS);
      child.once('exit', () => reject(new Error('the simulator ended')));
      lines.on('line', (line) => {
        const url = /answering at (\S+)/.exec(line)?.[1];
        if (!url) return;
        clearTimeout(late);
        resolve(url);
      });
    });
    return simulator;
  }

  /** Everything about every connection so far, without the sound.
   * @returns {Promise<SimConnection[]>} */
  async log() {
    const response = await fetch(`${new URL(this.v1_url).origin}/_log`);
    const answer = await response.json();
    return Array.isArray(answer) ? answer : answer.connections;
  }

  /** What was appended on a connection so far, sample by sample.
   * @param {number} index */
  async heard(index) {
    const bytes = await readFile(`${this.#audio_dir}/${index}.pcm`);
    return new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 2));
  }

  async stop() {
    const { exitCode, signalCode, stdin } = this.#process;
    if (exitCode === null && signalCode === null) {
      const ended = new Promise((resolve) => this.#process.once('exit', resolve));
      stdin?.end();
      await ended;
    }
    await rm(this.#audio_dir, { recursive: true, force: true });
  }
}
