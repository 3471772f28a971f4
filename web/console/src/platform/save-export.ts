// Saves the export of an org as a file.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import { refreshSignIn } from '../app/fresh-sign-in.ts';

/** Until then the browser has begun to write the file. */
const URL_LIVES_MS = 60_000;

/** It is read whole first, so that half of one is never saved. */
export async function saveExport(id: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await exportOrg(id));
  link.download = `org-${id}.ndjson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIVES_MS);
}

async function exportOrg(id: string): Promise<Blob> {
  const response = await ask(id);
  if (response.ok) return response.blob();
  const failure = await failureOf(response);
  const isStale = failure.code === 'fresh_sign_in_required' && (await refreshSignIn());
  if (!isStale) throw failure;
  const again = await ask(id);
  if (again.ok) return again.blob();
  throw await failureOf(again);
}

async function ask(id: string): Promise<Response> {
  try {
    return await fetch(`${serverPath}/api/v1/orgs/${id}/export`, {
      headers: { 'X-Requested-With': 'switchboard' },
    });
  } catch {
    throw Failure.disconnected();
  }
}

async function failureOf(response: Response): Promise<Failure> {
  const answer = (await response.json().catch(() => null)) as {
    error?: Parameters<typeof Failure.fromWire>[0];
  } | null;
  return answer?.error
    ? Failure.fromWire(answer.error)
    : new Failure('unavailable', '', { retry: true });
}
