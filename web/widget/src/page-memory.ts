// What survives a change of page in this tab: the open panel, what was written, the place in the log, the call, and a
// refusal.

export type Name =
  | 'token'
  | 'open'
  | 'draft'
  | 'scroll'
  | 'call'
  | 'refused'
  | 'size'
  | 'peek'
  | 'gate'
  | 'answers'
  | 'rating';

/** What the visitor has written and chosen: gone with them. */
export const OWN_NAMES = ['draft', 'gate', 'answers', 'rating'] as const;

export interface PageMemory {
  get(name: Name): string | null;
  /** Null forgets it. */
  set(name: Name, value: string | null): void;
}

export function memoryKey(name: Name, channelKey: string): string {
  return `switchboard:${name}:${channelKey}`;
}

/** sessionStorage where it works; without it every page begins anew. */
export function openPageMemory(channelKey: string): PageMemory {
  const known = new Map<string, string | null>();
  const keyOf = (name: Name) => memoryKey(name, channelKey);
  return {
    get(name) {
      try {
        return sessionStorage.getItem(keyOf(name));
      } catch {
        return known.get(name) ?? null;
      }
    },
    set(name, value) {
      known.set(name, value);
      try {
        if (value === null) sessionStorage.removeItem(keyOf(name));
        else sessionStorage.setItem(keyOf(name), value);
      } catch {
        // Kept for this page at least.
      }
    },
  };
}
