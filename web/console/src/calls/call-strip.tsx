// The call that goes on while its conversation is not on screen: whose it is, and the ways back and out.

import { Link } from '@tanstack/react-router';
import { LogOut, Mic, MicOff, PhoneCall } from 'lucide-react';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { Button } from '../ui/button.tsx';
import { isHeldBy, standingText } from './call-text.ts';
import { useCallWords } from './call-words.ts';
import type { CallPlace } from './desk.ts';
import type { JoinedCall } from './open-call.ts';

export function CallStrip({ call, place }: { call: JoinedCall; place: CallPlace }) {
  const words = useCallWords();
  const { desk } = useLive();
  const { member } = useMe();
  const view = useCell(call.client.view);
  const microphone = useCell(call.microphone);
  if (view.phase === 'ended') return null;
  const isMine = isHeldBy(view, member.id);
  return (
    <section
      aria-label={words.t('label')}
      data-testid="call-strip"
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-accent-soft px-4 py-1.5 text-sm"
    >
      <PhoneCall size={16} className="shrink-0 text-accent" aria-hidden="true" />
      <p className="min-w-40 flex-1">
        <span className="font-semibold">{words.t('strip', { name: place.visitor_name })}</span>{' '}
        <span role="status" className="text-soft">
          {standingText({ view, me: member.id, visitor: place.visitor_name, microphone }, words)}
        </span>
      </p>
      <Link
        to="/inbox/$id"
        params={{ id: place.session_id }}
        className="font-medium text-accent underline"
      >
        {words.t('strip.open')}
      </Link>
      {isMine ? (
        <Button isSmall onClick={() => call.client.setMuted(!view.isMuted)}>
          {view.isMuted ? (
            <MicOff size={15} aria-hidden="true" />
          ) : (
            <Mic size={15} aria-hidden="true" />
          )}
          {words.t(view.isMuted ? 'unmute' : 'mute')}
        </Button>
      ) : (
        <Button isSmall onClick={() => desk.leave()}>
          <LogOut size={15} aria-hidden="true" />
          {words.t('leave')}
        </Button>
      )}
    </section>
  );
}
