// Every REST call of the console, with its types.

import { browserFetch } from '@switchboard/shared/browser/ports.ts';
import { server_path } from '@switchboard/shared/browser/server-path.ts';
import { Rest } from '@switchboard/shared/rest.ts';
import type {
  Channel,
  ConversationSummary,
  Entry,
  InboxView,
  ItemList,
  Member,
  MemberRole,
  Priority,
  Ticket,
} from '@switchboard/shared/wire.ts';

export const rest = new Rest({ base: server_path, fetch: browserFetch });

export interface Me {
  member: Member;
  org: { id: string; name: string };
  demo: boolean;
}

export interface Setup {
  token: string;
  org_name: string;
  name: string;
  email: string;
  password: string;
}

export interface ChannelDraft {
  name: string;
  origins: string[];
  color: string | null;
  greeting: string | null;
  locale: string | null;
  assistant: boolean;
  handoff_enabled: boolean;
}

function page(cursor: string | null): string {
  return cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
}

export const api = {
  me: () => rest.get<Me>('/auth/me'),
  login: (email: string, password: string) =>
    rest.post<{ member: Member }>('/auth/login', { email, password }),
  logout: () => rest.post<void>('/auth/logout'),
  socketTicket: () => rest.post<{ ticket: string }>('/auth/socket-ticket'),
  setPassword: (token: string, password: string) =>
    rest.post<void>('/auth/password', { token, password }),
  setupNeeded: () => rest.get<{ needed: boolean }>('/setup'),
  setUp: (setup: Setup) => rest.post<{ member: Member }>('/setup', setup),

  conversations: (view: InboxView, cursor: string | null) =>
    rest.get<ItemList<ConversationSummary>>(`/conversations?view=${view}${page(cursor)}`),
  conversation: (id: string) =>
    rest
      .get<{ conversation: ConversationSummary }>(`/conversations/${id}`)
      .then((answer) => answer.conversation),
  changeConversation: (id: string, change: { labels?: string[]; priority?: Priority | null }) =>
    rest
      .patch<{ conversation: ConversationSummary }>(`/conversations/${id}`, change)
      .then((answer) => answer.conversation),
  /** What can be taken back for a while is sent as the page is left, too. */
  act: (id: string, act: 'release' | 'assign' | 'end', data: object, keepalive: boolean) =>
    rest.post<void>(`/conversations/${id}/${act}`, data, keepalive),
  entriesBefore: (id: string, before: number) =>
    rest.get<{ entries: Entry[]; has_more: boolean }>(
      `/conversations/${id}/entries?before=${before}&limit=100`,
    ),

  tickets: (status: Ticket['status'], cursor: string | null) =>
    rest.get<ItemList<Ticket>>(`/tickets?status=${status}${page(cursor)}`),
  resolveTicket: (id: string) => rest.post<{ ticket: Ticket }>(`/tickets/${id}/resolve`),

  members: () => rest.get<ItemList<Member>>('/members?limit=200'),
  inviteMember: (email: string, name: string, role: MemberRole) =>
    rest.post<{ member: Member; set_password_url: string }>('/members', { email, name, role }),
  changeMember: (id: string, change: { role?: MemberRole; active?: boolean }) =>
    rest.patch<{ member: Member }>(`/members/${id}`, change),
  removeMember: (id: string) => rest.delete(`/members/${id}`),
  passwordLink: (id: string) =>
    rest.post<{ set_password_url: string }>(`/members/${id}/password-link`),

  channels: () => rest.get<ItemList<Channel>>('/channels?limit=200'),
  createChannel: (draft: ChannelDraft) =>
    rest.post<{ channel: Channel; identity_secret: string }>('/channels', draft),
  changeChannel: (id: string, draft: ChannelDraft) =>
    rest.patch<{ channel: Channel }>(`/channels/${id}`, draft),
  rotateIdentitySecret: (id: string) =>
    rest.post<{ identity_secret: string }>(`/channels/${id}/rotate-identity-secret`),
  rotateKey: (id: string) => rest.post<{ channel: Channel }>(`/channels/${id}/rotate-key`),
};
