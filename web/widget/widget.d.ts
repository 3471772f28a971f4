// The widget's interface on the page, published beside widget.js: `window.Switchboard` once the script has run, or a
// queue of calls before. Put it into a project as `switchboard.d.ts` or refer to it from one.

export type Attribute = string | number | boolean | null;

/** Who the visitor is in the site's own system, proven by one of the two. */
export interface Identity {
  user_id: string;
  name?: string;
  email?: string;
  /** Lower-case hex of HMAC-SHA256 of `user_id` with the channel's identity secret, made on the site's own server. */
  hash?: string;
  /** A token of the issuer that the channel names. */
  jwt?: string;
}

export interface SwitchboardUser {
  id: string;
  kind: 'visitor' | 'agent' | 'assistant' | 'system';
  name: string;
}

export interface SwitchboardEntry {
  id: string;
  session_id: string;
  seq: number;
  role: 'visitor' | 'agent' | 'assistant' | 'system';
  content: string;
  author: SwitchboardUser;
  created_at: string;
  metadata: Readonly<Record<string, unknown>>;
}

/** What the page hears of, by name, with what it is told. */
export interface SwitchboardEvents {
  /** The button is there and calls are taken. */
  ready: undefined;
  opened: undefined;
  closed: undefined;
  /** Of the visitor, the assistant or an agent, once each. */
  message: SwitchboardEntry;
  unread: { count: number };
  'conversation-started': { id: string };
  'conversation-ended': { id: string };
  'agent-joined': { agent: SwitchboardUser };
  /** A person was asked for. */
  handoff: { id: string };
  'call-started': { call_id: string };
  'call-ended': { call_id: string; seconds: number; reason: string };
  rated: { score: number; comment: string | null };
  status: {
    status: string;
    responder: { kind: 'assistant' | 'waiting' | 'agent'; agent?: SwitchboardUser | null };
  };
  error: { code: string; message: string };
}

export interface SwitchboardCommands {
  open(): void;
  close(): void;
  toggle(): void;
  /** No button and no panel until `show` or `open`. */
  hide(): void;
  show(): void;
  /** Who the visitor is, as the site's own server has signed it. */
  setUser(identity: Identity): void;
  /** What agents and the assistant may know of the visitor; null removes one. */
  setCustomAttributes(attributes: Readonly<Record<string, Attribute>>): void;
  /** Null goes back to the channel's language, else the browser's. */
  setLocale(lang: string | null): void;
  setTheme(theme: 'auto' | 'light' | 'dark'): void;
  /** As the visitor. */
  sendMessage(text: string): void;
  /** In a click or key press only. */
  startCall(): void;
  /** Forgets the visitor on this device, such as after signing out. */
  reset(): void;
  on<E extends keyof SwitchboardEvents>(
    event: E,
    listener: (data: SwitchboardEvents[E]) => void,
  ): void;
  off<E extends keyof SwitchboardEvents>(
    event: E,
    listener: (data: SwitchboardEvents[E]) => void,
  ): void;
  /** Takes the chat off the page. */
  destroy(): void;
}

/** `Switchboard('open')` is the same as `Switchboard.open()`, and can be queued before the script has run. */
export type SwitchboardApi = SwitchboardCommands & {
  <C extends keyof SwitchboardCommands>(
    command: C,
    ...args: Parameters<SwitchboardCommands[C]>
  ): void;
  /** Calls made before the script came. */
  q?: unknown[];
};

/** The attributes of the tag without `data-`; those of the tag win. */
export interface SwitchboardSettings {
  key?: string;
  lang?: string;
  color?: string;
  position?: 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left' | 'left';
  theme?: 'auto' | 'light' | 'dark';
  greeting?: string;
  launcherLabel?: string;
  /** Present: the chat is the whole page. */
  page?: string;
}

declare global {
  interface Window {
    Switchboard?: SwitchboardApi;
    switchboardSettings?: SwitchboardSettings;
  }
}
