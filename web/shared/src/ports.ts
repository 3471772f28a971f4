// What the client needs from its surroundings; tests pass their own, so nothing here waits for real time.

/** The part of a browser's WebSocket that the connection uses. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((close: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type OpenSocket = (url: string) => Socket;

export type Cancel = () => void;

export interface Clock {
  now_ms(): number;
  after(delayMs: number, run: () => void): Cancel;
}

/** A map of strings that outlives the page, such as localStorage. */
export interface KeyStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** A number from 0 up to, not with, 1. */
export type Random = () => number;

/** A new id of 1 to 64 letters, digits, `_` and `-`. */
export type NewId = () => string;
