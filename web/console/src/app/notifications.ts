// News for an agent who looks elsewhere: a number in the title of the tab, and short words on the page.

import { browserClock } from '@switchboard/shared/browser/ports.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { watchLimits } from './limit-warnings.ts';
import type { Live } from './live.ts';
import { seldom } from './seldom.ts';
import { toast } from './toasts.ts';
import type { Words } from './words.ts';

/** Often enough for a number in a tab; it is counted over the whole list. */
const TITLE_MS = 500;

export function useTitleBadge(live: Live): void {
  useEffect(() => {
    const title = seldom(browserClock, TITLE_MS, () => {
      const count = countOf(live);
      document.title = count > 0 ? `(${count}) Switchboard` : 'Switchboard';
    });
    title.ask();
    const stop = live.inbox.state.subscribe(title.ask);
    return () => {
      stop();
      title.stop();
    };
  }, [live]);
}

/** Who waits, and the agent's own visitors whose words are not read. */
function countOf({ inbox, me }: Live): number {
  const { counts, conversations } = inbox.state.get();
  let count = counts?.waiting ?? 0;
  for (const { unread, state } of conversations)
    if (unread > 0 && state.assignee?.id === me.id) count += 1;
  return count;
}

/** Says once that a limit of usage is nearly or wholly used up; the page of usage shows it from then on. */
export function useLimitWarnings(live: Live, words: Words): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      watchLimits(live.connection, words, () => {
        void queries.invalidateQueries({ queryKey: ['usage'] });
      }),
    [live, words, queries],
  );
}

const HANDING: readonly string[] = ['assigned', 'takeover'];

/** A call that this agent takes by voice brings its conversation along. */
function isOnDesk({ desk }: Live, conversationId: string): boolean {
  const state = desk.state.get();
  return state.kind !== 'none' && state.place.session_id === conversationId;
}

/** Says when a colleague takes a conversation from this agent, or hands them one. */
export function useHandoverToasts(live: Live, words: Words): void {
  useEffect(
    () =>
      live.changes.on('conversation', ({ conversation, before, reason }) => {
        const me = live.me.id;
        const now = conversation.state.responder.agent;
        const was = before?.state.responder.agent;
        const { name } = conversation.visitor;
        if (live.bulk.owns(conversation.id)) return;
        if (was?.id === me && now && now.id !== me) {
          if (live.handing.delete(conversation.id)) return;
          const key = reason === 'assigned' ? 'toast.handedOver' : 'toast.takenFromYou';
          toast('good', words.t(key, { agent: now.name, name }));
        } else if (now?.id === me && was?.id !== me && HANDING.includes(reason)) {
          const isOwn = live.taking.delete(conversation.id) || isOnDesk(live, conversation.id);
          if (!isOwn) toast('good', words.t('toast.handedToYou', { name }));
        }
      }),
    [live, words],
  );
}
