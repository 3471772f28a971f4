// What can be done with the open conversation, by key and from the command palette.

import type { Room } from '@switchboard/shared/room.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { isInField } from '../app/keys.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords, type Words } from '../app/words.ts';
import type { Actions } from './actions.ts';
import type { ComposerHandle } from './composer.tsx';
import { membersQuery, PRIORITIES, useChange } from './editors.tsx';
import { MODES, useReplyMode } from './mode-menu.tsx';

interface Parts {
  conversation: ConversationSummary;
  room: Room | null;
  actions: Actions;
  composer: RefObject<ComposerHandle | null>;
  onTake: () => void;
  /** Takes a message back that can still be; whether there was one. */
  onTakeBack: () => boolean;
  onDetails: () => void;
}

export function useConversationActs(parts: Parts): void {
  const { conversation, actions, composer, onTake, onDetails } = parts;
  const { state } = conversation;
  const words = useWords();
  const isOpen = state.status !== 'closed';
  const write = (mode: 'message' | 'note') => composer.current?.write(mode);
  const plain: readonly (Offered | null)[] = [
    actions.canTakeOver ? { id: 'takeover', run: onTake } : null,
    isOpen ? { id: 'message', run: () => write('message') } : null,
    isOpen ? { id: 'note', run: () => write('note') } : null,
    actions.canClose ? { id: 'close', run: actions.close } : null,
    actions.canRelease ? { id: 'releaseAssistant', run: () => actions.release('assistant') } : null,
    actions.canRelease ? { id: 'releaseWaiting', run: () => actions.release('waiting') } : null,
    { id: 'details', run: onDetails },
  ];
  useOffer([
    ...plain.filter((it) => it !== null),
    ...useAssigning(conversation, actions, words),
    ...useMarking(conversation, words, onDetails),
    ...useModes(parts, words),
  ]);
  useTakeBack(parts);
}

function useAssigning(
  { state }: ConversationSummary,
  actions: Actions,
  { t }: Words,
): readonly Offered[] {
  const { member } = useMe();
  const { data } = useQuery(membersQuery);
  if (!actions.canClose) return [];
  const people = (data?.items ?? []).filter((it) => it.active && it.id !== state.assignee?.id);
  const toPeople = people.map(
    ({ id, name }): Offered => ({
      id: 'assign',
      of: id,
      params: { name: id === member.id ? t('act.assign.me', { name }) : name },
      run: () => actions.assign({ id, name }),
    }),
  );
  if (!state.assignee) return toPeople;
  return [...toPeople, { id: 'unassign', run: () => actions.assign(null) }];
}

function useMarking(
  conversation: ConversationSummary,
  { t }: Words,
  onDetails: () => void,
): readonly Offered[] {
  const change = useChange(conversation);
  const { labels, priority } = conversation.state;
  const priorities = [null, ...PRIORITIES]
    .filter((it) => it !== priority)
    .map(
      (it): Offered => ({
        id: 'priority',
        of: it ?? 'none',
        params: { name: t(`priority.${it ?? 'none'}`) },
        run: () => change.mutate({ priority: it }),
      }),
    );
  const removals = labels.map(
    (name): Offered => ({
      id: 'labelRemove',
      of: name,
      params: { name },
      run: () => change.mutate({ labels: labels.filter((it) => it !== name) }),
    }),
  );
  return [{ id: 'labelAdd', run: () => focusLabel() || onDetails() }, ...removals, ...priorities];
}

/** Whether the field stands beside the conversation; else it is in a dialog. */
function focusLabel(): boolean {
  const field = document.querySelector<HTMLElement>('aside input[name=label]');
  if (!field?.checkVisibility()) return false;
  field.focus();
  return true;
}

function useModes({ conversation, room }: Parts, { t }: Words): readonly Offered[] {
  const { state, channel_id } = conversation;
  const { chosen, choose } = useReplyMode({ channel_id, room, state });
  if (state.status !== 'open' || state.responder.kind !== 'assistant') return [];
  return (['channel', ...MODES] as const)
    .filter((it) => it !== chosen)
    .map((it) => ({
      id: 'replyMode',
      of: it,
      params: { name: t(`mode.${it}`) },
      run: () => choose(it),
    }));
}

/** Ctrl+Z outside of fields; in a field it is the field's own, and the composer takes back where it is empty. */
function useTakeBack({ composer, onTakeBack }: Parts): void {
  const latest = useRef(onTakeBack);
  latest.current = onTakeBack;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isUndo = event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!isUndo || isInField(event) || !latest.current()) return;
      event.preventDefault();
      composer.current?.write('message');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [composer]);
}
