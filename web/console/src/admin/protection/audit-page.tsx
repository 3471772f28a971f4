// The audit log: who did what, when, from where, and what it was before and after.

import { Download, ScrollText } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { acting } from '../../app/acting.ts';
import { useMe } from '../../app/live-context.tsx';
import { protectionApi, type Scope } from '../../app/protection-api.ts';
import { Empty } from '../../ui/states.tsx';
import { AdminPage, ForAdmins } from '../admin-page.tsx';
import { PagedList } from '../paged-list.tsx';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import { AuditRowView } from './audit-row.tsx';
import { NO_FILTERS, queryOf } from './audit-rows.ts';
import { useProtectionWords } from './protection-words.ts';
import { ScopeTabs } from './scope-tabs.tsx';

export function AuditPage() {
  const { t } = useProtectionWords();
  const [scope, setScope] = useState<Scope>('org');
  const [filters, setFilters] = useState(NO_FILTERS);
  const query = useDeferredValue(queryOf(filters));
  return (
    <AdminPage
      title={t('audit.title')}
      lead={t('audit.lead')}
      action={<ExportLink scope={scope} query={query} />}
    >
      <ForAdmins>
        <ScopeTabs scope={scope} onChange={setScope} />
        <AuditFilterBar filters={filters} onChange={setFilters} />
        <PagedList
          query_key={['audit', scope, query]}
          fetchPage={(cursor) => fetchPage(scope, query, cursor)}
          empty={<Empty icon={ScrollText} title={t('audit.empty')} text={t('audit.empty.text')} />}
          draw={(row) => <AuditRowView row={row} />}
        />
      </ForAdmins>
    </AdminPage>
  );
}

async function fetchPage(scope: Scope, query: string, cursor: string | null) {
  const page = await protectionApi.audit(scope, query, cursor);
  return { ...page, items: page.items.map((row) => ({ ...row, id: String(row.seq) })) };
}

function ExportLink({ scope, query }: { scope: Scope; query: string }) {
  const { t } = useProtectionWords();
  const { member } = useMe();
  // A link says nothing of the org that is acted for: it would download one's own.
  if (member.role === 'agent' || acting) return null;
  return (
    <a
      href={protectionApi.auditFile(scope, query)}
      download
      aria-label={t('audit.export.label')}
      className="inline-flex h-10 items-center justify-center gap-1.5 rounded-lg border border-line bg-surface px-4 font-medium whitespace-nowrap text-ink hover:bg-raised"
    >
      <Download size={16} aria-hidden="true" />
      {t('audit.export')}
    </a>
  );
}
