// The wire contract as types: the generated ones, and around them the event maps and the REST shapes.

import type {
  Attachment,
  Entry,
  ErrorCode,
  HelloAck,
  History,
  InboxAck,
  InboxUpdate,
  JoinAck,
  PresenceUpdate,
  ReadUpdate,
  SendAck,
  State,
  StateAck,
  StateForAgents,
  StateForVisitors,
  TypingUpdate,
  UsageWarning,
  User,
  UserUpdate,
  Visitor,
} from './wire.generated.ts';
import type { ReplyUsage } from './replies.ts';

export type { Insight } from './wire.generated.ts';
export type {
  Attachment,
  ConversationSummary,
  Counts,
  Entry,
  ErrorCode,
  HelloAck,
  History,
  JoinAck,
  LastMessage,
  Limits,
  Page,
  Responder,
  State,
  StateForAgents,
  StateForVisitors,
  User,
  Visitor,
} from './wire.generated.ts';

export type Role = Entry['role'];
export type Status = StateForVisitors['status'];
export type Priority = NonNullable<StateForAgents['priority']>;

export type InboxView = 'mine' | 'unassigned' | 'waiting' | 'all' | 'closed';

export interface WireError {
  code: ErrorCode;
  message: string;
  retry: boolean;
  retry_after_ms?: number;
  details?: Record<string, unknown>;
}

export type AgentStatus = 'online' | 'away' | 'busy';

type Empty = Record<string, never>;

export interface ClientEvents {
  hello: { data: { token: string; client: string; client_id?: string }; ack: HelloAck };
  'join:session': {
    data: { session_id: string; after?: number; epoch?: string; limit?: number };
    ack: JoinAck;
  };
  'leave:session': { data: { session_id: string }; ack: Empty };
  'message:send': {
    data: {
      session_id: string;
      client_message_id?: string;
      content: string;
      attachments?: string[];
      kind?: 'message' | 'note';
      reply_to?: string;
      metadata?: Record<string, unknown>;
    };
    ack: SendAck;
  };
  'typing:start': { data: { session_id: string; preview?: string }; ack: Empty };
  'typing:stop': { data: { session_id: string; preview?: string }; ack: Empty };
  'message:read': { data: { session_id: string; seq: number }; ack: Empty };
  'handoff:request': { data: { session_id: string; reason?: string }; ack: StateAck };
  'session:takeover': {
    data: { session_id: string; takeover?: number; from?: string };
    ack: StateAck;
  };
  'session:release': {
    data: { session_id: string; to?: 'assistant' | 'waiting' };
    ack: StateAck;
  };
  'session:assign': {
    data: { session_id: string; agent_id: string | null; expected?: string | null };
    ack: StateAck;
  };
  'message:retry': { data: { session_id: string }; ack: StateAck };
  'session:end': { data: { session_id: string }; ack: StateAck };
  'inbox:subscribe': {
    data: { filter?: { view: InboxView } };
    ack: InboxAck;
  };
  'inbox:unsubscribe': { data: Empty; ack: Empty };
  'presence:set': { data: { status: AgentStatus }; ack: Empty };
}

export interface HubEvents {
  heartbeat: undefined;
  'session:history': History;
  'message:new': Entry;
  'message:delta': { session_id: string; message_id: string; offset: number; text: string };
  'message:cancelled': { session_id: string; message_id: string; reason: string };
  'message:read': ReadUpdate;
  'typing:start': TypingUpdate;
  'typing:stop': UserUpdate;
  'user:joined': UserUpdate;
  'user:left': UserUpdate;
  'session:updated': { session_id: string; state: State };
  'ai:processing': {
    session_id: string;
    message_id: string;
    stage?: 'thinking' | 'tool';
    tool?: string;
  };
  'ai:complete': { session_id: string; message_id: string; usage?: ReplyUsage };
  'ai:error': {
    session_id: string;
    message_id: string;
    code: string;
    message: string;
    retry: boolean;
  };
  'inbox:updated': InboxUpdate;
  'presence:updated': PresenceUpdate;
  'usage:warning': UsageWarning;
  'server:draining': { reconnect_after_ms: number };
  error: WireError & { ref?: string; close?: number };
}

export interface Session {
  id: string;
  epoch: string;
  state: StateForVisitors;
  created_at: string;
}

export interface WidgetChannel {
  id: string;
  name: string;
  color: string | null;
  greeting: string | null;
  voice_enabled: boolean;
  handoff_enabled: boolean;
  locale: string | null;
  /** Who answers first; null where people do. */
  assistant: { name: string; picture: string | null } | null;
  /** What the visitor may want to ask first. */
  welcome_questions: string[];
}

export interface Identity {
  user_id: string;
  name?: string;
  email?: string;
  hash?: string;
  jwt?: string;
}

export interface WidgetSession {
  visitor_token: string;
  visitor: Visitor;
  session: Session | null;
  channel: WidgetChannel;
}

export type MemberRole = 'owner' | 'admin' | 'agent';

export interface Member {
  id: string;
  org_id: string;
  email: string;
  name: string;
  role: MemberRole;
  platform_admin: boolean;
  active: boolean;
  presence: AgentStatus | 'offline';
  created_at: string;
}

export interface Channel {
  id: string;
  org_id: string;
  name: string;
  key: string;
  origins: string[];
  color: string | null;
  greeting: string | null;
  locale: string | null;
  /** Whether the assistant answers; without it conversations begin waiting for a person. */
  assistant: boolean;
  handoff_enabled: boolean;
  handoff_words: string[];
  created_at: string;
  /** Pages off the list that tried to use it today (UTC). */
  refused_pages: { count: number; origins: string[] };
}

export interface Ticket {
  id: string;
  conversation_id: string;
  visitor: Visitor;
  reason: string;
  /** What it is about, in a line; null until its brief is written. */
  title: string | null;
  summary: string | null;
  priority: Priority;
  status: 'open' | 'resolved';
  created_at: string;
  resolved_at: string | null;
  resolved_by: User | null;
}

export interface ItemList<T> {
  items: T[];
  next_cursor: string | null;
}

/** The answer to an upload. */
export interface AttachmentAnswer {
  attachment: Attachment;
}
