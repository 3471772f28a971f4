// What the server found, by conversation, with the hits marked; a click opens the conversation at that entry.

import type { SearchItem } from '@switchboard/shared/wire.ts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MessageSquare, SearchX, StickyNote, Ticket, UserRound } from 'lucide-react';
import { useMemo } from 'react';
import { api } from '../app/api.ts';
import { deskApi } from '../app/desk-api.ts';
import { formatAgo, formatMoment } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { askedOf, type Filters } from './filters.ts';
import { type Group, groupByConversation } from './groups.ts';

const ICONS = { message: MessageSquare, note: StickyNote, visitor: UserRound, ticket: Ticket };
/** While something may be missing it is asked again. */
const BEHIND_MS = 1_000;
/** Where people write all the time something is always missing. */
const ASKED_MAX = 5;
/** Pages that held nothing are passed by themselves, as older times are still to be looked at. */
const EMPTY_PAGES_MAX = 5;

interface SearchResultsProps {
  query: string;
  filters: Filters;
  opened: string | null;
}

export function SearchResults({ query, filters, opened }: SearchResultsProps) {
  const { t } = useWords();
  // The moment a search begins at; its pages go on from there.
  const asked = useMemo(() => askedOf(query, filters, Date.now()), [query, filters]);
  const found = useInfiniteQuery({
    queryKey: ['search', query, filters],
    queryFn: async ({ pageParam }) => {
      let page = await deskApi.search(asked, pageParam);
      for (let empty = 0; page.items.length === 0 && page.next_cursor; empty += 1) {
        if (empty === EMPTY_PAGES_MAX) break;
        page = await deskApi.search(asked, page.next_cursor);
      }
      return page;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // What is written meanwhile is found the next time.
    staleTime: 0,
    gcTime: 60_000,
    retry: false,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.is_behind && state.dataUpdateCount < ASKED_MAX ? BEHIND_MS : false,
  });
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = found;
  const groups = useMemo(
    () => groupByConversation(data?.pages.flatMap((page) => page.items) ?? []),
    [data],
  );
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading text={t('search.running')} />;
  const channelName = (id: string) =>
    (channels.data?.items.length ?? 0) > 1
      ? (channels.data?.items.find((it) => it.id === id)?.name ?? null)
      : null;
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
      tabIndex={0}
      aria-label={t('search.results')}
      aria-busy={found.isPlaceholderData}
      data-testid="search-results"
      className={classes(
        'min-h-0 flex-1 overflow-y-auto pb-4 outline-offset-[-2px]',
        found.isPlaceholderData && 'opacity-60',
      )}
    >
      {data.pages[0]?.is_behind ? (
        <p role="status" className="px-4 pb-2 text-xs text-soft">
          {t('search.behind')}
        </p>
      ) : null}
      {groups.length === 0 ? (
        <Empty
          icon={SearchX}
          title={t('search.nothing', { query: query.trim() })}
          text={t('search.nothing.text')}
        />
      ) : (
        <ul>
          {groups.map((group) => (
            <li key={group.key} className="row-lazy">
              <GroupRows
                group={group}
                channel={channelName(group.channel_id)}
                isOpened={group.conversation_id !== null && group.conversation_id === opened}
              />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <p className="p-3 text-center">
          <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('search.older')}
          </Button>
        </p>
      ) : null}
    </section>
  );
}

interface GroupRowsProps {
  group: Group;
  channel: string | null;
  isOpened: boolean;
}

function GroupRows({ group, channel, isOpened }: GroupRowsProps) {
  const { visitor, items } = group;
  return (
    <div className={classes('mx-2 mb-1 rounded-xl px-1 py-1', isOpened && 'bg-accent-soft/50')}>
      <p className="flex items-center gap-2 px-1.5 pt-1.5 pb-0.5">
        <Avatar id={visitor.id} name={visitor.name} isSmall />
        <span className="truncate text-sm font-semibold">{visitor.name}</span>
        {channel ? <span className="truncate text-xs text-soft">{channel}</span> : null}
      </p>
      {items.map((item) => (
        <Hit key={`${item.kind} ${item.id}`} item={item} />
      ))}
    </div>
  );
}

const HIT = 'flex gap-2 rounded-lg px-2 py-1.5 text-sm';

function Hit({ item }: { item: SearchItem }) {
  const { t } = useWords();
  const Icon = ICONS[item.kind];
  const inside = (
    <>
      <Icon
        size={15}
        className={classes('mt-0.5 shrink-0', item.kind === 'note' ? 'text-note-ink' : 'text-soft')}
        aria-hidden="true"
      />
      <span className="min-w-0 flex-1">
        <span className="sr-only">{t(`search.kind.${item.kind}`)}: </span>
        <span dir="auto" className="line-clamp-3 break-words">
          <Snippet item={item} />
        </span>
        <HitFoot item={item} />
      </span>
    </>
  );
  if (item.conversation_id === null) return <div className={HIT}>{inside}</div>;
  return (
    <Link
      to="/inbox/$id"
      params={{ id: item.conversation_id }}
      search={item.seq === null ? {} : { at: item.seq }}
      className={classes(HIT, 'outline-offset-[-2px] hover:bg-raised')}
    >
      {inside}
    </Link>
  );
}

function Snippet({ item }: { item: SearchItem }) {
  return item.snippet.map(({ text, hit }, at) =>
    hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other key, and never move.
      <mark key={at} className="rounded-sm bg-note px-px font-semibold text-note-ink">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}

function HitFoot({ item }: { item: SearchItem }) {
  const words = useWords();
  const author = item.author?.kind === 'assistant' ? words.t('entry.assistant') : item.author?.name;
  return (
    <span className="flex gap-1.5 text-xs text-soft">
      {author && author !== item.visitor.name ? <span className="truncate">{author}</span> : null}
      <time
        dateTime={item.created_at}
        title={formatMoment(item.created_at, words.locale)}
        className="shrink-0"
      >
        {formatAgo(item.created_at, Date.now(), words)}
      </time>
    </span>
  );
}
