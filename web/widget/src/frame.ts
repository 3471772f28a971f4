// What the loader on the page hands to the app when it comes: the place to draw in, and the page's calls.

import type { Entry, Responder, Status, User } from '@switchboard/shared/wire.ts';
import type { Identity } from '@switchboard/shared/wire.ts';
import type { LoadNoticeWords } from './load-notice.ts';
import type { Options } from './options.ts';
import type { PageMemory } from './page-memory.ts';

/** Events that the page can listen to. */
export interface PageEvents {
  ready: undefined;
  opened: undefined;
  closed: undefined;
  message: Entry;
  unread: { count: number };
  'conversation-started': { id: string };
  'conversation-ended': { id: string };
  'agent-joined': { agent: User };
  handoff: { id: string };
  'call-started': { call_id: string };
  'call-ended': { call_id: string; seconds: number; reason: string };
  status: { status: Status; responder: Responder };
  error: { code: string; message: string };
}

/** What the page can ask of the app. */
export interface Commands {
  open(): void;
  close(): void;
  toggle(): void;
  setUser(identity: Identity): void;
  setLocale(lang: string): void;
  sendMessage(text: string): void;
  /** Browsers want this in a click or key press. */
  startCall(): void;
  reset(): void;
}

export interface Frame {
  /** The address of the server that the script came from, without a slash at the end: all requests go there. */
  hub_url: string;
  options: Options;
  host: HTMLElement;
  root: ShadowRoot;
  /** The first element of the root; everything is drawn in it. */
  base: HTMLElement;
  memory: PageMemory;
  /** The loader's own words. */
  labels: LoadNoticeWords;
  launcher: HTMLButtonElement;
  emit<E extends keyof PageEvents>(event: E, data: PageEvents[E]): void;
}

export interface App {
  mount(frame: Frame): Commands;
}

/** Where the visitor's token is kept; its presence tells the loader that somebody is coming back. */
export function tokenKey(channelKey: string): string {
  return `switchboard:token:${channelKey}`;
}
