// The list of conversations, drawn only where it is seen, however long it is.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { ArrowUpDown, Inbox } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
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
import type { Drawing } from './drawn-rows.ts';
import { putInOrder } from './list-order.ts';
import type { Frozen, RowList } from './use-frozen-rows.ts';
import { useDrawnRows } from './use-drawn-rows.ts';

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
  const focused = useRef<string | null>(null);
  const { isScrolling } = virtualizer;
  const drawing = useDrawnRows({
    conversations: rowsByNeed(items, virtualizer.range, rows),
    isScrolling,
    focused: focused.current,
  });
  const listRef = useRef<HTMLUListElement>(null);
  // For whoever reads the list or moves through it by Tab, who does not scroll meanwhile.
  useLayoutEffect(() => {
    if (isScrolling || !listRef.current) return;
    const ranks = new Map(items.map(({ index }) => [rows.at(index)?.id, index]));
    putInOrder(listRef.current, (row) => ranks.get(row.dataset.id));
  });
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
        className="h-full overflow-y-auto bg-surface outline-offset-[-2px]"
      >
        <ul
          ref={listRef}
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
          onFocus={({ target }) => {
            focused.current = target.closest('li')?.dataset.id ?? null;
          }}
          onBlur={() => {
            focused.current = null;
          }}
        >
          {places(items, rows, drawing).map(({ key, id, top, conversation }) => (
            <li
              key={key}
              data-id={id}
              aria-hidden={top === PARKED_PX ? true : undefined}
              className="absolute inset-x-0 [contain:layout_style]"
              style={{ height: ROW_PX, top }}
            >
              {conversation ? (
                <ConversationRow
                  conversation={conversation}
                  isOpened={id === opened}
                  isPointed={id === cursor}
                  isPicked={picking.picked.has(id)}
                  hasBox={picking.isOn}
                  now_ms={nowMs}
                  onPick={picking.pick}
                  onPress={picking.press}
                />
              ) : (
                <ComingRow />
              )}
            </li>
          ))}
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

/** Where no place of the list is. */
const PARKED_PX = -1_000;

interface Place {
  key: string;
  id: string;
  top: number;
  /** As it is drawn; without one the row is still to come. */
  conversation: ConversationSummary | null;
}

/** What stands where, always in the order of the elements: React would move more of them than has to. */
function places(
  items: readonly VirtualItem[],
  rows: RowList,
  { rows: drawn, parked }: Drawing,
): readonly Place[] {
  const coming: Place[] = [];
  const made = parked.map(({ slot, conversation }) => ({ slot, conversation, top: PARKED_PX }));
  for (const { index, start: top } of items) {
    const id = rows.at(index)?.id;
    const row = id === undefined ? undefined : drawn.get(id);
    if (row) made.push({ ...row, top });
    else if (id !== undefined) coming.push({ key: id, id, top, conversation: null });
  }
  made.sort((a, b) => a.slot - b.slot);
  return [
    ...made.map(({ slot, ...it }) => ({ ...it, key: `row ${slot}`, id: it.conversation.id })),
    ...coming,
  ];
}

/** The rows on screen, then those around it. */
function rowsByNeed(
  items: readonly VirtualItem[],
  range: { startIndex: number; endIndex: number } | null,
  rows: RowList,
): readonly ConversationSummary[] {
  const isSeen = ({ index }: VirtualItem) =>
    range !== null && index >= range.startIndex && index <= range.endIndex;
  const some = [...items.filter(isSeen), ...items.filter((it) => !isSeen(it))];
  return some.flatMap(({ index }) => rows.at(index) ?? []);
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
