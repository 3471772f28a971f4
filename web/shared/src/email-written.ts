// The address that a visitor left in what they wrote.

import type { Entry } from './wire.ts';

/** The address that a text holds, as the hub finds it too: something before and after an @, with a dot behind it. */
export function emailIn(text: string): string | null {
  for (const word of text.split(/[\s,;<>()"]+/)) {
    const at = word.indexOf('@');
    const domain = word.slice(at + 1).replace(/\.+$/, '');
    const isAddress = at > 0 && !domain.includes('@') && domain.indexOf('.') > 0;
    if (isAddress) return word.slice(0, at + 1) + domain;
  }
  return null;
}

/** The address that was written last since a person was asked for. */
export function emailWritten(entries: readonly Entry[], visitorId: string): string | null {
  const from = entries.findLastIndex((entry) => entry.event === 'handoff');
  const own = entries.slice(from + 1).filter((entry) => entry.author.id === visitorId);
  for (const entry of own.toReversed()) {
    const email = entry.kind === 'message' ? emailIn(entry.content) : null;
    if (email) return email;
  }
  return null;
}
