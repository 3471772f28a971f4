// The script on the host page: draws the button, keeps early calls, and fetches the app when it is wanted.

import { labels } from 'virtual:words/loader';
import type { App, Commands, Frame, PageEvents } from './frame.ts';
import { buildHost, keepAttached, kit } from './host.ts';
import { keyOf, type Settings } from './options.ts';
import { memoryKey } from './page-memory.ts';
import { findScriptTag } from './script-tag.ts';

declare const APP_FILE: string;

type Listener = (data: unknown) => void;
type Call = [name: string, ...args: unknown[]];
type PageApi = ((...call: Call) => void) & Record<string, unknown> & { q?: Call[] };

/** How a second run of this script finds the first. */
const RUNNING = '__switchboard';
type Page = {
  Switchboard?: PageApi | undefined;
  switchboardSettings?: Record<string, string>;
  [RUNNING]?: (() => void) | undefined;
};
const page = window as unknown as Page;

/** Calls that need the app at once; the others wait until somebody opens it. */
const WAKING = 'open toggle sendMessage startCall reset'.split(' ');
const LATER = 'close setUser setCustomAttributes setLocale setTheme'.split(' ');
/** The page's own work goes first. */
const CALM_MS = 200;
/** Longer than this after a click without the app is a failure to whoever waits. */
const LOAD_PATIENCE_MS = 4_000;
function start(script: HTMLScriptElement | null): void {
  if (page[RUNNING]) return;
  const settings: Settings = { ...page.switchboardSettings, ...script?.dataset };
  const key = keyOf(settings);
  if (!script || !key) {
    console.error('Switchboard: no data-key');
    return;
  }
  const { host, root, base } = buildHost(settings);
  let locale = (settings.lang || navigator.language).slice(0, 2).toLowerCase();
  // No two letters name anything that every object has.
  if (!labels[locale]) locale = 'en';
  const [label = '', failed = '', words] = labels[locale] ?? [];
  const hubUrl = new URL('.', script.src).href.slice(0, -1);
  let listeners: [event: string, listener: Listener][] = [];
  const waiting: Call[] = [];
  let commands: Commands | null = null;
  let loading: Promise<void> | null = null;
  /** Browsers do not ask again for a module that did not come; by another address of the same they do. */
  let detour = '';
  let isReady = false;
  let isOver = false;
  const notice = draw('p', 'note');
  notice.role = 'alert';
  const retry = draw('button', '', failed);
  retry.onclick = () => want();
  notice.append(retry);

  const emit = <E extends keyof PageEvents>(event: E, data: PageEvents[E]): void => {
    for (const [name, listener] of listeners) if (name === event) listener(data);
    dispatchEvent(new CustomEvent(`switchboard:${event}`, { detail: data }));
  };

  const launcher = draw('button', 'launcher', settings.launcherLabel);
  if (!settings.launcherLabel) launcher.ariaLabel = label;
  // Where the chat is the page there is nothing to open.
  const isPage = settings.page !== undefined;
  if (!isPage) base.append(launcher);
  const frame: Frame = {
    hub_url: hubUrl,
    key,
    settings,
    host,
    root,
    base,
    launcher,
    locale,
    isPage,
    kit,
    emit,
  };

  const load = () => {
    loading ??= Promise.all([
      import(`${hubUrl}${detour}${APP_FILE}`),
      import(`${hubUrl}${detour}/assets/${words}.js`),
    ]).then(
      async ([app, { texts }]) => {
        const made = await (app as App).mount(frame, texts);
        if (isOver) return made.destroy();
        notice.remove();
        commands = made;
        for (const call of waiting.splice(0)) api(...call);
      },
      () => {
        // The next click tries again; the page itself must not suffer.
        loading = null;
        detour += '/';
        if (launcher.ariaBusy) base.append(notice);
        launcher.ariaBusy = null;
        emit('error', { code: 'unavailable', message: failed });
      },
    );
  };
  /** Somebody waits for the app: after a while without it they are told. */
  const want = () => {
    notice.remove();
    launcher.ariaBusy = 'true';
    setTimeout(() => {
      if (!commands && loading) base.append(notice);
    }, LOAD_PATIENCE_MS);
    load();
  };

  const own: Record<string, (...args: never[]) => void> = {
    on(event: string, listener: Listener) {
      listeners = [...listeners, [event, listener]];
      if (event === 'ready' && isReady) listener(undefined);
    },
    off(event: string, listener: Listener) {
      listeners = listeners.filter((it) => it[0] !== event || it[1] !== listener);
    },
    show() {
      host.hidden = false;
    },
    hide() {
      host.hidden = true;
      commands?.close();
    },
    destroy() {
      isOver = true;
      commands?.destroy();
      stop();
      page.Switchboard = page[RUNNING] = undefined;
    },
  };
  const api = ((...[name, ...args]: Call) => {
    const act = own[name] ?? commands?.[name as keyof Commands];
    if (isOver) return;
    if (act) (act as (...args: unknown[]) => void)(...args);
    else if (WAKING.includes(name)) {
      waiting.push([name, ...args]);
      want();
    } else if (LATER.includes(name)) waiting.push([name, ...args]);
    else console.warn('Switchboard: no call', name);
  }) as PageApi;
  for (const name of [...WAKING, ...LATER, ...Object.keys(own)])
    api[name] = (...args: unknown[]) => api(name, ...args);

  const [attach, stop] = keepAttached(host);
  const adopt = () => {
    const early = page.Switchboard?.q ?? [];
    page.Switchboard = api;
    for (const call of early) api(...call);
  };
  adopt();
  page[RUNNING] = () => {
    attach();
    if (page.Switchboard !== api) adopt();
  };
  launcher.onclick = () => api(commands ? 'toggle' : 'open');
  launcher.addEventListener('pointerenter', load, { once: true });
  // A channel that refused this page may have been put right: it is asked before the launcher is shown again.
  const [isRefused, isOpen, token] = readKept(key);
  if (isRefused) host.toggleAttribute('refused');
  if (isPage || isOpen) load();
  else if (isRefused || token) setTimeout(load, CALM_MS);
  isReady = true;
  emit('ready', undefined);
}

function draw<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

/** What this tab and this device know of the chat; nothing where the browser lets nobody keep anything. */
function readKept(key: string): (string | null)[] {
  try {
    return [
      sessionStorage.getItem(memoryKey('refused', key)),
      sessionStorage.getItem(memoryKey('open', key)),
      localStorage.getItem(memoryKey('token', key)),
    ];
  } catch {
    return [];
  }
}

function begin(): void {
  const again = page[RUNNING];
  if (again) {
    again();
    return;
  }
  const script = findScriptTag();
  if (document.body) start(script);
  else addEventListener('DOMContentLoaded', () => start(script));
}

begin();
