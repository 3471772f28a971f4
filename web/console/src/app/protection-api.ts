// REST calls of the pages on protection.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import type { AddressBlockBody } from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

/** Whose: of the org, or of the whole server. */
export type Scope = 'org' | 'platform';

function of(cursor: string | null, query: string): string {
  const at = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return `limit=50${at}${query && `&${query}`}`;
}

export const protectionApi = {
  audit: (scope: Scope, query: string, cursor: string | null) =>
    scope === 'org'
      ? rest.get<'/audit'>(`/audit?${of(cursor, query)}`)
      : rest.get<'/platform/audit'>(`/platform/audit?${of(cursor, query)}`),
  /** Where the browser downloads the log as CSV. */
  auditFile: (scope: Scope, query: string) =>
    `${serverPath}/api/v1${scope === 'org' ? '' : '/platform'}/audit/export?${query}`,

  securityEvents: (scope: Scope, query: string, cursor: string | null) =>
    scope === 'org'
      ? rest.get<'/security/events'>(`/security/events?${of(cursor, query)}`)
      : rest.get<'/platform/security/events'>(`/platform/security/events?${of(cursor, query)}`),
  addresses: (scope: Scope) =>
    scope === 'org'
      ? rest.get<'/security/addresses'>('/security/addresses')
      : rest.get<'/platform/security/addresses'>('/platform/security/addresses'),
  blocks: (scope: Scope) =>
    scope === 'org'
      ? rest.get<'/security/blocks'>('/security/blocks')
      : rest.get<'/platform/security/blocks'>('/platform/security/blocks'),
  block: (scope: Scope, body: AddressBlockBody) =>
    scope === 'org'
      ? rest.post<'/security/blocks'>('/security/blocks', body)
      : rest.post<'/platform/security/blocks'>('/platform/security/blocks', body),
  unblock: (scope: Scope, id: string) =>
    scope === 'org'
      ? rest.delete<'/security/blocks/{id}'>(`/security/blocks/${id}`)
      : rest.delete<'/platform/security/blocks/{id}'>(`/platform/security/blocks/${id}`),
};
