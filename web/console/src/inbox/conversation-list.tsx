// The list of conversations, drawn only where it is seen, however long it is.

import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { ArrowUpDown, Inbox } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useCellPart } from '../app/use-cell.ts';
import { useFirstFocus } from '../app/use-first-focus.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import type { Picking } from '../bulk/use-picking.ts';
import { isNarrowed } from '../views/filter.ts';
import { ConversationRow } from './conversation-row.tsx';
import type { Frozen, RowList } from './use-frozen-rows.ts';
import { useRowBudget } from './use-row-budget.ts';

const ROW_PX = 84;
/** Drawn above and below what is seen, so that a slow scroll finds them. */
const ROWS_AROUND = 3;
/** From so many rows before the end on, the next page is asked for. */
const ROWS_AHEAD = 12;

interface ConversationListProps {
  frozen: Frozen;
  cursor: string | null;
  opened: string | null;
  picking: Picking;
}

export function ConversationList(props: ConversationListProps) {
  const { frozen } = props;
  const { t } = useWords();
  const live = useLive();
  const filter = useCellPart(live.inbox.state, (it) => it.filter);
  const phase = useCellPart(live.inbox.state, (it) => it.phase);
  const { view } = filter;
  if (phase === 'failed') {
    return (
      <Empty icon={Inbox} title={t('inbox.failed')}>
        <Button onClick={() => live.inbox.refresh()}>{t('common.retry')}</Button>
      </Empty>
    );
  }
  if (frozen.rows.count === 0) {
    if (phase === 'loading') return <Loading />;
    if (isNarrowed(filter))
      return (
        <Empty icon={Inbox} title={t('filter.empty')} text={t('filter.empty.text')}>
          <Button onClick={() => live.inbox.show(view)}>{t('filter.clear')}</Button>
        </Empty>
      );
    return (
      <Empty icon={Inbox} title={t(`inbox.empty.${view}`)} text={t(`inbox.empty.${view}.text`)} />
    );
  }
  return <Rows {...props} />;
}

function Rows({ frozen, cursor, opened, picking }: ConversationListProps) {
  const { t } = useWords();
  const { rows, moved_count } = frozen;
  const ref = useRef<HTMLElement>(null);
  const nowMs = useNow();
  // Rows are of one height and known by their place, so that a new order measures nothing again.
  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW_PX,
    overscan: ROWS_AROUND,
    // Rows are made in a task of their own, not in the one that moves the list.
    useFlushSync: false,
  });
  const at = cursor === null ? -1 : rows.ids().indexOf(cursor);
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);
  useFirstFocus(ref);
  const items = virtualizer.getVirtualItems();
  const whole = useRowBudget(idsByNeed(items, virtualizer.range, rows), virtualizer.isScrolling);
  const isNearEnd = (items.at(-1)?.index ?? 0) >= rows.count - ROWS_AHEAD;
  return (
    // The pill belongs to the list: aiming at it keeps the order that it tells of.
    <div className="relative min-h-0 flex-1" {...frozen.pointer}>
      {moved_count > 0 ? (
        <Button
          isSmall
          kind="strong"
          onClick={frozen.apply}
          className="absolute -top-[18px] right-4 z-10 h-6 rounded-full text-xs shadow-lg"
        >
          <ArrowUpDown size={14} aria-hidden="true" />
          {t('inbox.moved', { count: moved_count })}
        </Button>
      ) : null}
      <section
        ref={ref}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
        tabIndex={0}
        aria-label={t('inbox.list')}
        data-keys
        data-picks
        data-testid="conversations"
        className="h-full overflow-y-auto outline-offset-[-2px]"
      >
        <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const conversation = rows.at(item.index);
            return conversation ? (
              <li
                key={conversation.id}
                className="absolute inset-x-0 [contain:layout_style]"
                style={{ height: ROW_PX, top: item.start }}
              >
                {whole.has(conversation.id) ? (
                  <ConversationRow
                    conversation={conversation}
                    isOpened={conversation.id === opened}
                    isPointed={conversation.id === cursor}
                    isPicked={picking.picked.has(conversation.id)}
                    hasBox={picking.isOn}
                    now_ms={nowMs}
                    onPick={picking.pick}
                    onPress={picking.press}
                  />
                ) : (
                  <ComingRow />
                )}
              </li>
            ) : null;
          })}
        </ul>
        <More isNearEnd={isNearEnd} />
      </section>
    </div>
  );
}

/** Stands where a row is drawn with one of the next frames. */
function ComingRow() {
  return <span aria-hidden="true" className="mx-2 my-0.5 block h-[76px] rounded-xl bg-raised" />;
}

/** The rows on screen, then those around it. */
function idsByNeed(
  items: readonly VirtualItem[],
  range: { startIndex: number; endIndex: number } | null,
  rows: RowList,
): readonly string[] {
  const idsOf = (some: readonly VirtualItem[]) =>
    some.flatMap(({ index }) => rows.at(index)?.id ?? []);
  const isSeen = ({ index }: VirtualItem) =>
    range !== null && index >= range.startIndex && index <= range.endIndex;
  return [...idsOf(items.filter(isSeen)), ...idsOf(items.filter((it) => !isSeen(it)))];
}

/** Loads while one scrolls; a button only where that failed. */
function More({ isNearEnd }: { isNearEnd: boolean }) {
  const words = useWords();
  const live = useLive();
  const filter = useCellPart(live.inbox.state, (it) => it.filter);
  const nextCursor = useCellPart(live.inbox.state, (it) => it.next_cursor);
  const [step, setStep] = useState<'rest' | 'loading' | 'failed'>('rest');
  const isWanted = nextCursor !== null && step === 'rest' && isNearEnd;
  const load = () => {
    setStep('loading');
    api.conversations(filter, nextCursor).then(
      (page) => {
        live.inbox.append(filter, page);
        setStep('rest');
      },
      (error) => {
        setStep('failed');
        toastFailure(words)(error);
      },
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded follows from the state of then.
  useEffect(() => {
    if (isWanted) load();
  }, [isWanted, nextCursor]);
  if (!nextCursor) return null;
  return (
    <p className="p-3 text-center">
      {step === 'failed' ? (
        <Button isSmall onClick={load}>
          {words.t('common.more')}
        </Button>
      ) : (
        <span className="text-sm text-soft">{words.t('common.loading')}</span>
      )}
    </p>
  );
}

const TICK_MS = 30_000;

/** Lets "5 min" become "6 min". The same value between two ticks: every row is drawn again when it changes. */
function useNow(): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
