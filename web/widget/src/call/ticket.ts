// What lets a visitor in to a call.

import { Failure } from '@switchboard/shared/errors.ts';
import type { CallTicketAnswer } from '@switchboard/shared/wire.ts';
import type { Chat } from '../chat/chat.ts';

/** To a new call; what is said in it becomes part of the conversation. */
export async function askForCall(chat: Chat): Promise<CallTicketAnswer> {
  const sessionId = await chat.ensureConversation();
  try {
    return await chat.rest.post<'/widget/calls'>('/widget/calls', { session_id: sessionId });
  } catch (error) {
    // A page that was left, or another one, has the call already.
    const running = error instanceof Failure && error.code === 'conflict' && error.details.call_id;
    if (typeof running !== 'string') throw error;
    return await rejoinCall(chat, running);
  }
}

/** To a call that runs. */
export async function rejoinCall(chat: Chat, callId: string): Promise<CallTicketAnswer> {
  await chat.becomeReady();
  return await chat.rest.post<'/widget/calls/{id}/legs'>(
    `/widget/calls/${encodeURIComponent(callId)}/legs`,
  );
}
