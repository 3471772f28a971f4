// Who answers, and the way out.

import type { RoomView } from '@switchboard/shared/room.ts';
import type { WidgetChannel } from '@switchboard/shared/wire.ts';
import type { Words } from '../words.ts';
import { Face } from './face.tsx';
import { Icon } from './icons.tsx';

interface HeaderProps {
  title: string;
  assistant: WidgetChannel['assistant'];
  view: RoomView | null;
  canEnd: boolean;
  onEnd: () => void;
  onClose: () => void;
  words: Words;
}

export function Header({ title, assistant, view, canEnd, onEnd, onClose, words }: HeaderProps) {
  const state = view?.state ?? null;
  const agent = state?.status !== 'closed' ? state?.responder.agent : undefined;
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
          {statusText(view, isAssisted ? assistant : null, words)}
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
      return words.t('status.waiting');
    case 'assistant':
      return words.t('status.assistant');
  }
}
