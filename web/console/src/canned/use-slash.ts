// What a slash in the composer does: it opens the list of canned replies, whose choice takes its place.

import type { CannedReply, ConversationSummary } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { api } from '../app/api.ts';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useTrigger } from '../app/use-trigger.ts';
import { useWords } from '../app/words.ts';
import { matchReplies, slashAt } from './match.ts';
import { optionId, PICKER_ID } from './picker.tsx';
import { useCannedReplies } from './use-canned-replies.ts';
import { fillVariables, holesIn, type VariableFacts } from './variables.ts';

/** More of them nobody looks through; another letter finds the one. */
const SHOWN_MAX = 50;

interface SlashInput {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
  conversation: ConversationSummary;
  /** Takes the files of a canned reply in; null where words only are written. */
  onFiles: ((files: File[]) => void) | null;
}

export function useSlash({ area, text, write, conversation, onFiles }: SlashInput) {
  const words = useWords();
  const live = useLive();
  const { member } = useMe();
  const slash = useTrigger({ area, text, write, find: slashAt });
  const { isOpen, query } = slash;
  const { data, isError } = useCannedReplies(isOpen);
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels, enabled: isOpen });
  const replies = useMemo(
    () => (data ? matchReplies(data, query).slice(0, SHOWN_MAX) : null),
    [data, query],
  );
  const channel = channels.data?.items.find((it) => it.id === conversation.channel_id);
  const facts: VariableFacts = {
    visitor: conversation.visitor,
    agent_name: member.name,
    channel_name: channel?.name ?? null,
  };
  const at = slash.pointed(replies?.length ?? 0);
  const pick = (reply: CannedReply) => {
    const filled = fillVariables(reply.body, facts);
    slash.replace(filled, holesIn(filled)[0] ?? null);
    if (onFiles && reply.files.length > 0) {
      const coming = reply.files.map((file) => deskApi.cannedFile(reply.id, file));
      live.coming.take(conversation.id, coming, onFiles).catch(toastFailure(words));
    }
    deskApi.countCannedReply(reply.id).catch(() => {
      // Only the order of the list is made from it.
    });
  };
  const option = isOpen ? replies?.[at] : undefined;
  return {
    isOpen,
    replies,
    hasFailed: isError,
    hasAny: (data?.length ?? 0) > 0,
    at,
    facts,
    setAt: slash.setAt,
    pick,
    look: slash.look,
    onKey: (event: KeyboardEvent) =>
      slash.onKey(event, { isOpen, options: replies ?? [], onPick: pick }),
    /** What readers of the screen are told of the list. */
    aria: {
      'aria-autocomplete': 'list' as const,
      'aria-haspopup': 'listbox' as const,
      ...(isOpen ? { 'aria-controls': PICKER_ID } : {}),
      ...(option ? { 'aria-activedescendant': optionId(option) } : {}),
    },
  };
}
