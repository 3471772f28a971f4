// The way between the pages of the platform.

import { Link } from '@tanstack/react-router';
import { useServerWords } from './server-words.ts';

const PAGES = [
  ['/platform', 'server.nav.orgs'],
  ['/platform/server', 'server.nav.server'],
] as const;

export function PlatformNav() {
  const { t } = useServerWords();
  return (
    <nav aria-label={t('server.nav')} className="flex flex-wrap gap-1">
      {PAGES.map(([to, word]) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true }}
          className="rounded-lg px-3 py-1.5 text-sm text-soft hover:bg-raised data-[status=active]:bg-accent-soft data-[status=active]:font-semibold data-[status=active]:text-accent"
        >
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
