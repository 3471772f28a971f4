// The browser's side of the ports: the only place where the shared client meets the page it runs in.

import type { Clock, KeyStore, NewId, OpenSocket, Socket } from '../src/ports.ts';
import type { Fetch } from '../src/rest.ts';

export const browserClock: Clock = {
  now_ms: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A WebSocket hands its handlers an event where a `Socket` promises less; that is the whole difference. */
export const openBrowserSocket: OpenSocket = (url) => new WebSocket(url) as unknown as Socket;

export const browserFetch: Fetch = (url, init) => fetch(url, init);

/** Not `crypto.randomUUID`: pages on plain http have none. */
export const newBrowserId: NewId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** localStorage where it works; memory where it is full, blocked or not there. */
export function openBrowserStore(): KeyStore {
  const memory = new Map<string, string>();
  const attempt = <T>(act: (storage: Storage) => T): T | null => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)),
    set(key, value) {
      const kept = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      });
      if (kept) memory.delete(key);
      else memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys(prefix) {
      const kept = attempt((storage) => Object.keys(storage)) ?? [];
      return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}

/** Tells a connection what the browser knows of the network. Returns the way to stop. */
export function watchNetwork(connection: { hurry(): void; lost(): void }): () => void {
  const back = () => connection.hurry();
  const gone = () => connection.lost();
  const seen = () => {
    if (document.visibilityState === 'visible') connection.hurry();
  };
  addEventListener('online', back);
  addEventListener('offline', gone);
  document.addEventListener('visibilitychange', seen);
  return () => {
    removeEventListener('online', back);
    removeEventListener('offline', gone);
    document.removeEventListener('visibilitychange', seen);
  };
}

export function socketUrl(hubUrl: string): string {
  return `${hubUrl.replace('http', 'ws')}/ws`;
}
