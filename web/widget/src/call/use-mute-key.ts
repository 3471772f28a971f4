// M mutes, anywhere in the chat where nobody is writing.

import type { CallClient } from '@switchboard/shared/voice/call-client.ts';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

export function useMuteKey(inside: RefObject<HTMLElement | null>, client: CallClient): void {
  useEffect(() => {
    const panel = inside.current?.closest<HTMLElement>('.panel');
    if (!panel) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'm' || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      if (target instanceof Element && target.closest('textarea, input, select')) return;
      const { started_at_ms, isMuted } = client.view.get();
      if (started_at_ms !== null && !event.repeat) client.setMuted(!isMuted);
    };
    panel.addEventListener('keydown', onKey);
    return () => panel.removeEventListener('keydown', onKey);
  }, [inside, client]);
}
