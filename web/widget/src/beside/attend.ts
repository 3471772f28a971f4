// What the chat needs beside what is drawn: loaded once the rest is under way.

import type { Cancel, Clock } from '@switchboard/shared/ports.ts';
import type { Stage } from '../stage.ts';
import { keepFocus } from './keep-focus.ts';
import { keepFresh } from './keep-fresh.ts';
import { tellNews } from './tell-news.ts';
import { watchPages } from './watch-pages.ts';
import { holdPage } from './whole-screen.ts';

/** `address` is where the page was as the chat began. Returns the way to stop. */
export function attend(stage: Stage, clock: Clock, address: string): Cancel {
  const { chat, isOpen, isPage, root, base } = stage;
  const stops = [
    keepFresh(chat, isOpen, clock),
    keepFocus(root, base),
    tellNews(stage),
    watchPages(chat, address),
  ];
  if (!isPage) stops.push(holdPage(isOpen, base));
  return () => {
    for (const stop of stops) stop();
  };
}
