// What an @ in a note does: it opens the list of colleagues, whose name takes its place.

import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { api } from '../app/api.ts';
import { useMe } from '../app/live-context.tsx';
import { useTrigger } from '../app/use-trigger.ts';
import { fold } from '../canned/match.ts';
import { type Mentionable, mentionAt } from './mentions.ts';

export const MENTION_ID = 'mention-picker';

export function mentionOptionId({ id }: Mentionable): string {
  return `mention-${id}`;
}

const nowhere = () => null;

interface MentionInput {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
  /** Notes only: a visitor is told nothing of colleagues. */
  isNote: boolean;
}

export function useMention({ area, text, write, isNote }: MentionInput) {
  const { member } = useMe();
  const mention = useTrigger({ area, text, write, find: isNote ? mentionAt : nowhere });
  const members = useQuery({ queryKey: ['members'], queryFn: api.members, enabled: isNote });
  const people = useMemo(
    () =>
      (members.data?.items ?? [])
        .filter((it) => it.active && it.id !== member.id)
        .map(({ id, name }) => ({ id, name })),
    [members.data, member.id],
  );
  const query = fold(mention.query);
  const found = people.filter(({ name }) =>
    fold(name)
      .split(/\s+/)
      .some((_, index, parts) => parts.slice(index).join(' ').startsWith(query)),
  );
  const isWritten = found.some(({ name }) => fold(name) === query.trim());
  const isOpen = mention.isOpen && found.length > 0 && !isWritten;
  const at = mention.pointed(found.length);
  const pick = ({ name }: Mentionable) => mention.replace(`@${name} `);
  const option = found[at];
  return {
    people,
    found,
    isOpen,
    at,
    setAt: mention.setAt,
    pick,
    look: mention.look,
    onKey: (event: KeyboardEvent) => mention.onKey(event, { isOpen, options: found, onPick: pick }),
    aria:
      isOpen && option
        ? { 'aria-controls': MENTION_ID, 'aria-activedescendant': mentionOptionId(option) }
        : {},
  };
}
