// Tells the page what happens in the chat, each thing once and only what is new.

import type { Room } from '@switchboard/shared/room.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import type { Chat } from './chat/chat.ts';
import type { Frame } from './frame.ts';

export function tellPage(chat: Chat, emit: Frame['emit']): void {
  let room: Room | null = null;
  let stop = () => {};
  chat.state.subscribe((state) => {
    if (state.failure && state.phase === 'refused') {
      emit('error', { code: state.failure, message: 'the chat was refused' });
    }
    if (state.room === room) return;
    stop();
    room = state.room;
    if (room) stop = follow(room, state.isNew, emit);
  });
}

function follow(room: Room, isNew: boolean, emit: Frame['emit']): () => void {
  // The first history of a conversation found again is the past; only what comes after it is news.
  let seen: number | null = isNew ? 0 : null;
  let told = '';
  if (isNew) emit('conversation-started', { id: room.id });
  return room.view.subscribe((view) => {
    if (view.phase === 'live') {
      const last = view.entries.at(-1)?.seq ?? 0;
      const from = seen ?? last;
      seen = Math.max(last, from);
      for (const entry of view.entries) if (entry.seq > from) tellEntry(entry, emit);
    }
    if (view.state) {
      const { status, responder } = view.state;
      const now = `${status} ${responder.kind} ${responder.agent?.id ?? ''}`;
      if (now !== told) emit('status', { status, responder });
      told = now;
    }
  });
}

function tellEntry(entry: Entry, emit: Frame['emit']): void {
  if (entry.kind === 'message') emit('message', entry);
  else if (entry.event === 'takeover') emit('agent-joined', { agent: entry.author });
  else if (entry.event === 'handoff') emit('handoff', { id: entry.session_id });
  else if (entry.event === 'closed') emit('conversation-ended', { id: entry.session_id });
  else if (entry.event === 'rated') {
    const { score, comment } = entry.metadata;
    emit('rated', {
      score: Number(score),
      comment: typeof comment === 'string' ? comment : null,
    });
  }
}
