// The script on the host page: draws the button, keeps early calls, and fetches the app when it is wanted.

import { launcherCss } from './launcher-css.ts';
import { type App, type Commands, type Frame, type PageEvents, tokenKey } from './frame.ts';
import { readOptions } from './options.ts';
import { color } from './loader-color.ts';
import labels from './locales/loader.json';

declare const __APP_FILE__: string;

type Listener = (data: unknown) => void;
type Call = [name: string, ...args: unknown[]];
type PageApi = ((...call: Call) => void) & Record<string, unknown> & { q?: ArrayLike<unknown>[] };

/** Calls that need the app at once; the others wait until somebody opens it. */
const WAKING = ['open', 'toggle', 'sendMessage', 'startCall', 'reset'];
const COMMANDS = [...WAKING, 'close', 'setUser', 'setLocale'];
const SVG = 'http://www.w3.org/2000/svg';

const listeners = new Map<string, Set<Listener>>();
const waiting: Call[] = [];
let commands: Commands | null = null;
let loading: Promise<void> | null = null;
let isReady = false;

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
    if (WAKING.includes(name)) load(frame);
  }
}

function load(frame: Frame): Promise<void> {
  loading ??= import(/* @vite-ignore */ `${frame.origin}${__APP_FILE__}`).then(
    (app: App) => {
      commands = app.mount(frame);
      for (const call of waiting.splice(0)) run(frame, call);
    },
    () => {
      // The next click tries again; the page itself must not suffer.
      loading = null;
      frame.launcher.removeAttribute('aria-busy');
      emit('error', { code: 'unavailable', message: 'the chat could not be loaded' });
    },
  );
  return loading;
}

function drawLauncher(root: ShadowRoot, label: string): HTMLButtonElement {
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
  root.append(launcher);
  return launcher;
}

function buildFrame(script: HTMLScriptElement): Frame {
  const options = readOptions(script.dataset);
  const host = document.createElement('div');
  host.id = 'switchboard-chat';
  host.dataset.position = options.position;
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss);
  root.adoptedStyleSheets = [sheet];
  const accent = color(options.color);
  if (accent) host.style.setProperty('--sb-brand', accent);
  const lang = (options.lang ?? navigator.language).slice(0, 2);
  const launcher = drawLauncher(
    root,
    lang in labels ? labels[lang as keyof typeof labels] : labels.en,
  );
  document.body.append(host);
  return { origin: new URL(script.src).origin, options, host, root, launcher, emit };
}

function hasBeenHere(key: string): boolean {
  try {
    return localStorage.getItem(tokenKey(key)) !== null;
  } catch {
    return false;
  }
}

function start(script: HTMLScriptElement): void {
  const frame = buildFrame(script);
  const page = window as unknown as { Switchboard?: PageApi };
  const early = page.Switchboard?.q ?? [];
  const api = ((...call: Call) => run(frame, call)) as PageApi;
  for (const name of [...COMMANDS, 'on', 'off'])
    api[name] = (...args: unknown[]) => api(name, ...args);
  page.Switchboard = api;
  for (const call of Array.from(early)) api(...(Array.from(call) as Call));
  frame.launcher.addEventListener('click', () => {
    if (commands) return;
    frame.launcher.ariaBusy = 'true';
    api('open');
  });
  frame.launcher.addEventListener('pointerenter', () => void load(frame), { once: true });
  if (hasBeenHere(frame.options.key)) {
    const idle = window.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 200));
    idle(() => void load(frame));
  }
  isReady = true;
  emit('ready', undefined);
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !document.getElementById('switchboard-chat')) {
  if (document.body) start(script);
  else addEventListener('DOMContentLoaded', () => start(script));
}
