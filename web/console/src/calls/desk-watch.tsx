// Looks after the joined call on every page: the strip, the news of its end, and a page that closes by accident.

import { useEffect } from 'react';
import { formatDuration } from '../app/format.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { CallStrip } from './call-strip.tsx';
import { isHeldBy, outText } from './call-text.ts';
import { useCallWords } from './call-words.ts';
import type { CallPlace } from './desk.ts';
import type { JoinedCall } from './open-call.ts';

interface DeskWatchProps {
  call: JoinedCall;
  place: CallPlace;
  /** Its conversation is shown, with everything about the call. */
  isOnScreen: boolean;
}

export function DeskWatch({ call, place, isOnScreen }: DeskWatchProps) {
  const words = useCallWords();
  const { desk } = useLive();
  const { member } = useMe();
  const view = useCell(call.client.view);
  const { end } = view;
  useEffect(() => {
    if (!end) return;
    if (end.kind === 'ended') {
      const reason = words.t(`reason.${end.reason}`);
      const time = formatDuration(end.seconds);
      toast('good', words.t('toast.ended', { name: place.visitor_name, time, reason }));
      desk.leave();
    } else if (!isOnScreen) {
      toast('bad', outText(call.client.view.get(), words) ?? '');
      desk.leave();
    }
  }, [end, call, place, desk, words, isOnScreen]);
  const isMine = isHeldBy(view, member.id);
  useEffect(() => {
    if (!isMine) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isMine]);
  return isOnScreen ? null : <CallStrip call={call} place={place} />;
}
