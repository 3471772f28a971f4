// Lines across the top while a platform admin sets up an org that is not theirs: for them, and for the people of it.

import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { acting, endActing } from '../app/acting.ts';
import { formatTime } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { platformApi } from '../platform/platform-api.ts';

const BAR =
  'flex flex-wrap items-center justify-center gap-x-3 bg-warn-soft px-4 py-1.5 text-center text-sm text-warn [overflow-wrap:anywhere]';

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
    <p role="status" data-testid="acting" className={BAR}>
      {t('acting.bar', {
        org: acting.org_name,
        time: formatTime(acting.ends_at, locale),
        reason: acting.reason,
      })}
      <button
        type="button"
        className="font-semibold underline"
        disabled={stop.isPending}
        onClick={() => stop.mutate()}
      >
        {t('acting.end')}
      </button>
    </p>
  );
}

/** For the people of the org. */
export function ActedForBar() {
  const { t, locale } = useWords();
  const { org } = useMe();
  return org.acting.map(({ name, reason, began_at, ends_at }) => (
    <p key={began_at + name} role="status" data-testid="acted-for" className={BAR}>
      {t('acting.here', { name, reason, time: formatTime(ends_at, locale) })}
    </p>
  ));
}
