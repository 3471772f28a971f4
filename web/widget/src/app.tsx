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
import { render } from 'preact';
import { breathe } from './breathe.ts';
import { Calling } from './calling.ts';
import { Chat } from './chat/chat.ts';
import type { Commands, Frame } from './frame.ts';
import { startLook } from './look.ts';
import { readOptions, readTheme } from './options.ts';
import { OWN_NAMES, openPageMemory } from './page-memory.ts';
import { shortenPage } from './page-address.ts';
import { tellPage } from './page-news.ts';
import { addStyle, Parts } from './parts.ts';
import type { Place, Stage } from './stage.ts';
import { Widget } from './view/widget.tsx';
import logCss from './log.css?inline';
import widgetCss from './widget.css?inline';
import { buildWords, findLocale, loadWords, type Text, type Words } from './words.ts';

export async function mount(frame: Frame, texts: readonly Text[]): Promise<Commands> {
  await breathe();
  addStyle(frame.root, logCss + widgetCss);
  const stage = buildStage(frame, texts);
  const { chat, calling, isOpen, memory, isPage } = stage;
  const look = startLook(stage);
  const setLocale = followLanguage(stage);
  isOpen.subscribe((open) => {
    frame.emit(open ? 'opened' : 'closed', undefined);
    // Hidden buttons take no focus, so it is shown before the next drawing says so.
    frame.launcher.dataset.open = String(open);
    if (open) chat.start();
    else frame.launcher.focus();
  });
  let isOver = false;
  const stops = [watchNetwork(chat.connection)];
  const address = location.href;
  followRefusal(stage);
  chat.state.subscribe(({ phase }) => {
    if (phase === 'idle') for (const name of OWN_NAMES) memory.set(name, null);
  });
  tellPage(chat, frame.emit);
  // The first drawing forgets it.
  const wasOpen = memory.get('open') !== null;
  const place = document.createElement('div');
  frame.base.append(place);
  if (isPage || wasOpen) isOpen.set(true);
  // What the page asked for meanwhile comes before the first drawing.
  void breathe().then(() => {
    if (!isOver) render(<Widget stage={stage} />, place);
    frame.launcher.ariaBusy = null;
    return import('./beside/attend.ts').then(
      ({ attend }) => {
        if (!isOver) stops.push(attend(stage, browserClock, address));
      },
      () => {
        // Without it one can chat all the same.
      },
    );
  });
  if (chat.isReturning || memory.get('refused') !== null) chat.start();
  const open = () => {
    frame.host.hidden = false;
    isOpen.set(true);
  };
  return {
    open,
    close: () => isOpen.set(isPage),
    toggle: () => (isOpen.get() ? isOpen.set(isPage) : open()),
    setUser: (identity) => chat.setUser(identity),
    setCustomAttributes: (attributes) => chat.setAttributes(attributes),
    setLocale,
    setTheme: (theme) => look.setTheme(readTheme(theme)),
    sendMessage(text) {
      chat.start();
      chat.send(String(text));
    },
    startCall() {
      open();
      calling.start();
    },
    reset() {
      chat.forget();
      if (isOpen.get()) chat.start();
    },
    destroy() {
      isOver = true;
      calling.putAway();
      chat.stop();
      look.stop();
      for (const stop of stops) stop();
      render(null, place);
    },
  };
}

function buildStage(frame: Frame, texts: readonly Text[]): Stage {
  const options = readOptions(frame.settings);
  const place: Place = { ...frame, options, memory: openPageMemory(frame.key) };
  const words = new Cell<Words>(buildWords(frame.locale, texts));
  const chat = buildChat(place);
  return {
    ...place,
    chat,
    calling: new Calling(chat, place),
    parts: new Parts(frame.root, words),
    words,
    isOpen: new Cell(false),
  };
}

/** The page's language, else the channel's, else the browser's. Returns the way for the page to choose another. */
function followLanguage({ chat, words, options }: Stage): (lang: string | null) => void {
  let asked = options.lang;
  let wanted = words.get().locale;
  const follow = async () => {
    const locale = findLocale([asked, chat.state.get().channel?.locale, navigator.language]);
    if (locale === wanted) return;
    const before = wanted;
    wanted = locale;
    try {
      const loaded = await loadWords(locale);
      // What is drawn already may say any of them.
      await loaded.loadMore();
      if (wanted === locale) words.set(loaded);
    } catch {
      // The other language stays: a chat in it is better than none.
      if (wanted === locale) wanted = before;
    }
  };
  chat.state.subscribe(() => void follow());
  return (lang) => {
    asked = lang;
    void follow();
  };
}

/** A wrong key or origin shows nothing to visitors; whoever runs the page reads why in its console. */
function followRefusal({ chat, host, memory, isOpen }: Stage): void {
  let hasWarned = false;
  chat.state.subscribe(({ phase, failure }) => {
    if (phase === 'ready' && memory.get('refused') !== null) {
      memory.set('refused', null);
      host.toggleAttribute('refused', false);
    }
    if (phase !== 'refused') return;
    memory.set('refused', '1');
    host.toggleAttribute('refused', true);
    isOpen.set(false);
    if (hasWarned) return;
    hasWarned = true;
    console.warn(
      `Switchboard: no chat, the hub refused this page (${failure}): check key and origins.`,
    );
  });
}

function buildChat({ hub_url, key, options }: Place): Chat {
  const chat: Chat = new Chat({
    hub_url,
    socket_url: socketUrl(hub_url),
    channel_key: key,
    clock: browserClock,
    random: Math.random,
    newId: newBrowserId,
    store: openBrowserStore(),
    fetch: browserFetch,
    openSocket: openBrowserSocket,
    ...('locks' in navigator && 'BroadcastChannel' in window
      ? { share: () => import('./share/sharing.ts').then(({ shareOf }) => shareOf(key)) }
      : {}),
    page: () => ({
      ...shortenPage(
        location.href,
        document.title,
        document.referrer,
        chat.state.get().channel?.keep_page_query === true,
      ),
      locale: options.lang ?? navigator.language,
    }),
  });
  return chat;
}
