// One line across the top while the org is suspended.

import { useMutation } from '@tanstack/react-query';
import { toastFailure } from '../app/failures.ts';
import { formatDate } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { saveExport } from '../platform/save-export.ts';

export function SuspendedBar() {
  const words = useWords();
  const { t, locale } = words;
  const { member, org } = useMe();
  const download = useMutation({
    mutationFn: () => saveExport(org.id),
    onError: toastFailure(words),
  });
  if (org.status === 'active') return null;
  return (
    <p
      role="status"
      data-testid="suspended"
      className="flex flex-wrap items-center justify-center gap-x-3 bg-warn-soft px-4 py-1.5 text-center text-sm text-warn"
    >
      {org.delete_at
        ? t('suspended.leaving', { date: formatDate(org.delete_at, locale) })
        : t('suspended.text')}
      {org.suspended_reason ? ` ${org.suspended_reason}` : ''}
      {member.role === 'owner' ? (
        <button
          type="button"
          className="font-semibold underline"
          disabled={download.isPending}
          onClick={() => download.mutate()}
        >
          {t('suspended.export')}
        </button>
      ) : null}
    </p>
  );
}
