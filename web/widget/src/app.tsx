// The app that the loader fetches: builds the chat, draws it into the loader's shadow root, obeys the page.

import {
  browserClock,
  browserFetch,
  newBrowserId,
  openBrowserSocket,
  openBrowserStore,
  socketUrl,
  watchNetwork,
} from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';
import { darkenForWhite, lightenForDark, parseColor, toCss } from '@switchboard/shared/color.ts';
import { render } from 'preact';
import { Calling } from './calling.ts';
import { Chat } from './chat/chat.ts';
import type { Commands, Frame } from './frame.ts';
import { showHost } from './host.ts';
import type { Theme } from './options.ts';
import { tellPage } from './page-news.ts';
import { Widget } from './view/widget.tsx';
import logCss from './log.css?inline';
import widgetCss from './widget.css?inline';
import { english, loadWords, type Words } from './words.ts';

const DEFAULT_BRAND = { red: 47, green: 146, blue: 173 };
const DARK = { red: 24, green: 33, blue: 38 };

export function mount(frame: Frame): Commands {
  const chat = buildChat(frame);
  const calling = new Calling(chat, frame);
  const isOpen = new Cell(false);
  const words = new Cell<Words>(english);
  const setLocale = (lang: string | null) => {
    loadWords([lang, navigator.language])
      .then((loaded) => words.set(loaded))
      // English stays: a chat in another language is better than none.
      .catch(() => {});
  };
  applyStyle(frame);
  setLocale(frame.options.lang);
  isOpen.subscribe((open) => {
    frame.emit(open ? 'opened' : 'closed', undefined);
    // Hidden buttons take no focus, so it is shown before the next drawing says so.
    frame.launcher.dataset.open = String(open);
    if (open) chat.start();
    else frame.launcher.focus();
  });
  followRefusal(chat, frame, isOpen);
  chat.state.subscribe(({ phase }) => {
    if (phase === 'idle') frame.memory.set('draft', null);
  });
  tellPage(chat, frame.emit);
  watchNetwork(chat.connection);
  const wasOpen = frame.memory.get('open') !== null;
  const place = document.createElement('div');
  frame.base.append(place);
  render(
    <Widget chat={chat} calling={calling} frame={frame} isOpen={isOpen} words={words} />,
    place,
  );
  frame.launcher.ariaBusy = null;
  frame.launcher.addEventListener('click', () => isOpen.update((open) => !open));
  if (wasOpen) isOpen.set(true);
  if (chat.isReturning || frame.memory.get('refused') !== null) chat.start();
  return {
    open: () => isOpen.set(true),
    close: () => isOpen.set(false),
    toggle: () => isOpen.update((open) => !open),
    setUser: (identity) => chat.setUser(identity),
    setLocale,
    sendMessage(text) {
      chat.start();
      chat.send(text);
    },
    startCall() {
      isOpen.set(true);
      calling.start();
    },
    reset() {
      chat.forget();
      if (isOpen.get()) chat.start();
    },
  };
}

/** A wrong key or origin shows nothing to visitors; whoever runs the page reads why in its console. */
function followRefusal(chat: Chat, { host, memory }: Frame, isOpen: Cell<boolean>): void {
  let hasWarned = false;
  chat.state.subscribe(({ phase, failure }) => {
    if (phase === 'ready' && memory.get('refused') !== null) {
      memory.set('refused', null);
      showHost(host, true);
    }
    if (phase !== 'refused') return;
    memory.set('refused', '1');
    showHost(host, false);
    isOpen.set(false);
    if (hasWarned) return;
    hasWarned = true;
    console.warn(
      `Switchboard: the chat is not shown, because the hub refused this page (${failure}). Check the channel's key and its list of origins.`,
    );
  });
}

function buildChat({ hub_url, options }: Frame): Chat {
  return new Chat({
    hub_url,
    socket_url: socketUrl(hub_url),
    channel_key: options.key,
    clock: browserClock,
    random: Math.random,
    newId: newBrowserId,
    store: openBrowserStore(),
    fetch: browserFetch,
    openSocket: openBrowserSocket,
    page: () => ({
      url: location.href,
      title: document.title,
      referrer: document.referrer,
      locale: options.lang ?? navigator.language,
    }),
  });
}

function applyStyle({ root, base, host, options }: Frame): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(logCss + widgetCss);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const brand = parseColor(options.color) ?? DEFAULT_BRAND;
  base.style.setProperty('--sb-link', toCss(darkenForWhite(brand)));
  base.style.setProperty('--sb-link-dark', toCss(lightenForDark(brand, DARK)));
  followTheme(host, options.theme);
}

function followTheme(host: HTMLElement, theme: Theme): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    host.dataset.theme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
  };
  apply();
  dark.addEventListener('change', apply);
}
