// Who answers, and the way out.

import type { RoomView } from '@switchboard/shared/room.ts';
import { waitingOf } from '@switchboard/shared/waiting.ts';
import type { WidgetChannel } from '@switchboard/shared/wire.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words.ts';
import { Face } from './face.tsx';
import { Icon, type IconName } from './icons.tsx';

interface HeaderProps {
  title: string;
  assistant: WidgetChannel['assistant'];
  view: RoomView | null;
  /** Null where no call can be had, or one runs. */
  onCall: (() => void) | null;
  /** Null where there is nothing to end. */
  onEnd: (() => void) | null;
  onClose: () => void;
  words: Words;
}

export function Header(props: HeaderProps) {
  const { title, assistant, view, onCall, onEnd, onClose, words } = props;
  const state = view?.state ?? null;
  const agent = state?.status !== 'closed' ? state?.responder.agent : undefined;
  const isAway = useIsAway(view);
  const isAssisted = assistant !== null && (!state || state.responder.kind === 'assistant');
  return (
    <header class="header">
      {agent || isAssisted ? (
        <Face
          name={agent?.name ?? assistant?.name ?? ''}
          picture={agent ? null : (assistant?.picture ?? null)}
        />
      ) : (
        <span class="avatar" aria-hidden="true">
          <Icon name="chat" size={22} />
        </span>
      )}
      <div class="who">
        <h2>{title}</h2>
        <p class="status" aria-live="polite">
          {isAway
            ? words.t('status.agentAway', { name: agent?.name ?? '' })
            : statusText(view, isAssisted ? assistant : null, words)}
        </p>
      </div>
      {onCall ? <Tool name="phone" label={words.t('call.start')} onClick={onCall} /> : null}
      {onEnd ? <Tool name="end" label={words.t('end.action')} onClick={onEnd} /> : null}
      <Tool name="down" label={words.t('header.close')} onClick={onClose} />
    </header>
  );
}

interface ToolProps {
  name: IconName;
  label: string;
  onClick: () => void;
}

function Tool({ name, label, onClick }: ToolProps) {
  return (
    <button type="button" class="tool" onClick={onClick} title={label} aria-label={label}>
      <Icon name={name} />
    </button>
  );
}

/** News of who answers and of who is here come one after the other. */
const AWAY_AFTER_MS = 2_000;

/** Whether whoever answers has left. */
function useIsAway(view: RoomView | null): boolean {
  const agent = view?.state?.status === 'closed' ? undefined : view?.state?.responder.agent;
  const isMissing =
    view?.phase === 'live' &&
    agent !== undefined &&
    agent !== null &&
    !view.members.some((member) => member.id === agent.id);
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    setAway(false);
    if (!isMissing) return;
    const timer = setTimeout(() => setAway(true), AWAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isMissing, agent?.id]);
  return isAway && isMissing;
}

function statusText(
  view: RoomView | null,
  assistant: WidgetChannel['assistant'],
  words: Words,
): string {
  const state = view?.state;
  if (state?.status !== 'closed' && assistant)
    return words.t('status.ai', { name: assistant.name });
  if (!state) return words.t('status.welcome');
  if (state.status === 'closed') return words.t('status.closed');
  switch (state.responder.kind) {
    case 'agent':
      return words.t('status.agent', { name: state.responder.agent?.name ?? '' });
    case 'waiting':
      return words.t(
        waitingOf(state, view?.entries)?.isSomebodyHere === false
          ? 'status.nobody'
          : 'status.waiting',
      );
    case 'assistant':
      return words.t('status.assistant');
  }
}
