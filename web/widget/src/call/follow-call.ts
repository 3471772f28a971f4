// Tells the page of a call: that it began, and how it ended; and the next page of one that goes on.

import type { Cell } from '@switchboard/shared/cell.ts';
import type { CallEnd, CallView } from '@switchboard/shared/voice/call-view.ts';
import type { LeftCall, OpenCall } from '../calling.ts';
import type { PageMemory } from '../page-memory.ts';
import type { Place } from '../stage.ts';

export function followCall(
  { view }: OpenCall,
  isRunning: Cell<boolean>,
  { emit, memory }: Pick<Place, 'emit' | 'memory'>,
): void {
  let hasStarted = false;
  const follow = ({ phase, call_id, end }: CallView) => {
    if (phase === 'live' && !hasStarted) {
      hasStarted = true;
      emit('call-started', { call_id: call_id ?? '' });
    }
    if (!end || !isRunning.get()) return;
    isRunning.set(false);
    if (hasStarted) {
      const { seconds, reason } = endFacts(end);
      emit('call-ended', { call_id: call_id ?? '', seconds, reason });
    } else if (end.kind !== 'ended') {
      const { reason } = endFacts(end);
      emit('error', { code: reason, message: 'the call could not be started' });
    }
  };
  addEventListener('pagehide', () => {
    if (isRunning.get()) keepLeft(view, memory);
  });
  view.subscribe(follow);
  follow(view.get());
}

/** The leg is kept: only the next page, or the end of the hub's patience, decides what becomes of the call. */
function keepLeft(view: Cell<CallView>, memory: PageMemory): void {
  const { phase, call_id, started_at_ms } = view.get();
  if (phase === 'ended' || call_id === null) return;
  // The hub has the call as soon as it has an id, also where its own sign that it runs was still on its way.
  const leftAtMs = Date.now();
  const left: LeftCall = {
    call_id,
    started_at_ms: started_at_ms ?? leftAtMs,
    left_at_ms: leftAtMs,
  };
  memory.set('call', JSON.stringify(left));
}

function endFacts(end: CallEnd): { seconds: number; reason: string } {
  switch (end.kind) {
    case 'ended':
      return end;
    case 'lost':
      return { seconds: end.seconds, reason: 'lost' };
    case 'microphone':
      return { seconds: 0, reason: `microphone_${end.trouble}` };
    case 'refused':
      return { seconds: 0, reason: end.code };
  }
}
