// The open chat: header, banner, log, and either the composer, a form, or what comes after the end.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { breathe } from '../breathe.ts';
import { usePart } from '../parts.ts';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { Banner } from './banner.tsx';
import { CallPlace } from './call-place.tsx';
import { Composer } from './composer.tsx';
import { useGate } from './gate.ts';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { PersonButton } from './person-button.tsx';
import { useCell } from './use-cell.ts';
import { useRoomView } from './use-room-view.ts';

interface PanelProps {
  stage: Stage;
  /** Whether it is drawn for the first time: then in two steps, between which the page can work. */
  isFirst: boolean;
  words: Words;
}

/** What stands before the chat: its menu, a question, or earlier conversations. */
export type Side = 'menu' | 'end' | 'copy' | 'past';

export function Panel({ stage, isFirst, words }: PanelProps) {
  const { chat, calling } = stage;
  const { phase, channel, room } = useCell(chat.state);
  const view = useRoomView(room);
  useCell(chat.connection.state);
  const call = useCell(calling.state);
  const [side, setSide] = useState<Side | null>(null);
  const isClosed = view?.state?.status === 'closed';
  const after = usePart(stage, side !== null || isClosed ? 'after' : null);
  const { gate, pass, want, leaveMessage } = useGate(stage);
  const forms = usePart(stage, gate ? 'forms' : null);
  const canCall =
    phase === 'ready' &&
    channel?.voice_enabled === true &&
    calling.obstacle === null &&
    call.kind === 'none' &&
    !isClosed;
  const [isWhole, setWhole] = useState(!isFirst);
  useLayoutEffect(() => {
    if (!isWhole) void breathe().then(() => setWhole(true));
  }, []);
  const wasClosed = useRef(false);
  useEffect(() => {
    wasClosed.current = isClosed;
  }, [isClosed]);
  const sides = after === 'failed' ? null : after;
  const failure = after === 'failed' || forms === 'failed' ? words.t('part.failed') : null;
  const isPast = side === 'past' && sides !== null;
  const leavePast = () => {
    stage.root.querySelector<HTMLElement>('.tool.menu')?.focus();
    setSide(null);
  };
  return (
    <>
      <Header
        stage={stage}
        view={view}
        isMenuOpen={side === 'menu'}
        onMenu={() => setSide(side === null ? 'menu' : null)}
        words={words}
      />
      {failure ? (
        <p class="banner" role="alert">
          {failure}
        </p>
      ) : null}
      <Banner chat={chat} words={words} />
      <CallPlace calling={calling} state={call} words={words} />
      {isPast ? <sides.Past stage={stage} onBack={leavePast} words={words} /> : null}
      {!isPast && gate && forms && forms !== 'failed' ? (
        <forms.Gate stage={stage} gate={gate} onWrite={want} onDone={pass} words={words} />
      ) : null}
      {isPast || (gate && forms !== 'failed') ? null : (
        <>
          <Log stage={stage} room={room} onLeaveMessage={leaveMessage} words={words} />
          {isClosed ? (
            sides && <sides.Ended stage={stage} onCopy={() => setSide('copy')} words={words} />
          ) : isWhole ? (
            <>
              <PersonButton chat={chat} view={view} words={words} />
              <Composer
                stage={stage}
                canCall={canCall}
                takesFocus={wasClosed.current}
                words={words}
              />
            </>
          ) : null}
        </>
      )}
      {sides && side && !isPast ? (
        <sides.Side side={side} stage={stage} view={view} onSide={setSide} words={words} />
      ) : null}
    </>
  );
}
