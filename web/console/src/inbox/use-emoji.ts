// What a colon with a name behind it does: it opens the list of signs, whose choice takes its place.

import { type KeyboardEvent, type RefObject, useMemo } from 'react';
import { useTrigger } from '../app/use-trigger.ts';
import { colonAt, type FoundSign, matchSigns } from './emoji.ts';

export const EMOJI_ID = 'emoji-picker';

export function emojiOptionId(index: number): string {
  return `emoji-${index}`;
}

interface EmojiInput {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
}

export function useEmoji({ area, text, write }: EmojiInput) {
  const colon = useTrigger({ area, text, write, find: colonAt });
  const { query } = colon;
  const found = useMemo(() => (query === '' ? [] : matchSigns(query)), [query]);
  const isOpen = colon.isOpen && found.length > 0;
  const at = colon.pointed(found.length);
  const pick = ({ sign }: FoundSign) => colon.replace(sign);
  return {
    found,
    isOpen,
    at,
    setAt: colon.setAt,
    pick,
    look: colon.look,
    onKey: (event: KeyboardEvent) => colon.onKey(event, { isOpen, options: found, onPick: pick }),
    aria: isOpen ? { 'aria-controls': EMOJI_ID, 'aria-activedescendant': emojiOptionId(at) } : {},
  };
}
