// Pictures of members: where they are, and how one is set.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { failureOfUpload } from '@switchboard/shared/browser/upload.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import type { Member } from '@switchboard/shared/wire.ts';
import { actingHeaders } from './acting.ts';
import { rest } from './api.ts';

const pathOf = (id: string) => `${serverPath}/api/v1/members/${id}/picture`;

/** Null where the member has none. A changed picture has another address. */
export function pictureUrl({ id, picture }: Pick<Member, 'id' | 'picture'>): string | null {
  return picture && `${pathOf(id)}?v=${picture}`;
}

export async function setPicture(id: string, picture: Blob): Promise<void> {
  const headers = { 'X-Requested-With': 'switchboard', ...actingHeaders('/members') };
  const sent = { method: 'PUT', headers, body: picture };
  const response = await fetch(pathOf(id), sent).catch(() => {
    throw Failure.disconnected();
  });
  if (!response.ok) throw failureOfUpload(response.status, await response.json().catch(() => null));
}

export function deletePicture(id: string): Promise<unknown> {
  return rest.delete<'/members/{id}/picture'>(`/members/${id}/picture`);
}
