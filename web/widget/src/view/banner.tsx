// One line that says how the connection is, when it is not simply fine.

import type { ConnectionState } from '@switchboard/shared/connection.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Chat } from '../chat/chat.ts';
import type { WordKey, Words } from '../words.ts';
import { useCell } from './use-cell.ts';

/** Shorter interruptions than this are not worth a flicker. */
const CALM_MS = 700;

export function Banner({ chat, words }: { chat: Chat; words: Words }) {
  const connection = useCell(chat.connection.state);
  const { phase, failure, room } = useCell(chat.state);
  const isOnline = useOnline();
  const isUnreached = phase === 'starting' && failure !== null;
  const text = isUnreached ? 'starting.failed' : textOf(connection, isOnline, room !== null);
  const isCalm = useCalm(text !== null);
  if (text === null || isCalm) return null;
  const canRetry = connection.kind === 'stopped';
  return (
    <p class={`banner ${isOnline ? '' : 'offline'}`} role="status">
      <span>{words.t(isOnline ? text : 'banner.offline')}</span>
      {canRetry ? (
        <button type="button" class="link" onClick={() => chat.connection.start()}>
          {words.t('banner.retry')}
        </button>
      ) : null}
    </p>
  );
}

function textOf(state: ConnectionState, isOnline: boolean, hasRoom: boolean): WordKey | null {
  if (state.kind === 'stopped') {
    return state.code === 4509 ? 'banner.replaced' : 'banner.stopped';
  }
  if (!isOnline) return 'banner.offline';
  if (state.kind === 'open') return state.draining ? 'banner.draining' : null;
  if (state.kind === 'waiting') return 'banner.reconnecting';
  if (state.kind === 'connecting') {
    return state.attempt > 0 || hasRoom ? 'banner.reconnecting' : 'banner.connecting';
  }
  return null;
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

function useCalm(isTroubled: boolean): boolean {
  const [isCalm, setCalm] = useState(true);
  useEffect(() => {
    if (!isTroubled) {
      setCalm(true);
      return;
    }
    const timer = setTimeout(() => setCalm(false), CALM_MS);
    return () => clearTimeout(timer);
  }, [isTroubled]);
  return isCalm;
}
