// What survives a change of page in this tab: the open panel, the draft, the place in the log, the call, and a refusal.

type Name = 'open' | 'draft' | 'scroll' | 'call' | 'refused';

export interface PageMemory {
  get(name: Name): string | null;
  /** Null forgets it. */
  set(name: Name, value: string | null): void;
}

/** sessionStorage where it works; without it every page begins anew. */
export function openPageMemory(channelKey: string): PageMemory {
  const attempt = <T>(act: (storage: Storage) => T): T | null => {
    try {
      return act(sessionStorage);
    } catch {
      return null;
    }
  };
  const keyOf = (name: Name) => `switchboard:${name}:${channelKey}`;
  return {
    get: (name) => attempt((storage) => storage.getItem(keyOf(name))),
    set(name, value) {
      attempt((storage) =>
        value === null ? storage.removeItem(keyOf(name)) : storage.setItem(keyOf(name), value),
      );
    },
  };
}
