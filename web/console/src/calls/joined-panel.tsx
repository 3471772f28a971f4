// The call that this agent is in: how it stands, both voices, what is known of it, and what can be said to whom.

import type { Call } from '@switchboard/shared/wire.ts';
import { FlaskConical, PhoneCall, Volume2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { formatUsd } from '../app/format.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { CallBrief } from './call-brief.tsx';
import { CallControls } from './call-controls.tsx';
import { isHeldBy, microphoneText, refusalText, standingText, warningsOf } from './call-text.ts';
import { useCallWords } from './call-words.ts';
import { GiveBackDialog } from './give-back-dialog.tsx';
import { Microphones } from './microphones.tsx';
import type { JoinedCall } from './open-call.ts';
import { TellBox, type TellHandle } from './tell-box.tsx';
import { Timer } from './timer.tsx';
import { useCallKeys } from './use-call-keys.ts';
import { Voices } from './voices.tsx';
import { WaitingWords } from './waiting-words.tsx';

interface JoinedPanelProps {
  call: JoinedCall;
  running: Call | null;
  onEnd: () => void;
}

export function JoinedPanel({ call, running, onEnd }: JoinedPanelProps) {
  const { t } = useCallWords();
  const { member } = useMe();
  const { desk } = useLive();
  const view = useCell(call.client.view);
  const whisper = useRef<TellHandle>(null);
  const say = useRef<TellHandle>(null);
  const [isGiving, setGiving] = useState(false);
  const isMine = isHeldBy(view, member.id);
  const isOnHold = isMine && view.floor === 'hold';
  const isLive = view.phase === 'live';
  const hasWaiting = useCell(call.sayings).some(({ stage }) => stage === 'waiting');
  const acts = {
    leave: () => desk.leave(),
    take: () => void call.take(),
    hold: () => (isOnHold ? void call.take() : call.hold()),
    giveBack: () => setGiving(true),
    mute: () => call.client.setMuted(!view.isMuted),
    end: onEnd,
  };
  useCallKeys(
    {
      w: () => whisper.current?.focus(),
      s: () => say.current?.focus(),
      ...(hasWaiting ? { z: () => call.takeBackNewest() } : {}),
      ...(isMine
        ? { h: acts.hold, ...(isOnHold ? {} : { u: acts.mute }) }
        : { l: acts.leave, v: acts.take }),
    },
    { x: acts.end, ...(isMine ? { g: acts.giveBack } : {}) },
  );
  return (
    <section
      aria-label={t('label')}
      data-keys
      data-testid="call-bar"
      data-joined="true"
      data-phase={view.phase}
      data-floor={view.floor}
      className="flex max-h-[55dvh] shrink-0 flex-col gap-2.5 overflow-y-auto border-b border-line bg-accent-soft px-3 py-2.5 md:px-5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Standing call={call} running={running} />
        <CallControls view={view} isMine={isMine} acts={acts} />
      </div>
      <Warnings call={call} />
      <div className="grid gap-2.5 md:grid-cols-2">
        <div className="flex flex-col gap-2.5">
          <Voices audio={call.audio} view={view} isMine={isMine} />
          {isMine ? <Microphones microphone={call.audio.microphone} /> : null}
        </div>
        <CallBrief call={call} cost_usd={running?.cost_usd ?? null} />
        {/* While the agent has the call the assistant neither speaks nor acts, and on a phone the log needs the room. */}
        <div className={classes(isMine && 'max-md:hidden')}>
          <TellBox
            ref={whisper}
            kind="whisper"
            isOpen={isLive}
            onTell={(text) => call.whisper(text)}
          />
        </div>
        <div className={classes(isMine && 'max-md:hidden')}>
          <TellBox
            ref={say}
            kind="say"
            isOpen={isLive && view.floor === 'assistant'}
            onTell={(text) => call.speak(text)}
          />
          <WaitingWords call={call} />
        </div>
      </div>
      {isGiving && isMine ? (
        <GiveBackDialog
          onGive={(note) => {
            setGiving(false);
            call.giveBack(note);
          }}
          onClose={() => setGiving(false)}
        />
      ) : null}
    </section>
  );
}

function Standing({ call, running }: { call: JoinedCall; running: Call | null }) {
  const words = useCallWords();
  const { t } = words;
  const { locale } = useWords();
  const { member } = useMe();
  const view = useCell(call.client.view);
  const microphone = useCell(call.microphone);
  const visitor = running?.visitor.name ?? t('voice.visitor');
  const tool = view.phase === 'live' && view.floor === 'assistant' ? view.tool : null;
  return (
    <>
      <PhoneCall size={18} className="shrink-0 text-accent" aria-hidden="true" />
      <div className="min-w-44 flex-1 text-sm">
        <p role="status" data-testid="call-standing" className="font-medium">
          {standingText({ view, me: member.id, visitor, microphone }, words)}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 text-soft">
          {running ? (
            <>
              <Timer since={running.started_at} />
              <span title={t('cost')}>{formatUsd(running.cost_usd, locale)}</span>
            </>
          ) : null}
          {view.notice.simulated ? (
            <Badge>
              <FlaskConical size={12} aria-hidden="true" />
              {t('simulated')}
            </Badge>
          ) : null}
          {view.notice.basic ? <Badge>{t('basic')}</Badge> : null}
          {tool ? <span>{t('tool', { name: tool })}</span> : null}
        </p>
      </div>
    </>
  );
}

/** What stands in the way, and what to do about it. */
function Warnings({ call }: { call: JoinedCall }) {
  const words = useCallWords();
  const view = useCell(call.client.view);
  const refusal = useCell(call.refusal);
  const microphone = useCell(call.microphone);
  const trouble = useCell(call.audio.microphone.trouble);
  const needsTouch = useCell(call.audio.wake.needsTouch);
  const texts = [
    ...warningsOf({ ...view, notice: { ...view.notice, simulated: false } }, words),
    refusalText(refusal, words),
    microphoneText(microphone, words),
    trouble && microphone === 'open' ? words.t('microphone.gone') : null,
  ].filter((text) => text !== null);
  return (
    <>
      {texts.map((text) => (
        <p
          key={text}
          role="alert"
          className="rounded-lg bg-warn-soft px-3 py-1.5 text-sm text-warn"
        >
          {text}
        </p>
      ))}
      {needsTouch ? (
        <Button isSmall kind="strong" className="self-start" onClick={() => call.audio.touch()}>
          <Volume2 size={15} aria-hidden="true" />
          {words.t('touch')}
        </Button>
      ) : null}
    </>
  );
}
