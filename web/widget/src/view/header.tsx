// Who answers, and the way out.

import type { RoomView } from '@switchboard/shared/room.ts';
import type { Words } from '../words.ts';
import { Icon } from './icons.tsx';

interface HeaderProps {
  title: string;
  view: RoomView | null;
  canEnd: boolean;
  onEnd: () => void;
  onClose: () => void;
  words: Words;
}

export function Header({ title, view, canEnd, onEnd, onClose, words }: HeaderProps) {
  const state = view?.state ?? null;
  const agent = state?.status !== 'closed' ? state?.responder.agent : undefined;
  return (
    <header class="header">
      <span class="avatar" aria-hidden="true">
        {agent ? initials(agent.name) : <Icon name="chat" size={22} />}
      </span>
      <div class="who">
        <h2>{title}</h2>
        <p class="status" aria-live="polite">
          {statusText(view, words)}
        </p>
      </div>
      {canEnd ? (
        <button
          type="button"
          class="tool"
          onClick={onEnd}
          title={words.t('end.action')}
          aria-label={words.t('end.action')}
        >
          <Icon name="end" />
        </button>
      ) : null}
      <button
        type="button"
        class="tool"
        onClick={onClose}
        title={words.t('header.close')}
        aria-label={words.t('header.close')}
      >
        <Icon name="down" />
      </button>
    </header>
  );
}

function statusText(view: RoomView | null, words: Words): string {
  const state = view?.state;
  if (!state) return words.t('status.welcome');
  if (state.status === 'closed') return words.t('status.closed');
  switch (state.responder.kind) {
    case 'agent':
      return words.t('status.agent', { name: state.responder.agent?.name ?? '' });
    case 'waiting':
      return words.t('status.waiting');
    case 'assistant':
      return words.t('status.assistant');
  }
}

function initials(name: string): string {
  const parts = name.trim().split(' ');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ''].map(
    (part) => [...(part ?? '')][0] ?? '',
  );
  return letters.join('').toUpperCase();
}
