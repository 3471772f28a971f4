// What can be done from every page: places to go to, the next who waits, and one's own settings.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { Cell } from '@switchboard/shared/cell.ts';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { PARTS } from '../admin/assistant/settings-parts.ts';
import { acting } from '../app/acting.ts';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { language, nextAfterClose, singleKeys, THEMES, theme, undoSend } from '../app/settings.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords, type WordKey } from '../app/words.ts';
import { ASIDE, VIEWS } from '../inbox/inbox-views.ts';
import { useNextWaiting } from '../inbox/next-waiting.ts';
import { stopPush } from '../notifications/push.ts';
import { STATUSES } from '../ui/presence.ts';
import { allPagesFor, SETUP_PAGES } from './page-links.ts';

export function useDeskActs({ onHelp, onPalette }: { onHelp: () => void; onPalette: () => void }) {
  const live = useLive();
  const { id } = useParams({ strict: false });
  const nextWaiting = useNextWaiting();
  const search = useSearching();
  const own: readonly Offered[] = [
    { id: 'palette', run: onPalette },
    { id: 'nextWaiting', run: () => nextWaiting(id ?? null, true) },
    { id: 'search', run: search },
    { id: 'refresh', run: () => live.inbox.refresh() },
    { id: 'help', run: onHelp },
  ];
  useOffer([...own, ...usePlaces(), ...useMine()]);
}

/** The field of the inbox, wherever one is; on a phone an open conversation covers it. */
function useSearching(): () => void {
  const navigate = useNavigate();
  const focus = () => {
    const field = document.querySelector<HTMLElement>('[data-inbox-search]');
    if (!field?.checkVisibility()) return false;
    field.focus();
    return true;
  };
  return () => {
    if (!focus()) void navigate({ to: '/inbox' }).then(() => requestAnimationFrame(focus));
  };
}

function usePlaces(): readonly Offered[] {
  const { t } = useWords();
  const live = useLive();
  const { member } = useMe();
  const navigate = useNavigate();
  const views = [...VIEWS, ...ASIDE].map(
    (view): Offered => ({
      id: 'goView',
      of: view,
      params: { name: t(`view.${view}`) },
      run: () => {
        live.inbox.show(view);
        void navigate({ to: '/inbox' });
      },
    }),
  );
  const pages = (acting ? SETUP_PAGES : allPagesFor(member)).map(
    ([to, word]): Offered => ({
      id: 'goPage',
      of: to,
      params: { name: t(word) },
      run: () => void navigate({ to }),
    }),
  );
  if (member.role === 'agent') return [...views, ...pages];
  const parts = PARTS.map(
    (part): Offered => ({
      id: 'goAssistant',
      of: part,
      params: { name: t(`assistant.part.${part}`) },
      run: () => void navigate({ to: '/assistant', search: { part } }),
    }),
  );
  return [...views, ...pages, ...parts];
}

const SWITCHES: readonly (readonly [cell: Cell<boolean>, word: WordKey])[] = [
  [singleKeys, 'account.singleKeys'],
  [undoSend, 'account.undoSend'],
  [nextAfterClose, 'account.nextAfterClose'],
];

function useMine(): readonly Offered[] {
  const { t, locale } = useWords();
  const live = useLive();
  const status = useCell(live.status);
  const chosenTheme = useCell(theme);
  const signOut = useSignOut();
  const presences = STATUSES.filter((it) => it !== status).map(
    (it): Offered => ({
      id: 'presence',
      of: it,
      params: { name: t(`presence.${it}`) },
      run: () => live.setStatus(it),
    }),
  );
  const themes = THEMES.filter((it) => it !== chosenTheme).map(
    (it): Offered => ({
      id: 'theme',
      of: it,
      params: { name: t(`theme.${it}`) },
      run: () => theme.set(it),
    }),
  );
  const languages = [['en', 'English'] as const, ['es', 'Español'] as const]
    .filter(([it]) => it !== locale)
    .map(
      ([it, name]): Offered => ({
        id: 'language',
        of: it,
        params: { name },
        run: () => language.set(it),
      }),
    );
  const isOn = [useCell(singleKeys), useCell(undoSend), useCell(nextAfterClose)];
  const switches = SWITCHES.map(
    ([cell, word], index): Offered => ({
      id: isOn[index] ? 'switchOff' : 'switchOn',
      of: word,
      params: { name: t(word) },
      run: () => cell.set(!cell.get()),
    }),
  );
  return [...presences, ...themes, ...languages, ...switches, { id: 'signOut', run: signOut }];
}

export function useSignOut(): () => void {
  const words = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return () => {
    // Whoever signs in next is not told of what was this agent's.
    const left = stopPush().catch(() => {});
    left
      .then(() => api.logout())
      .then(async () => {
        await navigate({ to: '/login' });
        queries.clear();
      }, toastFailure(words));
  };
}
