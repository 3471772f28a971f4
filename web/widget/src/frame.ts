// What the loader on the page hands to the app when it comes: the place to draw in, and the page's calls.

import type { Entry, Responder, Status, User } from '@switchboard/shared/wire.ts';
import type { Attributes } from './chat/chat.ts';
import type { Identity } from '@switchboard/shared/wire.ts';
import { memoryKey } from './page-memory.ts';
import type { Kit } from './host.ts';
import type { Settings } from './options.ts';
import type { Text } from './words.ts';

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
  rated: { score: number; comment: string | null };
  status: { status: Status; responder: Responder };
  error: { code: string; message: string };
}

/** What the page can ask of the app. */
export interface Commands {
  open(): void;
  close(): void;
  toggle(): void;
  setUser(identity: Identity): void;
  setCustomAttributes(attributes: Attributes): void;
  setLocale(lang: string): void;
  setTheme(theme: string): void;
  sendMessage(text: string): void;
  /** Browsers want this in a click or key press. */
  startCall(): void;
  reset(): void;
  /** Nothing of the chat is left on the page. */
  destroy(): void;
}

export interface Frame {
  /** The address of the server that the script came from, without a slash at the end: all requests go there. */
  hub_url: string;
  key: string;
  /** As the page wrote them. */
  settings: Settings;
  host: HTMLElement;
  root: ShadowRoot;
  /** The first element of the root; everything is drawn in it. */
  base: HTMLElement;
  /** Whether the chat is the whole page. */
  isPage: boolean;
  /** The language whose words are loaded. */
  locale: string;
  launcher: HTMLButtonElement;
  /** The loader's own ways, so that they are loaded once. */
  kit: Kit;
  emit<E extends keyof PageEvents>(event: E, data: PageEvents[E]): void;
}

export interface App {
  mount(frame: Frame, texts: readonly Text[]): Promise<Commands>;
}

/** Where the visitor's token is kept; its presence tells the loader that somebody is coming back. */
export const tokenKey = (channelKey: string) => memoryKey('token', channelKey);
