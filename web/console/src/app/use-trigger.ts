// A sign in a field that opens a list (a slash, an @, a colon): where it stands, the keys of the list while the caret
// stays in the text, and what is picked in its place.

import { type KeyboardEvent, type RefObject, useState } from 'react';
import { flushSync } from 'react-dom';

/** A sign before the caret, with what is written behind it. */
interface Trigger {
  start: number;
  query: string;
}

interface TriggerInput {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  write: (text: string) => void;
  find: (text: string, caret: number) => Trigger | null;
}

interface ListKeys<T> {
  isOpen: boolean;
  options: readonly T[];
  onPick: (option: T) => void;
}

export function useTrigger({ area, text, write, find }: TriggerInput) {
  const [caret, setCaret] = useState(0);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const found = find(text, Math.min(caret, text.length));
  const trigger = found !== null && found.start !== closedAt ? found : null;
  return {
    /** What is written behind the sign; also where its list was closed. */
    query: found?.query ?? '',
    /** Whether the sign stands there and its list was not closed. */
    isOpen: trigger !== null,
    setAt,
    /** The option pointed at, of so many. */
    pointed: (count: number) => Math.min(at, Math.max(0, count - 1)),
    /** The text or the caret has changed. */
    look: () => {
      const next = area.current?.selectionStart ?? 0;
      setCaret(next);
      const start = find(area.current?.value ?? '', next)?.start ?? null;
      setClosedAt((closed) => (closed === start ? closed : null));
    },
    /** Puts words in the place of the sign and its query; the caret goes behind them, or marks a part of them. */
    replace: (words: string, mark: { start: number; end: number } | null = null) => {
      if (!found) return;
      const before = text.slice(0, found.start);
      flushSync(() => write(before + words + text.slice(caret)));
      const start = before.length + (mark?.start ?? words.length);
      area.current?.focus();
      area.current?.setSelectionRange(start, mark ? before.length + mark.end : start);
      setCaret(start);
      setAt(0);
    },
    /** Whether the key was the list's. */
    onKey: <T>(event: KeyboardEvent, { isOpen, options, onPick }: ListKeys<T>): boolean => {
      if (!isOpen || !trigger || event.nativeEvent.isComposing) return false;
      const count = options.length;
      const pointed = Math.min(at, Math.max(0, count - 1));
      const option = options[pointed];
      if (event.key === 'Escape') setClosedAt(trigger.start);
      else if (option === undefined) return false;
      else if (event.key === 'ArrowDown') setAt((pointed + 1) % count);
      else if (event.key === 'ArrowUp') setAt((pointed + count - 1) % count);
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) onPick(option);
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
