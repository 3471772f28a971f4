// Every REST call of the console.

import { browserFetch } from '@switchboard/shared/browser/ports.ts';
import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { Rest } from '@switchboard/shared/rest.ts';
import type {
  ChannelBody,
  ConversationPatchBody,
  InboxFilter,
  MemberPatchBody,
  MemberRole,
  Posts,
  Puts,
  SetupBody,
  TicketStatus,
} from '@switchboard/shared/wire.ts';
import { actingFetch, endActing } from './acting.ts';
import { askingOnceMore } from './fresh-sign-in.ts';

export const rest = new Rest({
  base: serverPath,
  fetch: askingOnceMore(actingFetch(browserFetch, endActing)),
});

function page(cursor: string | null): string {
  return cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
}

export const api = {
  me: () => rest.get<'/auth/me'>('/auth/me'),
  login: (email: string, password: string) =>
    rest.post<'/auth/login'>('/auth/login', { email, password }),
  logout: () => rest.post<'/auth/logout'>('/auth/logout'),
  socketTicket: () => rest.post<'/auth/socket-ticket'>('/auth/socket-ticket'),
  mailLink: (email: string, purpose: Posts['/auth/links']['body']['purpose'], locale: string) =>
    rest.post<'/auth/links'>('/auth/links', { email, purpose, locale }),
  signInByLink: (token: string) => rest.post<'/auth/link'>('/auth/link', { token }),
  verify: (proof: Posts['/auth/verify']['body']) =>
    rest.post<'/auth/verify'>('/auth/verify', proof),
  secondStep: (challenge: string, code: string) =>
    rest.post<'/auth/second-step'>('/auth/second-step', { challenge, code }),
  twoStep: () => rest.get<'/auth/two-step'>('/auth/two-step'),
  beginTwoStep: () => rest.post<'/auth/two-step'>('/auth/two-step'),
  confirmTwoStep: (code: string) =>
    rest.post<'/auth/two-step/confirm'>('/auth/two-step/confirm', { code }),
  renewRecoveryCodes: () =>
    rest.post<'/auth/two-step/recovery-codes'>('/auth/two-step/recovery-codes'),
  endTwoStep: (code: string) => rest.post<'/auth/two-step/end'>('/auth/two-step/end', { code }),
  resetTwoStep: (id: string) => rest.delete<'/members/{id}/two-step'>(`/members/${id}/two-step`),
  tokens: () => rest.get<'/tokens'>('/tokens'),
  createToken: (draft: Posts['/tokens']['body']) => rest.post<'/tokens'>('/tokens', draft),
  deleteToken: (id: string) => rest.delete<'/tokens/{id}'>(`/tokens/${id}`),
  changePassword: (change: Puts['/auth/password']['body']) =>
    rest.put<'/auth/password'>('/auth/password', change),
  sessions: () => rest.get<'/auth/sessions'>('/auth/sessions'),
  endSession: (id: string) => rest.delete<'/auth/sessions/{id}'>(`/auth/sessions/${id}`),
  endOtherSessions: () => rest.post<'/auth/sessions/end-others'>('/auth/sessions/end-others'),
  setPassword: (token: string, password: string, endTokens: boolean) =>
    rest.post<'/auth/password'>('/auth/password', { token, password, end_tokens: endTokens }),
  register: (registration: Posts['/auth/register']['body']) =>
    rest.post<'/auth/register'>('/auth/register', registration),
  confirmRegistration: (token: string, password: string) =>
    rest.post<'/auth/register/confirm'>('/auth/register/confirm', { token, password }),
  setupNeeded: () => rest.get<'/setup'>('/setup'),
  setUp: (setup: SetupBody) => rest.post<'/setup'>('/setup', setup),

  conversations: (filter: InboxFilter, cursor: string | null) =>
    rest.get<'/conversations'>(
      `/conversations?${new URLSearchParams({ ...filter })}${page(cursor)}`,
    ),
  conversation: (id: string) =>
    rest.get<'/conversations/{id}'>(`/conversations/${id}`).then((answer) => answer.conversation),
  changeConversation: (id: string, change: ConversationPatchBody) =>
    rest
      .patch<'/conversations/{id}'>(`/conversations/${id}`, change)
      .then((answer) => answer.conversation),
  /** What can be taken back for a while is sent as the page is left, too. */
  release: (id: string, to: Posts['/conversations/{id}/release']['body'], keepalive: boolean) =>
    rest.post<'/conversations/{id}/release'>(`/conversations/${id}/release`, to, keepalive),
  assign: (id: string, to: Posts['/conversations/{id}/assign']['body'], keepalive: boolean) =>
    rest.post<'/conversations/{id}/assign'>(`/conversations/${id}/assign`, to, keepalive),
  end: (id: string, keepalive: boolean) =>
    rest.post<'/conversations/{id}/end'>(`/conversations/${id}/end`, undefined, keepalive),
  suggest: (id: string) =>
    rest.post<'/conversations/{id}/suggestion'>(`/conversations/${id}/suggestion`),
  rewrite: (id: string, body: Posts['/conversations/{id}/rewrite']['body']) =>
    rest.post<'/conversations/{id}/rewrite'>(`/conversations/${id}/rewrite`, body),
  entriesBefore: (id: string, before: number, limit = 100) =>
    rest.get<'/conversations/{id}/entries'>(
      `/conversations/${id}/entries?before=${before}&limit=${limit}`,
    ),

  mailTranscript: (id: string, email: string) =>
    rest.post<'/conversations/{id}/transcript'>(`/conversations/${id}/transcript`, { email }),
  block: (visitorId: string, reason: string) =>
    rest.post<'/visitors/{id}/block'>(
      `/visitors/${visitorId}/block`,
      reason === '' ? {} : { reason },
    ),
  unblock: (visitorId: string) =>
    rest.post<'/visitors/{id}/unblock'>(`/visitors/${visitorId}/unblock`),
  merge: (visitorId: string, into: string) =>
    rest.post<'/visitors/{id}/merge'>(`/visitors/${visitorId}/merge`, { into }),
  unmerge: (visitorId: string) =>
    rest.post<'/visitors/{id}/unmerge'>(`/visitors/${visitorId}/unmerge`),
  eraseVisitor: (visitorId: string) => rest.delete<'/visitors/{id}'>(`/visitors/${visitorId}`),
  reopen: (id: string) => rest.post<'/conversations/{id}/reopen'>(`/conversations/${id}/reopen`),

  tickets: (status: TicketStatus, cursor: string | null) =>
    rest.get<'/tickets'>(`/tickets?status=${status}${page(cursor)}`),
  resolveTicket: (id: string) => rest.post<'/tickets/{id}/resolve'>(`/tickets/${id}/resolve`),

  members: () => rest.get<'/members'>('/members?limit=200'),
  inviteMember: (email: string, name: string, role: MemberRole, locale: string) =>
    rest.post<'/members'>('/members', { email, name, role, locale }),
  changeMember: (id: string, change: MemberPatchBody) =>
    rest.patch<'/members/{id}'>(`/members/${id}`, change),
  removeMember: (id: string) => rest.delete<'/members/{id}'>(`/members/${id}`),
  passwordLink: (id: string) =>
    rest.post<'/members/{id}/password-link'>(`/members/${id}/password-link`),

  channels: () => rest.get<'/channels'>('/channels?limit=200'),
  createChannel: (draft: ChannelBody) => rest.post<'/channels'>('/channels', draft),
  changeChannel: (id: string, draft: ChannelBody) =>
    rest.patch<'/channels/{id}'>(`/channels/${id}`, draft),
  rotateIdentitySecret: (id: string, overlapHours: number) =>
    rest.post<'/channels/{id}/rotate-identity-secret'>(`/channels/${id}/rotate-identity-secret`, {
      overlap_hours: overlapHours,
    }),
  oldIdentitySecret: (id: string) =>
    rest.get<'/channels/{id}/old-identity-secret'>(`/channels/${id}/old-identity-secret`),
  endOldIdentitySecret: (id: string) =>
    rest.delete<'/channels/{id}/old-identity-secret'>(`/channels/${id}/old-identity-secret`),
  installCheck: (id: string, url: string) =>
    rest.post<'/channels/{id}/install-check'>(`/channels/${id}/install-check`, { url }),
  rotateKey: (id: string) => rest.post<'/channels/{id}/rotate-key'>(`/channels/${id}/rotate-key`),
};
