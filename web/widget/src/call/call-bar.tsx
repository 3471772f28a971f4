// The call above the conversation: how it stands, how long it is, and what can be done with it.

import type { CallView } from '@switchboard/shared/voice/call-view.ts';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration } from '../view/format.ts';
import { toolText } from '../answers/tool-text.ts';
import { useCell } from '../view/use-cell.ts';
import type { Words } from '../words.ts';
import { announcementOf, lineOf, noticesOf } from './call-text.ts';
import { type CallWords, loadCallWords } from './call-words.ts';
import { Devices } from './devices.tsx';
import { CallIcon } from './icons.tsx';
import { Meter } from './meter.tsx';
import type { CallScene } from './open-call.tsx';
import { useMuteKey } from './use-mute-key.ts';

interface BarProps {
  scene: CallScene;
  words: Words;
}

export function CallBar({ scene, words }: BarProps) {
  const view = useCell(scene.client.view);
  const callWords = useCell(scene.callWords);
  const ref = useRef<HTMLElement>(null);
  const [isChoosing, setChoosing] = useState(false);
  useMuteKey(ref, scene.client);
  useEffect(() => {
    // What the assistant does with its tools is said with the words of its answers.
    Promise.all([loadCallWords(words.locale), words.loadMore()])
      .then(([loaded]) => scene.callWords.set(loaded))
      .catch(() => {
        // Another language stays; without any there is nothing to read.
        if (!scene.callWords.get()) scene.calling.fail();
      });
  }, [scene, words.locale]);
  const names = {
    assistant: scene.chat.state.get().channel?.assistant?.name ?? words.t('log.assistant'),
  };
  const tool = view.phase === 'live' && view.floor === 'assistant' ? view.tool : null;
  const isOver = view.phase === 'ended';
  useLostFocus(ref, isOver);
  if (!callWords) return null;
  return (
    <section
      ref={ref}
      class="call"
      data-phase={view.phase}
      data-floor={view.floor}
      data-muted={view.isMuted}
      aria-label={callWords.t('label')}
      tabIndex={-1}
    >
      <p class="hidden" role="status">
        {announcementOf(view, names, callWords)}
      </p>
      <div class="call-row">
        {isOver ? null : <Meter audio={scene.audio} isLive={view.phase === 'live'} />}
        <p class="call-line">
          <span class="call-what" aria-hidden="true">
            {tool && !view.isMuted ? toolText(tool, words) : lineOf(view, names, callWords)}
          </span>
          {view.started_at_ms === null || isOver ? null : <Timer since_ms={view.started_at_ms} />}
        </p>
        {isOver ? (
          <AfterEnd scene={scene} view={view} callWords={callWords} />
        ) : (
          <Controls
            scene={scene}
            view={view}
            isChoosing={isChoosing}
            onChoose={() => setChoosing(!isChoosing)}
            callWords={callWords}
          />
        )}
      </div>
      {isOver ? null : (
        <Below scene={scene} view={view} isChoosing={isChoosing} callWords={callWords} />
      )}
    </section>
  );
}

/** The buttons that begin and end a call go when they have; whoever works by keyboard goes on in the bar. */
function useLostFocus(ref: RefObject<HTMLElement | null>, isOver: boolean): void {
  useLayoutEffect(() => {
    const root = ref.current?.getRootNode();
    if (root instanceof ShadowRoot && root.activeElement === null) ref.current?.focus();
  }, [ref, isOver]);
}

interface ControlsProps {
  scene: CallScene;
  view: CallView;
  isChoosing: boolean;
  onChoose: () => void;
  callWords: CallWords;
}

function Controls({ scene, view, isChoosing, onChoose, callWords }: ControlsProps) {
  const { client } = scene;
  const isStarted = view.started_at_ms !== null;
  const mute = callWords.t(view.isMuted ? 'unmute' : 'mute');
  const hangUp = callWords.t(isStarted ? 'hangUp' : 'cancel');
  const devices = callWords.t('devices');
  return (
    <>
      {isStarted ? (
        <>
          <button
            type="button"
            class="call-tool"
            aria-label={devices}
            title={devices}
            aria-expanded={isChoosing}
            onClick={onChoose}
          >
            <CallIcon name="devices" />
          </button>
          <button
            type="button"
            class="call-tool mute"
            aria-label={mute}
            title={`${mute} (M)`}
            aria-keyshortcuts="M"
            onClick={() => client.setMuted(!view.isMuted)}
          >
            <CallIcon name={view.isMuted ? 'muted' : 'mic'} />
          </button>
        </>
      ) : null}
      <button
        type="button"
        class="call-tool hang-up"
        aria-label={hangUp}
        title={hangUp}
        onClick={() => client.hangUp()}
      >
        <CallIcon name={isStarted ? 'hangUp' : 'close'} size={22} />
      </button>
    </>
  );
}

interface BelowProps {
  scene: CallScene;
  view: CallView;
  isChoosing: boolean;
  callWords: CallWords;
}

function Below({ scene, view, isChoosing, callWords }: BelowProps) {
  const needsTouch = useCell(scene.audio.wake.needsTouch);
  const trouble = useCell(scene.audio.microphone.trouble);
  return (
    <>
      {isChoosing ? <Devices microphone={scene.audio.microphone} callWords={callWords} /> : null}
      {noticesOf(view, callWords).map((notice) => (
        <p key={notice} class="call-notice" aria-hidden="true">
          {notice}
        </p>
      ))}
      {trouble ? (
        <p class="call-notice warn" role="alert">
          {callWords.t(trouble === 'denied' ? 'microphone.denied' : 'trouble')}
        </p>
      ) : null}
      {needsTouch ? (
        <button type="button" class="strong call-touch" onClick={() => scene.audio.touch()}>
          <CallIcon name="sound" size={18} />
          {callWords.t('touch')}
        </button>
      ) : null}
    </>
  );
}

function AfterEnd({ scene, view, callWords }: Omit<BelowProps, 'isChoosing'>) {
  const { calling } = scene;
  const wasStarted = view.started_at_ms !== null;
  const putAway = (event: MouseEvent) => {
    const { currentTarget } = event;
    const panel = currentTarget instanceof Element ? currentTarget.closest('.panel') : null;
    calling.putAway();
    panel?.querySelector<HTMLElement>('textarea, .ended .strong')?.focus();
  };
  return (
    <p class="call-after">
      <button type="button" class="quiet" onClick={putAway}>
        {callWords.t('close')}
      </button>
      <button type="button" class="strong" onClick={() => calling.start()}>
        {callWords.t(wasStarted ? 'again' : 'retry')}
      </button>
    </p>
  );
}

function Timer({ since_ms }: { since_ms: number }) {
  const [nowMs, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="call-time" role="timer">
      {formatDuration(Math.max(0, Math.round((nowMs - since_ms) / 1_000)))}
    </span>
  );
}
