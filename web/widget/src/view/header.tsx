// Who answers, the menu, and the way out.

import type { RoomView } from '@switchboard/shared/room.ts';
import { waitingOf } from '@switchboard/shared/waiting.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import type { Words } from '../words.ts';
import { availabilityText } from './availability.ts';
import { AgentFace, Face } from './face.tsx';
import { Icon, type IconName } from './icons.tsx';
import { useCell } from './use-cell.ts';

interface HeaderProps {
  stage: Stage;
  view: RoomView | null;
  isMenuOpen: boolean;
  onMenu: () => void;
  words: Words;
}

export function Header({ stage, view, isMenuOpen, onMenu, words }: HeaderProps) {
  const known = useCell(stage.chat.state);
  const { channel } = known;
  const assistant = channel?.assistant ?? null;
  const state = view?.state ?? null;
  const agent = state?.status !== 'closed' ? state?.responder.agent : undefined;
  const isAway = useIsAway(view);
  const isAssisted = assistant !== null && (!state || state.responder.kind === 'assistant');
  return (
    <header class="header">
      {agent ? (
        <AgentFace stage={stage} agent={agent} />
      ) : isAssisted ? (
        <Face name={assistant.name} picture={assistant.picture} />
      ) : (
        <span class="avatar" aria-hidden="true">
          <Icon name="chat" size={22} />
        </span>
      )}
      <div class="who">
        <h2>
          <bdi>{channel?.name ?? words.t('panel.label')}</bdi>
        </h2>
        <p class="status" aria-live="polite">
          {isAway
            ? words.t('status.agentAway', { name: agent?.name ?? '' })
            : isAssisted && state?.status !== 'closed'
              ? words.t('status.ai', { name: assistant.name })
              : state
                ? statusText(view, words)
                : (availabilityText(known, words) ?? words.t('status.welcome'))}
        </p>
      </div>
      <Tool name="menu" label={words.t('header.menu')} isOpen={isMenuOpen} onClick={onMenu} />
      {stage.isPage ? null : (
        <Tool name="down" label={words.t('header.close')} onClick={() => stage.isOpen.set(false)} />
      )}
    </header>
  );
}

interface ToolProps {
  name: IconName;
  label: string;
  isOpen?: boolean;
  onClick: () => void;
}

function Tool({ name, label, isOpen, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class={`tool ${name}`}
      onClick={onClick}
      title={label}
      aria-label={label}
      aria-expanded={isOpen}
    >
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

function statusText(view: RoomView | null, words: Words): string {
  const state = view?.state;
  if (!state) return '';
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
