// An address that a channel, a card or a source names, where it is one of the web.

/** Of the web, or a path of the hub; null for all others. */
export function addressOf(text: string | null | undefined, hubUrl: string): string | null {
  try {
    if (/^\/(?!\/)/.test(text ?? '')) return hubUrl + text;
    return /^https?:\/\//i.test(text ?? '') ? new URL(text ?? '').href : null;
  } catch {
    return null;
  }
}
