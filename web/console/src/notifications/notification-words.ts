// What a notification says: its title, what stands below it, and the sound that goes with it.

import type { Notification } from '@switchboard/shared/wire.ts';
import { warningText } from '../app/limit-warnings.ts';
import type { Words } from '../app/words.ts';
import type { SoundName } from './sounds.ts';

const SOUNDS: Readonly<Record<Notification['kind'], SoundName>> = {
  handoff: 'handoff',
  visitor_wrote: 'message',
  followed: 'news',
  call: 'call',
  assigned: 'news',
  mention: 'news',
  missed: 'news',
  limit: 'news',
};

export function soundOf({ kind }: Notification): SoundName {
  return SOUNDS[kind];
}

export function titleOf(
  { kind, author_name, visitor, limit, count }: Notification,
  words: Words,
): string {
  const name = visitor?.name ?? '';
  const agent = author_name ?? '';
  switch (kind) {
    case 'mention':
      return words.t('bell.mention', { name: agent });
    case 'assigned':
      return words.t('bell.assigned', { name, agent });
    case 'visitor_wrote':
      return words.t('bell.visitor_wrote', { name, count });
    case 'limit':
      return limit ? warningText({ ...limit, limit: limit.name }, words) : '';
    default:
      return words.t(`bell.${kind}`, { name });
  }
}

/** The words that were written, where they say more than the title. */
export function previewOf({ kind, preview }: Notification): string {
  return kind === 'mention' || kind === 'visitor_wrote' ? preview : '';
}
