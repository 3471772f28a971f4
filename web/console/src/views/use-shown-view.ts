// Shows the saved view that is on screen as its colleagues leave it.

import type { SavedView } from '@switchboard/shared/wire.ts';
import { useEffect, useRef } from 'react';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { shownInstead } from './shown-view.ts';
import { useViews } from './use-views.ts';

export function useShownView(): void {
  const { t } = useWords();
  const { inbox } = useLive();
  const views = useViews();
  const before = useRef<readonly SavedView[]>(views);
  useEffect(() => {
    const { saved, filter } = inbox.state.get();
    const instead = shownInstead({ saved, filter }, before.current, views);
    const gone = before.current.find((it) => it.id === saved);
    before.current = views;
    if (instead === 'gone') {
      inbox.show('all');
      toast('good', t('views.gone', { name: gone?.name ?? '' }));
    } else if (instead) inbox.showFilter(instead, saved);
  }, [inbox, views, t]);
}
