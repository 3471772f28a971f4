// The frame of every signed-in page: navigation, connection state, help, and the live side behind it.

import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Globe, Inbox, type LucideIcon, Ticket, Users } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { LiveProvider, meQuery, useLive } from '../app/live-context.tsx';
import { useNotifications, useTitleBadge } from '../app/notifications.ts';
import { isTyping } from '../app/keys.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords, type WordKey } from '../app/words.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Logo } from './auth-layout.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { KeysHelp } from './keys-help.tsx';

const PAGES: readonly (readonly [to: string, word: WordKey, icon: LucideIcon])[] = [
  ['/inbox', 'nav.inbox', Inbox],
  ['/tickets', 'nav.tickets', Ticket],
  ['/members', 'nav.members', Users],
  ['/channels', 'nav.channels', Globe],
];

export function Shell() {
  const { data, error, refetch } = useQuery(meQuery);
  if (data) {
    return (
      <LiveProvider key={data.member.id} me={data}>
        <SignedIn />
      </LiveProvider>
    );
  }
  return (
    <main className="grid min-h-full place-items-center">
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading />}
    </main>
  );
}

function SignedIn() {
  const words = useWords();
  const live = useLive();
  const navigate = useNavigate();
  const [hasHelp, setHelp] = useState(false);
  const open = useCallback(
    (id: string) => void navigate({ to: '/inbox/$id', params: { id } }),
    [navigate],
  );
  useNotifications(live, words, open);
  useTitleBadge(live);
  useSignedOut();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '?' && !isTyping(event)) setHelp(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <Navigation onHelp={() => setHelp(true)} />
      <div className="order-first flex min-h-0 min-w-0 flex-1 flex-col md:order-none">
        <ConnectionBar />
        <div className="min-h-0 flex-1">
          <Outlet />
        </div>
      </div>
      {hasHelp ? <KeysHelp onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

function Navigation({ onHelp }: { onHelp: () => void }) {
  const { t } = useWords();
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex shrink-0 items-center border-line bg-surface max-md:justify-around max-md:border-t max-md:px-2 max-md:pb-[env(safe-area-inset-bottom)] md:w-[84px] md:flex-col md:gap-1 md:border-r md:py-4"
    >
      <span className="mb-4 hidden md:block">
        <Logo />
      </span>
      {PAGES.map(([to, word, Icon]) => (
        <Link
          key={to}
          to={to}
          className="flex flex-col items-center gap-1 rounded-xl px-2 py-2 text-xs text-soft hover:bg-raised hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-semibold data-[status=active]:text-accent md:w-[72px]"
        >
          <Icon size={20} aria-hidden="true" />
          {t(word)}
        </Link>
      ))}
      <span className="md:mt-auto">
        <AccountMenu onHelp={onHelp} />
      </span>
    </nav>
  );
}

/** A session that ended on the server shows as a refused ticket: back to the sign-in page. */
function useSignedOut(): void {
  const live = useLive();
  const navigate = useNavigate();
  const state = useCell(live.connection.state);
  const isOut = state.kind === 'stopped' && state.reason === 'unauthenticated';
  useEffect(() => {
    if (isOut) void navigate({ to: '/login' });
  }, [isOut, navigate]);
}
