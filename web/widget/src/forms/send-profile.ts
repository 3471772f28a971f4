// Tells the hub who is asking, and what of it the hub will never take.

import { Failure } from '@switchboard/shared/errors.ts';
import type { Visitor, VisitorUpdate } from '@switchboard/shared/wire.ts';
import type { Chat } from '../chat/chat.ts';

interface Told {
  visitor?: Visitor;
  /** Why the hub did not take all of it, in its words; null where it did. */
  refusal: string | null;
}

/** Throws only what another try may mend. */
export async function sendProfile({ rest }: Chat, profile: VisitorUpdate): Promise<Told> {
  const post = async (some: VisitorUpdate) =>
    (await rest.post<'/widget/profile'>('/widget/profile', some)).visitor;
  try {
    return { visitor: await post(profile), refusal: null };
  } catch (error) {
    if (!isFinal(error)) throw error;
    // The attributes share their room with the page's: without them the rest may be taken.
    const { attributes: _, ...own } = profile;
    const told: Told = { refusal: error.message };
    if (Object.keys(own).length === 0) return told;
    try {
      return { ...told, visitor: await post(own) };
    } catch (second) {
      if (!isFinal(second)) throw second;
      return told;
    }
  }
}

function isFinal(error: unknown): error is Failure {
  return error instanceof Failure && (error.code === 'bad_request' || error.code === 'too_large');
}
