// Announces what this agent is told of: by a sound, by a notification of the desktop, and by short words on the page. How
// they want to be told is decided by the server; where several tabs are open, one of them does it.

import type { HubEvents, Notification as Told } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Live } from '../app/live.ts';
import { volume } from '../app/settings.ts';
import { toast } from '../app/toasts.ts';
import type { Words } from '../app/words.ts';
import { LeadingTab } from './leading-tab.ts';
import { previewOf, soundOf, titleOf } from './notification-words.ts';
import { followPushes, keepPush, PUSH_QUERY } from './push.ts';
import { Sounds } from './sounds.ts';

type Open = (conversationId: string, at: number | null) => void;

/** The sounds of this page. */
export const sounds = new Sounds(() => new AudioContext());

/** Said on the page too: the lists of the inbox do not show them. */
const TOASTED: readonly Told['kind'][] = ['mention', 'call'];

/** Quiet hours, and whoever wants the bell alone, are not interrupted. */
function isToasted({ notification, ways }: HubEvents['notification:new']): boolean {
  const isLoud = ways.includes('desktop') || ways.includes('sound');
  return isLoud && TOASTED.includes(notification.kind);
}

/** `openPath` opens a page of the console by its path. */
export function useAnnouncer(
  live: Live,
  words: Words,
  { open, openPath }: { open: Open; openPath: (path: string) => void },
): void {
  const me = live.me.id;
  const queries = useQueryClient();
  useEffect(() => {
    // On a plain HTTP address there are no locks, whatever the types say.
    const locks = navigator.locks as LockManager | undefined;
    const tab = new LeadingTab(locks, `switchboard:console:announcer:${me}`);
    tab.start();
    const use = () => {
      sounds.unlock();
      tab.take();
    };
    // Before anything on the page can keep it to itself.
    const options = { capture: true, passive: true };
    addEventListener('pointerdown', use, options);
    addEventListener('keydown', use, options);
    const stop = live.connection.on('notification:new', (update) => {
      if (document.visibilityState === 'visible' && isToasted(update)) {
        toast('good', titleOf(update.notification, words));
      }
      if (tab.isLeading) announce(update, words, open);
    });
    const stopPushes = followPushes(openPath);
    // A browser that cannot shows so on the page of notifications.
    keepPush(me, words.locale)
      .then(async (isNew) => {
        if (isNew) await queries.invalidateQueries({ queryKey: PUSH_QUERY });
      })
      .catch(() => {});
    return () => {
      removeEventListener('pointerdown', use, options);
      removeEventListener('keydown', use, options);
      stop();
      stopPushes();
      tab.close();
    };
  }, [live, me, words, queries, open, openPath]);
}

function announce(
  { notification, ways }: HubEvents['notification:new'],
  words: Words,
  open: Open,
): void {
  if (ways.includes('sound')) sounds.play(soundOf(notification), volume.get());
  if (ways.includes('desktop')) showOnDesktop(notification, words, open);
}

/** How old an answer may be; whoever gives or takes the permission sees no difference. */
const PERMISSION_AGE_MS = 1_000;
let asked = { atMs: Number.NEGATIVE_INFINITY, isAllowed: false };

/** Asking costs a trip to another process, too long for each of 50 notifications a second. */
function mayShowOnDesktop(): boolean {
  const nowMs = performance.now();
  if (nowMs - asked.atMs > PERMISSION_AGE_MS) {
    asked = {
      atMs: nowMs,
      isAllowed: 'Notification' in window && Notification.permission === 'granted',
    };
  }
  return asked.isAllowed;
}

function showOnDesktop(told: Told, words: Words, open: Open): void {
  if (!mayShowOnDesktop()) return;
  const { conversation_id, seq } = told;
  try {
    const shown = new Notification(titleOf(told, words), {
      body: previewOf(told),
      tag: conversation_id ? `${told.kind} ${conversation_id}` : told.id,
    });
    shown.onclick = () => {
      window.focus();
      if (conversation_id) open(conversation_id, seq);
      shown.close();
    };
  } catch {
    // Browsers of phones show none from a page; the bell has it.
  }
}
