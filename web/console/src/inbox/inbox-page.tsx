// The inbox: views with counts, the live list, and beside it the conversation that is open.

import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import type { InboxView } from '@switchboard/shared/wire.ts';
import {
  AlarmClock,
  Archive,
  AtSign,
  Funnel,
  ListChecks,
  RefreshCw,
  Search,
  X,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell, useCellPart } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { BulkBar } from '../bulk/bulk-bar.tsx';
import { useIsPicking, usePicking } from '../bulk/use-picking.ts';
import { FilterChips } from '../search/filter-chips.tsx';
import { type Filters, NO_FILTERS, queryOf } from '../search/filters.ts';
import { SearchResults } from '../search/search-results.tsx';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { isPlain, nameOfFilter } from '../views/filter.ts';
import { FilterBar } from '../views/filter-bar.tsx';
import { useMentionCount } from '../views/use-mentions.ts';
import { useShownView } from '../views/use-shown-view.ts';
import { ViewsMenu } from '../views/views-menu.tsx';
import { ConversationList } from './conversation-list.tsx';
import { ASIDE, VIEWS } from './inbox-views.ts';
import { NO_ROWS, useFrozenRows } from './use-frozen-rows.ts';
import { useListKeys } from './use-list-keys.ts';

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

/** Typing rests for so long before the server is asked. */
const REST_MS = 250;

/** The search, and below it what it found or what the inbox lists. */
function ListPane({ opened }: { opened: string | null }) {
  const { t } = useWords();
  const live = useLive();
  const isPicking = useIsPicking();
  useShownView();
  const [typed, setTyped] = useState('');
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const query = useRested(queryOf(typed));
  const searchRef = useRef<HTMLInputElement>(null);
  const isSearching = typed.trim() !== '';
  const stop = () => {
    setTyped('');
    setFilters(NO_FILTERS);
  };
  return (
    <>
      <header className="flex items-center gap-2 px-4 pt-4 pb-2">
        <h1 className="flex-1 text-lg font-semibold">{t('inbox.title')}</h1>
        <LiveDot />
        <IconButton
          label={t('bulk.mode')}
          aria-pressed={isPicking}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => (isPicking ? live.picks.clear() : live.picks.isOn.set(true))}
        >
          <ListChecks size={17} />
        </IconButton>
        <IconButton label={t('inbox.refresh')} onClick={() => live.inbox.refresh()}>
          <RefreshCw size={17} />
        </IconButton>
      </header>
      {isSearching ? null : isPicking ? <BulkBar /> : <ViewTabs />}
      <div className="relative mx-3 my-2.5">
        <Search size={16} className="absolute top-2.5 left-3 text-soft" aria-hidden="true" />
        <input
          ref={searchRef}
          type="search"
          data-inbox-search
          enterKeyHint="search"
          value={typed}
          maxLength={500}
          aria-label={t('search.field')}
          placeholder={t('search.field')}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              if (isSearching) stop();
              else event.currentTarget.blur();
            }
            if (event.key === 'ArrowDown' && isSearching) {
              event.preventDefault();
              document.querySelector<HTMLElement>('[data-testid=search-results] a')?.focus();
            }
          }}
          className="h-9 w-full rounded-lg bg-raised pr-9 pl-9 text-sm outline-offset-0 max-md:text-base [&::-webkit-search-cancel-button]:hidden"
        />
        {isSearching ? (
          <IconButton
            label={t('search.clear')}
            onClick={() => {
              stop();
              searchRef.current?.focus();
            }}
            className="absolute top-0.5 right-0.5 size-8"
          >
            <X size={16} />
          </IconButton>
        ) : null}
      </div>
      {isSearching ? (
        <>
          <FilterChips filters={filters} onChange={setFilters} />
          {query === '' ? null : <SearchResults query={query} filters={filters} opened={opened} />}
        </>
      ) : null}
      <LiveList opened={opened} isSearching={isSearching} />
    </>
  );
}

/** What moves with the inbox, apart from what stands around it. While somebody searches, it keeps what is picked. */
function LiveList({ opened, isSearching }: { opened: string | null; isSearching: boolean }) {
  const { inbox } = useLive();
  const navigate = useNavigate();
  const { conversations, filter } = useCell(inbox.state);
  const frozen = useFrozenRows(conversations, nameOfFilter(filter));
  const rows = isSearching ? NO_ROWS : frozen.rows;
  const cursor = useListKeys({
    rows,
    opened,
    onMove: frozen.onKeys,
    onOpen: (id) => void navigate({ to: '/inbox/$id', params: { id } }),
  });
  const picking = usePicking({ rows, filter, pointed: cursor ?? opened, isSearching });
  if (isSearching) return null;
  return <ConversationList frozen={frozen} cursor={cursor} opened={opened} picking={picking} />;
}

/** A value once it has stood for a moment; an empty one at once. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), value === '' ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value === '' ? '' : rested;
}

function ViewTabs() {
  const { t } = useWords();
  const live = useLive();
  const filter = useCellPart(live.inbox.state, (it) => it.filter);
  const saved = useCellPart(live.inbox.state, (it) => it.saved);
  const { view } = filter;
  const [isFiltering, setFiltering] = useState(false);
  const hasFilters = isFiltering || !isPlain(filter);
  const isShown = (it: InboxView) => it === view && saved === null;
  return (
    <>
      <div role="tablist" aria-label={t('inbox.views')} className="mx-3 flex flex-wrap gap-y-1">
        <div
          role="presentation"
          className="grid w-full grid-cols-5 gap-0.5 rounded-xl bg-raised p-1"
        >
          {VIEWS.map((it) => (
            <button
              key={it}
              type="button"
              role="tab"
              aria-selected={isShown(it)}
              onClick={() => live.inbox.show(it)}
              className={classes(
                'flex min-w-0 flex-col items-center justify-end gap-0.5 rounded-lg py-1 text-[11.5px]',
                isShown(it) ? 'bg-surface text-accent shadow-sm' : 'text-soft hover:text-ink',
              )}
            >
              <Count view={it} />
              <span className={classes('max-w-full truncate', isShown(it) && 'font-semibold')}>
                {t(`view.${it}`)}
              </span>
            </button>
          ))}
        </div>
        <div role="presentation" className="ml-auto flex gap-1">
          {ASIDE.map((it) => (
            <AsideTab key={it} view={it} isShown={isShown(it)} />
          ))}
        </div>
      </div>
      <div className="mx-3 mt-1 flex items-center gap-1">
        <ViewsMenu />
        <button
          type="button"
          aria-expanded={hasFilters}
          disabled={!isPlain(filter)}
          onClick={() => setFiltering(!isFiltering)}
          className="inline-flex items-center gap-1 rounded-lg px-2 py-0.5 text-xs text-soft enabled:hover:bg-raised"
        >
          <Funnel size={13} aria-hidden="true" />
          {t('filter.title')}
        </button>
        {isPlain(filter) ? null : (
          <button
            type="button"
            onClick={() => live.inbox.show(view)}
            className="ml-auto rounded-lg px-2 py-0.5 text-xs text-accent hover:bg-raised"
          >
            {t('filter.clear')}
          </button>
        )}
      </div>
      {hasFilters ? <FilterBar /> : null}
    </>
  );
}

const ASIDE_ICONS = { mentions: AtSign, snoozed: AlarmClock, closed: Archive } as const;

function AsideTab({ view, isShown }: { view: InboxView; isShown: boolean }) {
  const { t } = useWords();
  const live = useLive();
  const Icon = ASIDE_ICONS[view as keyof typeof ASIDE_ICONS];
  return (
    <button
      type="button"
      role="tab"
      aria-selected={isShown}
      onClick={() => live.inbox.show(view)}
      className={classes(
        'flex items-center gap-1 rounded-lg px-2 py-0.5 text-xs',
        isShown ? 'bg-accent-soft font-semibold text-accent' : 'text-soft hover:bg-raised',
      )}
    >
      <Icon size={13} aria-hidden="true" />
      {t(`view.${view}`)}
      {view === 'snoozed' ? <SnoozedCount /> : null}
      {view === 'mentions' ? <MentionCount /> : null}
    </button>
  );
}

/** Apart: one place loads it, not every tab. */
function MentionCount() {
  const count = useMentionCount();
  return count === '' ? null : ` ${count}`;
}

/** Apart, as counts change with every message and the tabs do not. */
function SnoozedCount() {
  const count = useCellPart(useLive().inbox.state, ({ counts }) => counts?.snoozed ?? 0);
  return count === 0 ? null : ` ${count}`;
}

function Count({ view }: { view: InboxView }) {
  const count = useCellPart(useLive().inbox.state, ({ counts }) =>
    view === 'closed' || view === 'mentions' ? undefined : counts?.[view],
  );
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
