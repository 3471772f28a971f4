// Notices where the visitor goes without the page being loaded anew, and when the browser brings a page back.

import type { Chat } from '../chat/chat.ts';

/** Single-page apps change the title after the address. */
const TITLE_MS = 400;

/** `address` is the page that the hub has heard of. Returns the way to stop. The page's own functions go on as they were,
 * with what they are called with and answer. */
export function watchPages(chat: Chat, address: string): () => void {
  let seen = address;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (location.href === seen) return;
      seen = location.href;
      chat.viewPage();
    }, TITLE_MS);
  };
  const undo = (['pushState', 'replaceState'] as const).map((name) => {
    const own = history[name];
    const watched: History[typeof name] = function (this: History, ...args) {
      Reflect.apply(own, this, args);
      look();
    };
    history[name] = watched;
    return () => {
      // Whoever put theirs around ours keeps it.
      if (history[name] === watched) history[name] = own;
    };
  });
  const leave = () => chat.leave();
  const back = (event: PageTransitionEvent) => {
    if (event.persisted) chat.comeBack();
  };
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', back);
  // It may have gone on already.
  look();
  return () => {
    for (const restore of undo) restore();
    clearTimeout(timer);
    removeEventListener('popstate', look);
    removeEventListener('hashchange', look);
    removeEventListener('pagehide', leave);
    removeEventListener('pageshow', back);
  };
}
