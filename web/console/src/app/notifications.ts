// News for an agent who looks elsewhere: a desktop notification, and a number in the title of the tab.

import type { InboxChange } from '@switchboard/shared/inbox.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { watchLimits } from './limit-warnings.ts';
import type { Live } from './live.ts';
import { toast } from './toasts.ts';
import { useCell } from './use-cell.ts';
import type { Words } from './words.ts';

export function canAskForNotifications(): boolean {
  return 'Notification' in window && Notification.permission === 'default';
}

export function useNotifications(live: Live, words: Words, open: (id: string) => void): void {
  useEffect(
    () =>
      live.changes.on('conversation', (change) => {
        const text = newsOf(change, live.me.id, words);
        if (text === null || document.visibilityState === 'visible') return;
        if (!('Notification' in window) || Notification.permission !== 'granted') return;
        const { id, visitor } = change.conversation;
        const notification = new Notification(visitor.name, { body: text, tag: id });
        notification.onclick = () => {
          window.focus();
          open(id);
          notification.close();
        };
      }),
    [live, words, open],
  );
}

export function useTitleBadge(live: Live): void {
  const { counts, conversations } = useCell(live.inbox.state);
  const mine = conversations.filter((it) => it.unread > 0 && it.state.assignee?.id === live.me.id);
  const count = (counts?.waiting ?? 0) + mine.length;
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Switchboard` : 'Switchboard';
  }, [count]);
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

/** What is worth interrupting for: a call for a person, and words to oneself. */
function newsOf(
  { conversation, before, reason }: InboxChange,
  me: string,
  words: Words,
): string | null {
  if (reason === 'handoff') return words.t('notify.handoff');
  const { last_message, state } = conversation;
  const isNew = last_message !== null && last_message.seq > (before?.last_message?.seq ?? 0);
  const concerns = state.assignee?.id === me || state.status === 'waiting';
  return isNew && last_message.role === 'visitor' && concerns ? last_message.preview : null;
}
