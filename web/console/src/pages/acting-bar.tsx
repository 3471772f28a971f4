// Lines across the top while a platform admin sets up an org that is not theirs: for them, and for the people of it.

import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { acting, endActing } from '../app/acting.ts';
import { formatTime } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { platformApi } from '../platform/platform-api.ts';
import { TopBar, TopBarButton } from '../ui/top-bar.tsx';

/** For whoever acts. */
export function ActingBar() {
  const { t, locale } = useWords();
  const stop = useMutation({
    mutationFn: async () => {
      if (acting) await platformApi.actNoLonger(acting.org_id);
    },
    // Also without the hub this tab is about the own org again; the time ends the rest.
    onSettled: endActing,
  });
  useEffect(() => {
    if (!acting) return;
    const timer = setTimeout(endActing, Date.parse(acting.ends_at) - Date.now());
    return () => clearTimeout(timer);
  }, []);
  if (!acting) return null;
  return (
    <TopBar testId="acting">
      {t('acting.bar', {
        org: acting.org_name,
        time: formatTime(acting.ends_at, locale),
        reason: acting.reason,
      })}
      <TopBarButton isDisabled={stop.isPending} onClick={() => stop.mutate()}>
        {t('acting.end')}
      </TopBarButton>
    </TopBar>
  );
}

/** For the people of the org. */
export function ActedForBar() {
  const { t, locale } = useWords();
  const { org } = useMe();
  return org.acting.map(({ name, reason, began_at, ends_at }) => (
    <TopBar key={began_at + name} testId="acted-for">
      {t('acting.here', { name, reason, time: formatTime(ends_at, locale) })}
    </TopBar>
  ));
}
