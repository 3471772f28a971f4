// The frame of every signed-in page: navigation, connection state, help, and the live side behind it.

import { Failure } from '@switchboard/shared/errors.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Link,
  Outlet,
  useLocation,
  useNavigate,
  useParams,
  useRouter,
} from '@tanstack/react-router';
import { Ellipsis, Wrench } from 'lucide-react';
import { Suspense, useCallback, useEffect, useState } from 'react';
import { Palette } from '../acts/palette.tsx';
import { acting } from '../app/acting.ts';
import { LiveProvider, meQuery, useLive, useMe } from '../app/live-context.tsx';
import { useHandoverToasts, useLimitWarnings, useTitleBadge } from '../app/notifications.ts';
import { useRunningCalls } from '../app/use-calls.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { DeskWatch } from '../calls/lazy.tsx';
import { useAnnouncer } from '../notifications/use-announcer.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { classes } from '../ui/classes.ts';
import { AccountMenu } from './account-menu.tsx';
import { ActedForBar, ActingBar } from './acting-bar.tsx';
import { Bell } from './bell.tsx';
import { Logo } from './auth-layout.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import { KeysHelp } from './keys-help.tsx';
import { isSetupPage, type PageLink, pagesFor, SETUP_PAGES } from './page-links.ts';
import { SuspendedBar } from './suspended-bar.tsx';
import { UndoStack } from './undo-bar.tsx';
import { useDeskActs } from './use-desk-acts.ts';

/** As many stand beside the menu on a phone. */
const PHONE_PAGES = 3;
/** How often it is asked anew who one is, and who acts for the org. */
const LOOK_MS = 120_000;
/** The close code of a socket whose access has ended. */
const FORBIDDEN = 4503;
const NAV_ITEM =
  'relative flex flex-col items-center gap-1 rounded-xl px-2 py-2 text-xs text-soft hover:bg-raised hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-semibold data-[status=active]:text-accent md:w-[80px] md:px-1 md:py-1 md:text-[11px]';

export function Shell() {
  const { data, error, refetch } = useQuery({ ...meQuery, refetchInterval: LOOK_MS });
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
  const [hasPalette, setPalette] = useState(false);
  const open = useCallback(
    (id: string, at: number | null) =>
      void navigate({ to: '/inbox/$id', params: { id }, search: at === null ? {} : { at } }),
    [navigate],
  );
  const router = useRouter();
  const openPath = useCallback(
    (path: string) => router.history.push(`${router.basepath}/${path}`),
    [router],
  );
  useAnnouncer(live, words, { open, openPath });
  useLimitWarnings(live, words);
  useHandoverToasts(live, words);
  useSignedOut();
  const openPalette = () => setPalette(true);
  useDeskActs({ onHelp: () => setHelp(true), onPalette: openPalette });
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <TitleBadge />
      <Navigation onHelp={() => setHelp(true)} onPalette={openPalette} />
      <div className="order-first flex min-h-0 min-w-0 flex-1 flex-col md:order-none">
        <ConnectionBar />
        <SuspendedBar />
        <ActingBar />
        <ActedForBar />
        <Joined />
        <div className="min-h-0 flex-1">
          <Page />
        </div>
      </div>
      <UndoStack />
      {hasHelp ? <KeysHelp onClose={() => setHelp(false)} /> : null}
      {hasPalette ? <Palette onClose={() => setPalette(false)} /> : null}
    </div>
  );
}

/** Whoever acts for another org sees the pages that set it up; the others are of their own. */
function Page() {
  const { t } = useWords();
  const { pathname } = useLocation();
  if (!acting || isSetupPage(pathname)) return <Outlet />;
  return (
    <Empty
      icon={Wrench}
      title={t('acting.elsewhere', { org: acting.org_name })}
      text={t('acting.elsewhere.text')}
    />
  );
}

/** Apart, as it changes with every message. */
function TitleBadge() {
  useTitleBadge(useLive());
  return null;
}

function Navigation(menu: { onHelp: () => void; onPalette: () => void }) {
  const { t } = useWords();
  const { member } = useMe();
  const pages = acting ? SETUP_PAGES : pagesFor(member);
  const hasMore = pages.length > PHONE_PAGES + 1;
  return (
    <nav
      aria-label={t('nav.label')}
      className="flex shrink-0 items-center border-line bg-surface max-md:justify-around max-md:border-t max-md:px-2 max-md:pb-[env(safe-area-inset-bottom)] md:w-[88px] md:flex-col md:gap-0.5 md:border-r md:py-3"
    >
      <span className="mb-2 hidden md:block">
        <Logo />
      </span>
      {/* On a low screen the pages scroll, and who one is stays in sight. */}
      <div className="contents md:flex md:min-h-0 md:flex-1 md:flex-col md:gap-0.5 md:overflow-y-auto">
        {pages.map(([to, word, Icon], at) => (
          <Link
            key={to}
            to={to}
            className={classes(NAV_ITEM, hasMore && at >= PHONE_PAGES && 'max-md:hidden')}
          >
            <Icon size={20} aria-hidden="true" />
            {t(word)}
            {to === '/calls' ? <CallCount /> : null}
          </Link>
        ))}
        {hasMore ? <MorePages pages={pages.slice(PHONE_PAGES)} /> : null}
      </div>
      {acting ? null : (
        <span className="md:mb-1">
          <Bell />
        </span>
      )}
      <span>
        <AccountMenu {...menu} />
      </span>
    </nav>
  );
}

/** How many calls run now. */
function CallCount() {
  const { t } = useWords();
  const { data } = useRunningCalls();
  const count = data?.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="absolute top-0.5 left-[calc(50%+5px)] min-w-4.5 rounded-full bg-accent px-1 text-center text-[11px] leading-[18px] font-bold text-on-accent">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{t('nav.calls.count', { count })}</span>
    </span>
  );
}

/** The call this agent is in, on whatever page they are. */
function Joined() {
  const state = useCell(useLive().desk.state);
  const { id } = useParams({ strict: false });
  if (state.kind !== 'open') return null;
  return (
    <Suspense fallback={null}>
      <DeskWatch
        key={state.place.call_id}
        call={state.call}
        place={state.place}
        isOnScreen={id === state.place.session_id}
      />
    </Suspense>
  );
}

/** The pages that do not fit beside each other on a phone. */
function MorePages({ pages }: { pages: readonly PageLink[] }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const trigger = (
    <button type="button" className={classes(NAV_ITEM, 'md:hidden')}>
      <Ellipsis size={20} aria-hidden="true" />
      {t('nav.more')}
    </button>
  );
  return (
    <Menu trigger={trigger} side="top">
      {pages.map(([to, word, Icon]) => (
        <MenuItem key={to} onSelect={() => void navigate({ to })}>
          <Icon size={18} aria-hidden="true" />
          {t(word)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** A session that ended on the server shows as a refused ticket: back to the sign-in page. */
function useSignedOut(): void {
  const live = useLive();
  const navigate = useNavigate();
  const state = useCell(live.connection.state);
  const queries = useQueryClient();
  const isOut = state.kind === 'stopped' && state.reason === 'unauthenticated';
  const isRefused = state.kind === 'stopped' && state.code === FORBIDDEN;
  useEffect(() => {
    if (isOut) void navigate({ to: '/login' });
  }, [isOut, navigate]);
  useEffect(() => {
    if (!isRefused) return;
    // Another browser ended this session, or the org demands two-step sign-in from now on.
    queries.fetchQuery({ ...meQuery, staleTime: 0 }).then(
      (me) => me.must_set_up_two_step && void navigate({ to: '/two-step' }),
      (error) =>
        error instanceof Failure &&
        error.code === 'unauthenticated' &&
        void navigate({ to: '/login' }),
    );
  }, [isRefused, navigate, queries]);
}
