// The inbox: views with counts, the live list, and beside it the conversation that is open.

import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import type { InboxView } from '@switchboard/shared/wire.ts';
import { RefreshCw, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { ConversationList } from './conversation-list.tsx';
import { matches } from './search.ts';
import { useListKeys } from './use-list-keys.ts';

const VIEWS: readonly InboxView[] = ['mine', 'unassigned', 'waiting', 'all', 'closed'];

export function InboxPage() {
  const { t } = useWords();
  const live = useLive();
  const { id } = useParams({ strict: false });
  const navigate = useNavigate();
  const inbox = useCell(live.inbox.state);
  const [query, setQuery] = useState('');
  const searchRef = useRef<HTMLInputElement>(null);
  const shown = useMemo(
    () => inbox.conversations.filter((it) => matches(it, query)),
    [inbox.conversations, query],
  );
  const cursor = useListKeys({
    ids: shown.map((it) => it.id),
    opened: id ?? null,
    onOpen: (opened) => void navigate({ to: '/inbox/$id', params: { id: opened } }),
    onSearch: () => searchRef.current?.focus(),
  });
  return (
    <div className="flex h-full">
      <section
        aria-label={t('inbox.title')}
        className={classes(
          'flex h-full w-full shrink-0 flex-col border-line bg-surface md:w-[330px] lg:w-[380px] md:border-r',
          id && 'max-md:hidden',
        )}
      >
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
        <ConversationList conversations={shown} cursor={cursor} opened={id ?? null} query={query} />
      </section>
      <div className={classes('min-w-0 flex-1', !id && 'max-md:hidden')}>
        <Outlet />
      </div>
    </div>
  );
}

function ViewTabs() {
  const { t } = useWords();
  const live = useLive();
  const { view, counts } = useCell(live.inbox.state);
  return (
    <div role="tablist" aria-label={t('inbox.views')} className="flex flex-wrap gap-0.5 px-3">
      {VIEWS.map((it) => {
        const count = it === 'closed' ? 0 : (counts?.[it] ?? 0);
        return (
          <button
            key={it}
            type="button"
            role="tab"
            aria-selected={it === view}
            onClick={() => live.inbox.show(it)}
            className={classes(
              'flex items-center gap-1 rounded-lg px-1.5 py-1.5 text-[13px]',
              it === view
                ? 'bg-accent-soft font-semibold text-accent'
                : 'text-soft hover:bg-raised',
            )}
          >
            {t(`view.${it}`)}
            {count > 0 ? (
              <span
                className={classes(
                  'min-w-4.5 rounded-full px-1 text-center text-[11px] leading-4.5 font-semibold',
                  it === 'waiting' ? 'bg-warn-soft text-warn' : 'bg-raised text-soft',
                )}
              >
                {count > 999 ? '999+' : count}
              </span>
            ) : null}
          </button>
        );
      })}
    </div>
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
