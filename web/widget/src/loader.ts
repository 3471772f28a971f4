// The script on the host page: draws the button, keeps early calls, and fetches the app when it is wanted.

import { type App, type Commands, type Frame, type PageEvents, tokenKey } from './frame.ts';
import { buildHost, keepAttached, showHost } from './host.ts';
import { drawLoadNotice } from './load-notice.ts';
import labels from './locales/loader.json';
import { readOptions } from './options.ts';
import { openPageMemory } from './page-memory.ts';
import { findScriptTag } from './script-tag.ts';

declare const APP_FILE: string;

type Listener = (data: unknown) => void;
type Call = [name: string, ...args: unknown[]];
type PageApi = ((...call: Call) => void) & Record<string, unknown> & { q?: ArrayLike<unknown>[] };

/** How a second run of this script finds the first. */
const RUNNING = '__switchboard';
type Page = { Switchboard?: PageApi; [RUNNING]?: () => void };

/** Calls that need the app at once; the others wait until somebody opens it. */
const WAKING = ['open', 'toggle', 'sendMessage', 'startCall', 'reset'];
const COMMANDS = [...WAKING, 'close', 'setUser', 'setLocale'];
/** Longer than this after a click without the app is a failure to whoever waits. */
const LOAD_PATIENCE_MS = 4_000;
const SVG = 'http://www.w3.org/2000/svg';

const listeners = new Map<string, Set<Listener>>();
const waiting: Call[] = [];
let commands: Commands | null = null;
let loading: Promise<void> | null = null;
let isReady = false;
let isWanted = false;

function emit<E extends keyof PageEvents>(event: E, data: PageEvents[E]): void {
  for (const listener of [...(listeners.get(event) ?? [])]) listener(data);
  dispatchEvent(new CustomEvent(`switchboard:${event}`, { detail: data }));
}

function listen(event: string, listener: Listener): void {
  const all = listeners.get(event) ?? new Set();
  listeners.set(event, all.add(listener));
  if (event === 'ready' && isReady) listener(undefined);
}

function run(frame: Frame, [name, ...args]: Call): void {
  if (name === 'on') listen(args[0] as string, args[1] as Listener);
  else if (name === 'off') listeners.get(args[0] as string)?.delete(args[1] as Listener);
  else if (!COMMANDS.includes(name)) console.warn(`Switchboard: unknown call "${name}"`);
  else if (commands) (commands[name as keyof Commands] as (...args: unknown[]) => void)(...args);
  else {
    waiting.push([name, ...args]);
    if (WAKING.includes(name)) want(frame);
  }
}

function load(frame: Frame): Promise<void> {
  loading ??= import(/* @vite-ignore */ `${frame.hub_url}${APP_FILE}`).then(
    (app: App) => {
      notice.hide();
      commands = app.mount(frame);
      for (const call of waiting.splice(0)) run(frame, call);
    },
    () => {
      // The next click tries again; the page itself must not suffer.
      loading = null;
      frame.launcher.ariaBusy = null;
      if (isWanted) notice.show(frame);
      emit('error', { code: 'unavailable', message: 'the chat could not be loaded' });
    },
  );
  return loading;
}

/** Somebody waits for the app: after a while without it they are told. */
function want(frame: Frame): void {
  isWanted = true;
  notice.hide();
  frame.launcher.ariaBusy = 'true';
  setTimeout(() => {
    if (!commands && loading) notice.show(frame);
  }, LOAD_PATIENCE_MS);
  void load(frame);
}

const notice = {
  hide: () => {},
  show(frame: Frame): void {
    this.hide();
    this.hide = drawLoadNotice(frame.base, frame.labels, () => want(frame));
  },
};

function drawLauncher(base: HTMLElement, label: string): HTMLButtonElement {
  const launcher = document.createElement('button');
  launcher.type = 'button';
  launcher.className = 'launcher';
  launcher.ariaLabel = label;
  launcher.ariaExpanded = 'false';
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute(
    'd',
    'M12 3.5c-5 0-9 3.4-9 7.7 0 2.3 1.2 4.4 3 5.8l-.7 3.5 4-1.9c.9.2 1.8.3 2.7.3 5 0 9-3.4 9-7.7s-4-7.7-9-7.7Z',
  );
  svg.append(path);
  launcher.append(svg);
  base.append(launcher);
  return launcher;
}

function buildFrame(script: HTMLScriptElement): Frame {
  const options = readOptions(script.dataset);
  const { host, root, base } = buildHost(options);
  const lang = (options.lang ?? navigator.language).slice(0, 2).toLowerCase();
  const words = lang in labels ? labels[lang as keyof typeof labels] : labels.en;
  const launcher = drawLauncher(base, words.open);
  const memory = openPageMemory(options.key);
  const hubUrl = new URL('.', script.src).href.slice(0, -1);
  return { hub_url: hubUrl, options, host, root, base, launcher, labels: words, memory, emit };
}

function hasBeenHere(key: string): boolean {
  try {
    return localStorage.getItem(tokenKey(key)) !== null;
  } catch {
    return false;
  }
}

function start(script: HTMLScriptElement): void {
  const page = window as unknown as Page;
  if (page[RUNNING]) return;
  const frame = buildFrame(script);
  const { memory, launcher } = frame;
  const api = ((...call: Call) => run(frame, call)) as PageApi;
  for (const name of [...COMMANDS, 'on', 'off'])
    api[name] = (...args: unknown[]) => api(name, ...args);
  const attach = keepAttached(frame.host);
  const adopt = () => {
    const early = page.Switchboard?.q ?? [];
    page.Switchboard = api;
    for (const call of Array.from(early)) api(...(Array.from(call) as Call));
  };
  adopt();
  page[RUNNING] = () => {
    attach();
    if (page.Switchboard !== api) adopt();
  };
  launcher.addEventListener('click', () => {
    if (!commands) api('open');
  });
  launcher.addEventListener('pointerenter', () => void load(frame), { once: true });
  // A channel that refused this page may have been put right: it is asked before the launcher is shown again.
  const isRefused = memory.get('refused') !== null;
  if (isRefused) showHost(frame.host, false);
  if (memory.get('open') !== null) void load(frame);
  else if (isRefused || hasBeenHere(frame.options.key)) {
    const idle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 200));
    idle(() => void load(frame));
  }
  isReady = true;
  emit('ready', undefined);
}

function begin(): void {
  const again = (window as unknown as Page)[RUNNING];
  if (again) {
    again();
    return;
  }
  const script = findScriptTag();
  if (!script) {
    console.error(
      'Switchboard: no chat is shown, because no tag <script src="…/widget.js" data-key="…"> was found on this page.',
    );
  } else if (document.body) start(script);
  else addEventListener('DOMContentLoaded', () => start(script));
}

begin();
