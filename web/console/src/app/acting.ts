// Acting for another org, in this tab: requests of the pages that set an org up name it, and the others stay one's own.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import type { Fetch } from '@switchboard/shared/rest.ts';
import type { MeAnswer } from '@switchboard/shared/wire.ts';

export interface Acting {
  org_id: string;
  org_name: string;
  reason: string;
  ends_at: string;
}

const KEY = 'switchboard:acting';
/** Of the API: what sets an org up. The live side, one's account and the platform stay those of whoever acts. */
const PARTS = [
  'assistant',
  'audit',
  'channels',
  'knowledge',
  'members',
  'prices',
  'providers',
  'ratings',
  'security',
  'settings',
  'tokens',
  'tools',
  'usage',
  'webhooks',
];

/** Null where this tab is about the own org. It changes with the page only. */
export const acting: Acting | null = stored();

/** Pages begin anew, as everything they hold is of the own org. */
export function beginActing(next: Acting): void {
  sessionStorage.setItem(KEY, JSON.stringify(next));
  location.assign(`${serverPath}/console/channels`);
}

/** Pages begin anew, as everything they hold is of the other org. */
export function endActing(): void {
  sessionStorage.removeItem(KEY);
  location.assign(`${serverPath}/console/platform`);
}

/** What a request of an API path carries besides; `path` begins behind `/api/v1`. */
export function actingHeaders(path: string): Readonly<Record<string, string>> {
  const part = path.split(/[/?]/)[1] ?? '';
  return acting && PARTS.includes(part) ? { 'X-Acting-For': acting.org_id } : {};
}

/** The same fetch, which names the org; `onOver` runs where the hub says that acting is over. */
export function actingFetch(fetch: Fetch, onOver: () => void): Fetch {
  return async (url, init) => {
    const headers = actingHeaders(url.split('/api/v1')[1] ?? '');
    if (Object.keys(headers).length === 0) return fetch(url, init);
    const response = await fetch(url, { ...init, headers: { ...init.headers, ...headers } });
    if (response.status !== 403) return response;
    const text = await response.text();
    if (isOver(text)) onOver();
    return { status: response.status, text: async () => text };
  };
}

/** The member as the pages of the other org see them: its owner, who runs nothing besides. */
export function asActing(me: MeAnswer, { org_id, org_name }: Acting): MeAnswer {
  return {
    ...me,
    member: { ...me.member, role: 'owner', platform_admin: false },
    org: { ...me.org, id: org_id, name: org_name, status: 'active', acting: [] },
  };
}

function isOver(text: string): boolean {
  try {
    return JSON.parse(text)?.error?.reason === 'not_acting';
  } catch {
    return false;
  }
}

function stored(): Acting | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Acting | null;
  } catch {
    return null;
  }
}
