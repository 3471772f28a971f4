// Searching the loaded conversations by what the list shows of them.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

/** Case and accents do not count. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase();
}

/** Folding is slow, and a conversation object never changes. */
const folded = new WeakMap<ConversationSummary, string>();

function textOf(conversation: ConversationSummary): string {
  const known = folded.get(conversation);
  if (known !== undefined) return known;
  const { visitor, state, last_message } = conversation;
  const text = fold(
    [visitor.name, visitor.email, visitor.page?.title, last_message?.preview, ...state.labels].join(
      ' ',
    ),
  );
  folded.set(conversation, text);
  return text;
}

export function matches(conversation: ConversationSummary, query: string): boolean {
  const text = textOf(conversation);
  return fold(query)
    .split(' ')
    .every((word) => text.includes(word));
}
