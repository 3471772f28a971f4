// REST calls of what agents keep: canned replies, drafts, search.

import { Failure } from '@switchboard/shared/errors.ts';
import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import type {
  Attachment,
  BulkBody,
  CannedReply,
  CannedReplyChange,
  CannedReplyScope,
  DraftKind,
  NewCannedReply,
  NewSavedView,
  NotificationChoices,
  Posts,
  Puts,
  SavedViewChange,
  SearchAnswer,
} from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

type Imported = Posts['/canned-replies/import']['answer'];
type CannedFileAnswer = Posts['/canned-replies/{id}/files']['answer'];

/** Where the browser fetches the file itself. */
export const CANNED_EXPORT_URL = `${serverPath}/api/v1/canned-replies/export`;

export const deskApi = {
  /** All of them, however many pages they come in. */
  cannedReplies: async (): Promise<CannedReply[]> => {
    const all: CannedReply[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page = await rest.get<'/canned-replies'>(`/canned-replies?limit=200${after}`);
      all.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return all;
  },
  addCannedReply: (draft: NewCannedReply) => rest.post<'/canned-replies'>('/canned-replies', draft),
  changeCannedReply: (id: string, change: CannedReplyChange) =>
    rest.patch<'/canned-replies/{id}'>(`/canned-replies/${id}`, change),
  removeCannedReply: (id: string) => rest.delete<'/canned-replies/{id}'>(`/canned-replies/${id}`),
  countCannedReply: (id: string) =>
    rest.post<'/canned-replies/{id}/used'>(`/canned-replies/${id}/used`),
  importCannedReplies,
  addCannedFile,
  cannedFile,
  removeCannedFile: (id: string, fileId: string) =>
    rest.delete<'/canned-replies/{id}/files/{file_id}'>(`/canned-replies/${id}/files/${fileId}`),

  drafts: () => rest.get<'/drafts'>('/drafts').then((answer) => answer.drafts),
  /** An empty draft is removed. */
  setDraft: (id: string, kind: DraftKind, text: string, keepalive: boolean) =>
    rest.put<'/conversations/{id}/draft'>(`/conversations/${id}/draft`, { text, kind }, keepalive),
  /** A message with its own id: sent again by the socket, it is the same one. */
  sendMessage: (
    id: string,
    message: { content: string; client_message_id: string; attachments?: string[] },
  ) => rest.post<'/conversations/{id}/messages'>(`/conversations/${id}/messages`, message, true),

  actInMany: (body: BulkBody) => rest.post<'/conversations/bulk'>('/conversations/bulk', body),

  isFollowing: (id: string) =>
    rest.get<'/conversations/{id}/follow'>(`/conversations/${id}/follow`),
  follow: (id: string) => rest.post<'/conversations/{id}/follow'>(`/conversations/${id}/follow`),
  unfollow: (id: string) =>
    rest.delete<'/conversations/{id}/follow'>(`/conversations/${id}/follow`),

  views: () => rest.get<'/views'>('/views').then((answer) => answer.views),
  saveView: (view: NewSavedView) => rest.post<'/views'>('/views', view),
  changeView: (id: string, change: SavedViewChange) =>
    rest.patch<'/views/{id}'>(`/views/${id}`, change),
  removeView: (id: string) => rest.delete<'/views/{id}'>(`/views/${id}`),

  /** As many as come at once: more of them nobody counts. */
  mentions: () => rest.get<'/conversations'>('/conversations?view=mentions&limit=200'),
  notifications: () => rest.get<'/notifications'>('/notifications?limit=30'),
  readNotifications: (what: Posts['/notifications/read']['body']) =>
    rest.post<'/notifications/read'>('/notifications/read', what),

  notificationChoices: () => rest.get<'/notifications/choices'>('/notifications/choices'),
  chooseNotifications: (choices: NotificationChoices) =>
    rest.put<'/notifications/choices'>('/notifications/choices', choices),

  push: () => rest.get<'/notifications/push'>('/notifications/push'),
  startPush: (browser: Puts['/notifications/push']['body']) =>
    rest.put<'/notifications/push'>('/notifications/push', browser),
  stopPush: (id: string) => rest.delete<'/notifications/push/{id}'>(`/notifications/push/${id}`),

  search: (
    query: Readonly<Record<string, string>>,
    cursor: string | null,
  ): Promise<SearchAnswer> => {
    const asked = new URLSearchParams(query);
    if (cursor) asked.set('cursor', cursor);
    return rest.get<'/search'>(`/search?${asked}`);
  },
};

function importCannedReplies(file: Blob, scope: CannedReplyScope): Promise<Imported> {
  const path = `/canned-replies/import?scope=${scope}`;
  return postFile<Imported>(path, file, { 'Content-Type': 'text/csv' });
}

function addCannedFile(id: string, file: File): Promise<CannedFileAnswer> {
  const form = new FormData();
  form.append('file', file, file.name);
  return postFile<CannedFileAnswer>(`/canned-replies/${id}/files`, form);
}

/** A file of a canned reply, to be sent as one's own. */
async function cannedFile(
  id: string,
  { id: fileId, name, content_type }: Attachment,
): Promise<File> {
  const response = await ask(`/canned-replies/${id}/files/${fileId}`, {});
  if (!response.ok) throw new Failure('not_found', '');
  return new File([await response.blob()], name, { type: content_type });
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${serverPath}/api/v1${path}`, init);
  } catch {
    throw Failure.disconnected();
  }
}

/** Sends a file, which the small REST client does not. */
async function postFile<T>(
  path: string,
  body: BodyInit,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await ask(path, {
    method: 'POST',
    headers: { 'X-Requested-With': 'switchboard', ...headers },
    body,
  });
  const answer = (await response.json().catch(() => null)) as
    | (T & { error?: Parameters<typeof Failure.fromWire>[0] })
    | null;
  if (response.ok && answer) return answer;
  if (answer?.error) throw Failure.fromWire(answer.error);
  throw new Failure(response.status === 413 ? 'too_large' : 'unavailable', '', { retry: true });
}
