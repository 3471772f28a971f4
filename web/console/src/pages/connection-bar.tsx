// One line across the top when the connection is not simply fine.

import type { ConnectionState } from '@switchboard/shared/connection.ts';
import { useEffect, useState } from 'react';
import { useLive } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords, type WordKey } from '../app/words.ts';
import { TopBar, TopBarButton } from '../ui/top-bar.tsx';

/** Shorter interruptions than this are not worth a flicker. */
const CALM_MS = 700;

export function ConnectionBar() {
  const { t } = useWords();
  const live = useLive();
  const state = useCell(live.connection.state);
  const isOnline = useOnline();
  const word = wordOf(state, isOnline);
  const [isCalm, setCalm] = useState(true);
  useEffect(() => {
    if (word === null) {
      setCalm(true);
      return;
    }
    const timer = setTimeout(() => setCalm(false), CALM_MS);
    return () => clearTimeout(timer);
  }, [word]);
  if (word === null || isCalm) return null;
  return (
    <TopBar testId="connection">
      {t(word)}
      {state.kind === 'stopped' ? (
        <TopBarButton onClick={() => live.connection.start()}>{t('connection.retry')}</TopBarButton>
      ) : null}
    </TopBar>
  );
}

function wordOf(state: ConnectionState, isOnline: boolean): WordKey | null {
  if (state.kind === 'stopped') {
    return state.code === 4509 ? 'connection.replaced' : 'connection.stopped';
  }
  if (!isOnline) return 'connection.offline';
  if (state.kind === 'open') return state.draining ? 'connection.draining' : null;
  if (state.kind === 'waiting') return 'connection.waiting';
  if (state.kind === 'connecting' && state.attempt > 0) return 'connection.waiting';
  return 'connection.connecting';
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return isOnline;
}
