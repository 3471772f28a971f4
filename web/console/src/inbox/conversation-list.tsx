// The list of conversations, drawn only where it is seen, however long it is.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox, SearchX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { ConversationRow } from './conversation-row.tsx';

const ROW_PX = 84;

interface ConversationListProps {
  conversations: readonly ConversationSummary[];
  cursor: string | null;
  opened: string | null;
  query: string;
}

export function ConversationList({ conversations, cursor, opened, query }: ConversationListProps) {
  const { t } = useWords();
  const live = useLive();
  const { view, phase } = useCell(live.inbox.state);
  if (phase === 'failed') {
    return (
      <Empty icon={Inbox} title={t('inbox.failed')}>
        <Button onClick={() => live.inbox.refresh()}>{t('common.retry')}</Button>
      </Empty>
    );
  }
  if (conversations.length === 0) {
    if (phase === 'loading') return <Loading />;
    if (query !== '') {
      return (
        <Empty
          icon={SearchX}
          title={t('inbox.noMatch', { query })}
          text={t('inbox.noMatch.text')}
        />
      );
    }
    return (
      <Empty icon={Inbox} title={t(`inbox.empty.${view}`)} text={t(`inbox.empty.${view}.text`)} />
    );
  }
  return <Rows conversations={conversations} cursor={cursor} opened={opened} />;
}

function Rows({ conversations, cursor, opened }: Omit<ConversationListProps, 'query'>) {
  const ref = useRef<HTMLDivElement>(null);
  const now_ms = useNow();
  const virtualizer = useVirtualizer({
    count: conversations.length,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => conversations[index]?.id ?? index,
  });
  const at = conversations.findIndex((it) => it.id === cursor);
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);
  return (
    <div ref={ref} className="min-h-0 flex-1 overflow-y-auto" data-testid="conversations">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const conversation = conversations[item.index];
          return conversation ? (
            <li
              key={item.key}
              className="absolute inset-x-0 top-0"
              style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
            >
              <ConversationRow
                conversation={conversation}
                isOpened={conversation.id === opened}
                isPointed={conversation.id === cursor}
                now_ms={now_ms}
              />
            </li>
          ) : null;
        })}
      </ul>
      <More />
    </div>
  );
}

function More() {
  const words = useWords();
  const live = useLive();
  const { view, next_cursor } = useCell(live.inbox.state);
  const [isLoading, setLoading] = useState(false);
  if (!next_cursor) return null;
  const load = () => {
    setLoading(true);
    api
      .conversations(view, next_cursor)
      .then((page) => live.inbox.append(view, page), toastFailure(words))
      .finally(() => setLoading(false));
  };
  return (
    <p className="p-3 text-center">
      <Button isSmall disabled={isLoading} onClick={load}>
        {words.t('common.more')}
      </Button>
    </p>
  );
}

const TICK_MS = 30_000;

/** Lets "5 min" become "6 min". */
function useNow(): number {
  const [now_ms, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return Math.max(now_ms, Date.now());
}
