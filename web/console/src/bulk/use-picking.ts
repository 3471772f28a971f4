// Picking in the list: by the boxes of rows, with Shift from one to another, and by keys.

import type { ConversationSummary, InboxFilter } from '@switchboard/shared/wire.ts';
import { type MouseEvent, useEffect, useMemo } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { nameOfFilter } from '../views/filter.ts';
import { PICKS_MAX, staysPicked } from './picks.ts';

export interface Picking {
  picked: ReadonlySet<string>;
  /** Whether every row shows its box. */
  isOn: boolean;
  /** A press on the box of a row. */
  pick: (id: string, event: MouseEvent) => void;
  /** A press on the row itself: with Shift it picks, and without it opens. */
  press: (id: string, event: MouseEvent) => void;
}

interface Shown {
  /** As they are shown. */
  rows: readonly ConversationSummary[];
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
  const isOn = useCell(picks.isOn) || picked.size > 0;
  const order = useMemo(() => rows.map((it) => it.id), [rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view begins with nothing picked.
  useEffect(() => picks.clear(), [picks, scope]);
  useEffect(() => {
    if (isSearching) return;
    const list = { shown: order, filter, me: me.id };
    picks.keep((id) => staysPicked(id, inbox.find(id), list));
  }, [picks, inbox, me, order, filter, isSearching]);
  const tell = (isDone: boolean) => {
    if (!isDone) toast('bad', t('bulk.full', { count: PICKS_MAX }));
  };
  const extend = (id: string) => tell(picks.extendTo(id, order));
  const offers: readonly (Offered | null)[] = [
    pointed && order.includes(pointed)
      ? { id: 'pick', run: () => tell(picks.toggle(pointed)) }
      : null,
    order.length > 0 ? { id: 'pickAll', run: () => tell(picks.addAll(order)) } : null,
    isOn ? { id: 'pickNone', run: () => picks.clear() } : null,
  ];
  useOffer(offers.filter((it) => it !== null));
  return {
    picked,
    isOn,
    pick: (id, event) => {
      if (event.shiftKey) extend(id);
      else tell(picks.toggle(id));
    },
    press: (id, event) => {
      if (!event.shiftKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      extend(id);
    },
  };
}
