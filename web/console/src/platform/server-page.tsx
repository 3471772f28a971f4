// The server itself, for whoever runs it: its nodes, its health, a mail to try, and where more is set.

import { Link } from '@tanstack/react-router';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { Health } from './health.tsx';
import { Limits } from './limits.tsx';
import { MailTrial } from './mail-trial.tsx';
import { Nodes } from './nodes.tsx';
import { PlatformNav } from './platform-nav.tsx';
import { useServerWords } from './server-words.ts';

const PLACES = [
  ['/assistant', 'places.defaults'],
  ['/usage', 'places.limits'],
  ['/providers', 'places.providers'],
  ['/tools', 'places.tools'],
  ['/audit', 'places.audit'],
  ['/security', 'places.security'],
] as const;

export function ServerPage() {
  const words = useWords();
  const { t } = useServerWords();
  const { member } = useMe();
  return (
    <AdminPage title={t('server.title')} lead={t('server.lead')}>
      {member.platform_admin ? (
        <>
          <PlatformNav />
          <Nodes />
          <Health />
          <MailTrial />
          <Limits />
          <Places />
        </>
      ) : (
        <p className="text-soft">{words.t('orgs.notAllowed')}</p>
      )}
    </AdminPage>
  );
}

function Places() {
  const { t } = useServerWords();
  return (
    <Card>
      <section aria-labelledby="server-places" className="flex flex-col gap-2 p-4 md:p-5">
        <h2 id="server-places" className="font-semibold">
          {t('places.title')}
        </h2>
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {PLACES.map(([to, word]) => (
            <li key={to}>
              <Link to={to} className="text-accent underline">
                {t(word)}
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </Card>
  );
}
