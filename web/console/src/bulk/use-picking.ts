// Picking in the list: by the boxes of rows, with Shift from one to another, and by keys.

import type { InboxFilter } from '@switchboard/shared/wire.ts';
import { type MouseEvent, useEffect, useMemo, useRef } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell, useCellPart } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import type { RowList } from '../inbox/use-frozen-rows.ts';
import { nameOfFilter } from '../views/filter.ts';
import { PICKS_MAX, staysPicked } from './picks.ts';

/** Whether every row shows its box. */
export function useIsPicking(): boolean {
  const { picks } = useLive();
  const count = useCellPart(picks.ids, (it) => it.size);
  return useCell(picks.isOn) || count > 0;
}

export interface Picking {
  picked: ReadonlySet<string>;
  isOn: boolean;
  /** A press on the box of a row. */
  pick: (id: string, event: MouseEvent) => void;
  /** A press on the row itself: with Shift it picks, and without it opens. */
  press: (id: string, event: MouseEvent) => void;
}

interface Shown {
  rows: RowList;
  filter: InboxFilter;
  /** The one that keys point at, or that is open. */
  pointed: string | null;
  /** The rows are not on screen; what is picked in them stays. */
  isSearching: boolean;
}

export function usePicking({ rows, filter, pointed, isSearching }: Shown): Picking {
  const { t } = useWords();
  const { picks, inbox, me } = useLive();
  const scope = nameOfFilter(filter);
  const picked = useCell(picks.ids);
  const isOn = useIsPicking();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view begins with nothing picked.
  useEffect(() => picks.clear(), [picks, scope]);
  useEffect(() => {
    if (isSearching || picks.ids.get().size === 0) return;
    const list = { shown: new Set(rows.ids()), filter, me: me.id };
    picks.keep((id) => staysPicked(id, inbox.find(id), list));
  }, [picks, inbox, me, rows, filter, isSearching]);
  const tell = (isDone: boolean) => {
    if (!isDone) toast('bad', t('bulk.full', { count: PICKS_MAX }));
  };
  const offers: readonly (Offered | null)[] = [
    pointed && rows.has(pointed) ? { id: 'pick', run: () => tell(picks.toggle(pointed)) } : null,
    rows.count > 0 ? { id: 'pickAll', run: () => tell(picks.addAll(rows.ids())) } : null,
    isOn ? { id: 'pickNone', run: () => picks.clear() } : null,
  ];
  useOffer(offers.filter((it) => it !== null));
  const latest = useRef({ rows, tell });
  latest.current = { rows, tell };
  // The same functions as long as the list is on screen: another one would draw every row again.
  const presses = useMemo(() => {
    const extend = (id: string) => {
      const { rows: shown, tell: say } = latest.current;
      say(picks.extendTo(id, shown.ids()));
    };
    return {
      pick: (id: string, event: MouseEvent) => {
        if (event.shiftKey) extend(id);
        else latest.current.tell(picks.toggle(id));
      },
      press: (id: string, event: MouseEvent) => {
        if (!event.shiftKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        extend(id);
      },
    };
  }, [picks]);
  return { picked, isOn, ...presses };
}
