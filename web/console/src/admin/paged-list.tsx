// A list that comes in pages, with what it shows while it loads, when it is empty and when it failed.

import type { List } from '@switchboard/shared/wire.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { Card } from './admin-page.tsx';

const EVERY_MS = 3_000;
const ROW_CLASS = 'px-4 py-3 md:px-5';

interface PagedListProps<T extends { id: string }> {
  query_key: readonly string[];
  fetchPage: (cursor: string | null) => Promise<List<T>>;
  empty: ReactNode;
  /** What stands in the row of an item. */
  draw: (item: T) => ReactNode;
  row_class?: string;
  /** Whether an item will change by itself: while one is shown, the list is asked for again. */
  isMoving?: (item: T) => boolean;
}

export function PagedList<T extends { id: string }>(props: PagedListProps<T>) {
  const { query_key, fetchPage, empty, draw, row_class = ROW_CLASS, isMoving } = props;
  const { t } = useWords();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: query_key,
      queryFn: ({ pageParam }) => fetchPage(pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
      refetchInterval: ({ state }) =>
        isMoving && state.data?.pages.some((page) => page.items.some(isMoving)) ? EVERY_MS : false,
    },
  );
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const items = data.pages.flatMap((page) => page.items);
  return (
    <Card>
      {items.length === 0 ? (
        empty
      ) : (
        <ul className="divide-y divide-line">
          {items.map((item) => (
            <li key={item.id} className={row_class}>
              {draw(item)}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <p className="p-3 text-center">
          <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('common.more')}
          </Button>
        </p>
      ) : null}
    </Card>
  );
}

/** Something to look into where wanted: JSON as it was sent or came back. */
export function JsonBox({ title, value }: { title: string; value: unknown }) {
  return (
    <details className="mt-1 text-sm">
      <summary className="cursor-pointer text-soft">{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard. */}
      <pre tabIndex={0} className="mt-1 max-h-72 overflow-auto rounded-lg bg-raised p-3 text-xs">
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
