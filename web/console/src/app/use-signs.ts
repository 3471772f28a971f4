// Which colleagues view a conversation and who types in it; drawn again only where that changes.

import type { Signs, User } from '@switchboard/shared/wire.ts';
import { useSyncExternalStore } from 'react';
import { useLive } from './live-context.tsx';

const NOBODY: readonly User[] = [];

export function useSigns(id: string): { viewing: readonly User[]; typing: readonly User[] } {
  const { inbox, me } = useLive();
  const { state } = inbox.signs;
  const signs: Signs | undefined = useSyncExternalStore(state.subscribe, () => state.get()[id]);
  const others = (users: readonly User[] = NOBODY) => users.filter((it) => it.id !== me.id);
  return { viewing: others(signs?.viewing), typing: others(signs?.typing) };
}
