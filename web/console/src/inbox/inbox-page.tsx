// The inbox: views with counts, the live list, and beside it the conversation that is open.

import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import type { Counts, InboxView } from '@switchboard/shared/wire.ts';
import { Archive, RefreshCw, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { ConversationList } from './conversation-list.tsx';
import { matches } from './search.ts';
import { useFrozenRows } from './use-frozen-rows.ts';
import { useListKeys } from './use-list-keys.ts';

const VIEWS: readonly InboxView[] = ['mine', 'unassigned', 'waiting', 'all', 'closed'];

export function InboxPage() {
  const { t } = useWords();
  const { id } = useParams({ strict: false });
  return (
    <main className="flex h-full">
      <section
        aria-label={t('inbox.title')}
        className={classes(
          'flex h-full w-full shrink-0 flex-col border-line bg-surface md:w-[330px] lg:w-[380px] md:border-r',
          id && 'max-md:hidden',
        )}
      >
        <ListPane opened={id ?? null} />
      </section>
      <div className={classes('min-w-0 flex-1', !id && 'max-md:hidden')}>
        <Outlet />
      </div>
    </main>
  );
}

/** What moves with the inbox, apart from the conversation beside it, which does not. */
function ListPane({ opened }: { opened: string | null }) {
  const { t } = useWords();
  const live = useLive();
  const navigate = useNavigate();
  const { conversations, view } = useCell(live.inbox.state);
  const [query, setQuery] = useState('');
  const searchRef = useRef<HTMLInputElement>(null);
  const found = useMemo(
    () => (query.trim() === '' ? conversations : conversations.filter((it) => matches(it, query))),
    [conversations, query],
  );
  const frozen = useFrozenRows(found, `${view} ${query}`);
  const cursor = useListKeys({
    rows: frozen.rows,
    opened,
    onMove: frozen.onKeys,
    onOpen: (id) => void navigate({ to: '/inbox/$id', params: { id } }),
    onSearch: () => searchRef.current?.focus(),
  });
  return (
    <>
      <header className="flex items-center gap-2 px-4 pt-4 pb-2">
        <h1 className="flex-1 text-lg font-semibold">{t('inbox.title')}</h1>
        <LiveDot />
        <IconButton label={t('inbox.refresh')} onClick={() => live.inbox.refresh()}>
          <RefreshCw size={17} />
        </IconButton>
      </header>
      <ViewTabs />
      <label className="relative mx-3 my-2.5 block">
        <Search size={16} className="absolute top-2.5 left-3 text-soft" aria-hidden="true" />
        <input
          ref={searchRef}
          type="search"
          value={query}
          aria-label={t('inbox.search')}
          placeholder={t('inbox.search')}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
          }}
          className="h-9 w-full rounded-lg bg-raised pr-3 pl-9 text-sm outline-offset-0"
        />
      </label>
      {query.trim() === '' ? null : (
        <p role="status" className="px-4 pb-2 text-xs text-soft">
          {t('inbox.searched', { count: conversations.length })}
        </p>
      )}
      <ConversationList frozen={frozen} cursor={cursor} opened={opened} query={query} />
    </>
  );
}

function ViewTabs() {
  const { t } = useWords();
  const live = useLive();
  const { view, counts } = useCell(live.inbox.state);
  return (
    <div
      role="tablist"
      aria-label={t('inbox.views')}
      className="mx-3 grid grid-cols-5 gap-0.5 rounded-xl bg-raised p-1"
    >
      {VIEWS.map((it) => (
        <button
          key={it}
          type="button"
          role="tab"
          aria-selected={it === view}
          onClick={() => live.inbox.show(it)}
          className={classes(
            'flex min-w-0 flex-col items-center justify-end gap-0.5 rounded-lg py-1 text-[11.5px]',
            it === view ? 'bg-surface text-accent shadow-sm' : 'text-soft hover:text-ink',
          )}
        >
          <Count view={it} counts={counts} />
          <span className={classes('max-w-full truncate', it === view && 'font-semibold')}>
            {t(`view.${it}`)}
          </span>
        </button>
      ))}
    </div>
  );
}

function Count({ view, counts }: { view: InboxView; counts: Counts | null }) {
  if (view === 'closed') return <Archive size={16} className="my-0.5" aria-hidden="true" />;
  const count = counts?.[view];
  const isUrgent = view === 'waiting' && count !== undefined && count > 0;
  return (
    <span className={classes('text-[15px] leading-5 font-semibold', isUrgent && 'text-warn')}>
      {count === undefined ? '–' : count > 999 ? '999+' : count}
    </span>
  );
}

function LiveDot() {
  const { t } = useWords();
  const state = useCell(useLive().connection.state);
  const isOpen = state.kind === 'open' && !state.draining;
  return (
    <span className="flex items-center gap-1.5 text-xs text-soft">
      <span
        className={classes(
          'size-2 rounded-full',
          isOpen ? 'bg-emerald-500' : 'animate-pulse bg-amber-500',
        )}
      />
      {isOpen ? t('connection.open') : t('connection.connecting')}
    </span>
  );
}
