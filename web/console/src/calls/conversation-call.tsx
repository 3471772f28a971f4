// The call of the conversation on screen: a bar with the ways in, or everything an agent in it needs.

import type { RoomView } from '@switchboard/shared/room.ts';
import type { Call, ConversationSummary } from '@switchboard/shared/wire.ts';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useLive, useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { Button } from '../ui/button.tsx';
import { outText, runningText } from './call-text.ts';
import { useCallWords } from './call-words.ts';
import { type CallPlace, placeOf } from './desk.ts';
import { EndDialog } from './end-dialog.tsx';
import { JoinedPanel } from './joined-panel.tsx';
import type { JoinedCall } from './open-call.ts';
import { RunningBar } from './running-bar.tsx';

interface ConversationCallProps {
  conversation: ConversationSummary;
  /** The call that runs in it, as far as the hub has said. */
  running: Call | null;
  view: RoomView | null;
}

export function ConversationCall({ conversation, running, view }: ConversationCallProps) {
  const { desk } = useLive();
  const state = useCell(desk.state);
  const [ending, setEnding] = useState<CallPlace | null>(null);
  const isHere = state.kind !== 'none' && state.place.session_id === conversation.id;
  const join = useJoinHere(running);
  const onEnd = () => {
    const place = isHere ? state.place : running && placeOf(running);
    if (place) setEnding(place);
  };
  return (
    <>
      {isHere && state.kind === 'open' ? (
        <Joined call={state.call} running={running} view={view} onEnd={onEnd} onJoin={join} />
      ) : isHere && state.kind === 'not loaded' ? (
        <NotLoaded onRetry={() => join('listen')} onClose={() => desk.leave()} />
      ) : running ? (
        <Running call={running} isLoading={isHere} onJoin={join} onEnd={onEnd} />
      ) : null}
      {ending ? <EndDialog place={ending} onClose={() => setEnding(null)} /> : null}
    </>
  );
}

type Join = (wish: 'listen' | 'take') => void;

function useJoinHere(running: Call | null): Join {
  const { desk } = useLive();
  const { t } = useCallWords();
  return (wish) => {
    if (!running) return;
    const { held } = desk;
    if (held && held.call_id !== running.id) toast('bad', t('busy', { name: held.visitor_name }));
    else desk.join(placeOf(running), wish);
  };
}

interface RunningProps {
  call: Call;
  isLoading: boolean;
  onJoin: Join;
  onEnd: () => void;
}

function Running({ call, isLoading, onJoin, onEnd }: RunningProps) {
  const words = useCallWords();
  const { member } = useMe();
  const text = isLoading ? words.t('state.loading') : runningText(call, member.id, words);
  return <RunningBar call={call} text={text} isBusy={isLoading} onJoin={onJoin} onEnd={onEnd} />;
}

interface JoinedProps {
  call: JoinedCall;
  running: Call | null;
  view: RoomView | null;
  onEnd: () => void;
  onJoin: Join;
}

function Joined({ call, running, view, onEnd, onJoin }: JoinedProps) {
  const words = useCallWords();
  const { desk } = useLive();
  const callView = useCell(call.client.view);
  const entries = view?.entries;
  useEffect(() => {
    if (entries) call.client.settle(entries);
  }, [call, entries]);
  const out = outText(callView, words);
  if (callView.phase !== 'ended') {
    return <JoinedPanel call={call} running={running} onEnd={onEnd} />;
  }
  if (out === null) return null;
  return (
    <Notice text={out}>
      <Button isSmall onClick={() => desk.leave()}>
        {words.t('close')}
      </Button>
      {running ? (
        <Button isSmall kind="strong" onClick={() => onJoin('listen')}>
          {words.t('retry')}
        </Button>
      ) : null}
    </Notice>
  );
}

function NotLoaded({ onRetry, onClose }: { onRetry: () => void; onClose: () => void }) {
  const { t } = useCallWords();
  return (
    <Notice text={t('notLoaded')}>
      <Button isSmall onClick={onClose}>
        {t('close')}
      </Button>
      <Button isSmall kind="strong" onClick={onRetry}>
        {t('retry')}
      </Button>
    </Notice>
  );
}

function Notice({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-2 text-sm text-warn md:px-5">
      <CircleAlert size={16} className="shrink-0" aria-hidden="true" />
      <p role="alert" className="min-w-40 flex-1">
        {text}
      </p>
      {children}
    </div>
  );
}
