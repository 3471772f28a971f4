// What is shown, and single uses, as CSV.

import { Download } from 'lucide-react';
import { acting } from '../../app/acting.ts';
import { adminApi } from '../../app/admin-api.ts';
import type { By } from './sum-bars.ts';
import { type UsageWordKey, useUsageWords } from './usage-words.ts';

const LOOK =
  'inline-flex h-8 items-center gap-1.5 rounded-lg border border-line bg-surface px-3 text-sm font-medium text-ink hover:bg-raised';

export function ExportLinks({ by, query }: { by: By; query: string }) {
  const { t } = useUsageWords();
  // A link says nothing of the org that is acted for: it would download one's own.
  if (acting) return null;
  const files: [key: UsageWordKey, of: By | 'event'][] = [
    ['sums.export.sums', by],
    ['sums.export.events', 'event'],
  ];
  return files.map(([key, of]) => (
    <a key={key} href={adminApi.usageFile(of, query)} download className={LOOK}>
      <Download size={15} aria-hidden="true" />
      {t(key)}
    </a>
  ));
}
