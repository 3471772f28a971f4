// The real server under test: made ready by its command line, started, killed, started again.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Shop } from './shop.mjs';

const BUILDS = ['release', 'debug'].map((profile) =>
  fileURLToPath(new URL(`../../target/${profile}/switchboard`, import.meta.url)),
);
/** Where models stand that tests pull, and the clients that pull them. */
const MODELS = fileURLToPath(new URL('../../target/models-for-tests', import.meta.url));
const CLIENTS = fileURLToPath(new URL('../../target/clients-venv/bin', import.meta.url));
const READY_TIMEOUT_MS = 30_000;

export const PASSWORD = 'correct horse battery staple';

/** @returns {string} */
function findBinary() {
  const binary = process.env.SWITCHBOARD_BIN ?? BUILDS.find((file) => existsSync(file));
  if (!binary) throw new Error('no server binary: build it, or name it in SWITCHBOARD_BIN');
  return binary;
}

export class Hub {
  #binary = findBinary();
  #data_dir = '';
  #port = 0;
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null;
  /** @type {Shop | null} */
  #shop = null;
  #flags = /** @type {string[]} */ ([]);
  #token = '';
  /** The owner as whom the server is asked. */
  #owner_id = '';
  channel_key = '';
  /** Names of what `setUp` has set.
   * @type {string[]} */
  #set = [];
  /** @type {unknown} */
  #assistant = undefined;

  /** @type {import('./path-proxy.mjs').PathProxy | null} */
  #proxy = null;

  /** The address that browsers use. */
  get url() {
    return this.#proxy?.url ?? this.#own_url;
  }

  get #own_url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** A page of the shop, on an origin of its own; `data` adds attributes to the script tag. */
  shopPage(data = '', channelKey = this.channel_key) {
    return this.#shop?.page(`data-key="${channelKey}" ${data}`) ?? '';
  }

  /** A page of the shop written by the test; HUB and KEY in it are filled in.
   * @param {string} path @param {string} html @param {Record<string, string>} [headers] */
  hostPage(path, html, headers = {}) {
    const fill = (/** @type {string} */ text) =>
      text.replaceAll('HUB', this.url).replaceAll('KEY', this.channel_key);
    const filled = Object.entries(headers).map(([name, value]) => [name, fill(value)]);
    return this.#shop?.serve(path, fill(html), Object.fromEntries(filled)) ?? '';
  }

  /** Makes an org with a channel and two agents, and starts serving, behind a proxy where one is given.
   * @param {import('./path-proxy.mjs').PathProxy} [proxy] */
  static async start(proxy) {
    const hub = new Hub();
    hub.#data_dir = await mkdtemp(`${tmpdir()}/switchboard-e2e-`);
    hub.#port = await freePort();
    hub.#proxy = proxy ?? null;
    await proxy?.open(hub.#port);
    const { org_id } = await hub.#run(['org', 'create', 'Bright Lamp']);
    const channel = await hub.#run(['channel', 'create', 'Bright Lamp & Sons', '--org', org_id]);
    hub.channel_key = channel.channel_key;
    for (const name of ['ana', 'bea']) {
      const role = name === 'ana' ? 'owner' : 'agent';
      const shown = name[0].toUpperCase() + name.slice(1);
      const create = [
        'agent',
        'create',
        `${name}@example.com`,
        '--name',
        shown,
        '--org',
        org_id,
        '--role',
        role,
      ];
      const { agent_id } = await hub.#run([...create, '--password-stdin'], PASSWORD);
      hub.#owner_id ||= agent_id;
    }
    await hub.serve();
    hub.#shop = new Shop(hub.url);
    await hub.#shop.open();
    return hub;
  }

  /** Serves the demo: a shop whose assistant answers from what it knows, and its owner `demo`.
   * @param {string[]} [flags] @param {string[]} [models] sets of models that are pulled first */
  static async startDemo(flags = [], models = []) {
    const hub = new Hub();
    hub.#data_dir = await mkdtemp(`${tmpdir()}/switchboard-e2e-`);
    hub.#port = await freePort();
    if (models.length > 0) await hub.#pull(models);
    hub.#flags = ['--demo', '--allow-private-ranges', '127.0.0.0/8', ...flags];
    await hub.serve();
    const made = await hub.#run(
      ['agent', 'password', 'demo@example.com', '--password-stdin'],
      PASSWORD,
    );
    hub.#owner_id = made.agent_id;
    hub.channel_key = (await hub.call('GET', '/demo')).channel_key;
    hub.#shop = new Shop(hub.url);
    await hub.#shop.open();
    return hub;
  }

  /** Puts sets of models into the data directory; they are fetched once for all runs. @param {string[]} sets */
  async #pull(sets) {
    await mkdir(MODELS, { recursive: true });
    for (const name of sets) {
      const { PATH } = process.env;
      const env = { ...process.env, PATH: `${CLIENTS}:${PATH}` };
      await promisify(execFile)(this.#binary, ['models', 'pull', name, '--data-dir', MODELS], {
        env,
      });
    }
    await symlink(`${MODELS}/models`, `${this.#data_dir}/models`);
  }

  /** Calls as a visitor from the shell, saying a WAV file; gives what the server has printed.
   * @param {string} wav @param {number} seconds */
  async callFromShell(wav, seconds) {
    const target = ['--url', this.#own_url, '--channel', this.channel_key];
    const call = ['call', 'start', ...target, '--in', wav, '--seconds', String(seconds)];
    const { stdout } = await promisify(execFile)(this.#binary, call);
    return stdout;
  }

  /** Sets the org up, and its channel: what is not named is as it was at first.
   * @param {Record<string, unknown>} look the org's settings, and `assistant`: whether the channel has one */
  async setUp({ assistant, ...settings } = {}) {
    const reset = this.#set.map((name) => [name, null]);
    await this.call('PATCH', '/settings', {
      settings: { ...Object.fromEntries(reset), ...settings },
    });
    this.#set = Object.keys(settings);
    if (assistant === this.#assistant) return;
    const { items } = await this.call('GET', '/channels?limit=200');
    const { id } = items.find((/** @type {any} */ it) => it.key === this.channel_key);
    await this.call('PATCH', `/channels/${id}`, { assistant: assistant ?? true });
    this.#assistant = assistant;
  }

  /** Asks the server by REST, as the owner.
   * @param {string} method @param {string} path @param {unknown} [body] */
  async call(method, path, body) {
    if (this.#token === '') {
      const made = await this.#run(['token', 'create', '--agent', this.#owner_id]);
      this.#token = made.token;
    }
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async serve() {
    const listen = `127.0.0.1:${this.#port}`;
    // The shop's pages have another origin: a server that says it is local serves them without a list.
    const local = ['--listen', listen, '--public-url', this.url];
    const args = ['serve', ...local, '--data-dir', this.#data_dir, ...this.#flags];
    this.#process = spawn(this.#binary, args, {
      stdio: ['ignore', 'ignore', process.env.E2E_SERVER_LOG ? 'inherit' : 'ignore'],
      env: { ...process.env, SWITCHBOARD_LIMITS: 'off' },
    });
    const untilMs = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < untilMs) {
      const isReady = await fetch(`${this.#own_url}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the server did not become ready');
  }

  /** As a power cut does: nothing is said to anybody. */
  async kill() {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    this.#shop?.close();
    this.#proxy?.close();
    await rm(this.#data_dir, { recursive: true, force: true });
  }

  /**
   * @param {string[]} args
   * @param {string} [input]
   */
  #run(args, input = '') {
    const child = spawn(this.#binary, [...args, '--json', '--data-dir', this.#data_dir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(`${input}\n`);
    let output = '';
    child.stdout.on('data', (part) => {
      output += part;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(JSON.parse(output));
        else reject(new Error(`${args.join(' ')} failed: ${output}`));
      });
    });
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
