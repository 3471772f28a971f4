// One line across the top while the org is suspended.

import { useMutation } from '@tanstack/react-query';
import { toastFailure } from '../app/failures.ts';
import { formatDate } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { saveExport } from '../platform/save-export.ts';
import { TopBar, TopBarButton } from '../ui/top-bar.tsx';

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
    <TopBar testId="suspended">
      {org.delete_at
        ? t('suspended.leaving', { date: formatDate(org.delete_at, locale) })
        : t('suspended.text')}
      {org.suspended_reason ? ` ${org.suspended_reason}` : ''}
      {member.role === 'owner' ? (
        <TopBarButton isDisabled={download.isPending} onClick={() => download.mutate()}>
          {t('suspended.export')}
        </TopBarButton>
      ) : null}
    </TopBar>
  );
}
