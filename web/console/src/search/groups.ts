// What a search found, by conversation: in the order of the newest hit of each.

import type { SearchItem } from '@switchboard/shared/wire.ts';

export interface Group {
  /** The conversation; a visitor who never wrote has none. */
  conversation_id: string | null;
  key: string;
  visitor: SearchItem['visitor'];
  channel_id: string;
  items: SearchItem[];
}

export function groupByConversation(items: readonly SearchItem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const item of items) {
    const key = item.conversation_id ?? `visitor ${item.visitor.id}`;
    const known = groups.get(key);
    if (known) known.items.push(item);
    else {
      const { conversation_id, visitor, channel_id } = item;
      groups.set(key, { key, conversation_id, visitor, channel_id, items: [item] });
    }
  }
  return [...groups.values()];
}
