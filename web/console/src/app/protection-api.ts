// REST calls of the pages on protection.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { rest } from './api.ts';

export type AuditScope = 'org' | 'platform';

function of(cursor: string | null, query: string): string {
  const at = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return `limit=50${at}${query && `&${query}`}`;
}

export const protectionApi = {
  audit: (scope: AuditScope, query: string, cursor: string | null) =>
    scope === 'org'
      ? rest.get<'/audit'>(`/audit?${of(cursor, query)}`)
      : rest.get<'/platform/audit'>(`/platform/audit?${of(cursor, query)}`),
  /** Where the browser downloads the log as CSV. */
  auditFile: (scope: AuditScope, query: string) =>
    `${serverPath}/api/v1${scope === 'org' ? '' : '/platform'}/audit/export?${query}`,
};
