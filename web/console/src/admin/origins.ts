// The sites a channel is allowed on, as people write them: completed to origins, with the line named that is none.

export interface Origins {
  origins: string[];
  /** The first line that is no site's address, from 1. */
  wrong: { line: number; text: string } | null;
}

const LOCAL = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/i;

export function readOrigins(text: string): Origins {
  const origins: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '') continue;
    const origin = originOf(line);
    if (!origin) return { origins, wrong: { line: index + 1, text: line } };
    if (!origins.includes(origin)) origins.push(origin);
  }
  return { origins, wrong: null };
}

/** `example.com`, `example.com:8443` and the address of a page on it all name the same kind of thing. */
function originOf(line: string): string | null {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(line);
  const full = hasScheme ? line : `${LOCAL.test(line) ? 'http' : 'https'}://${line}`;
  if (/\s/.test(full)) return null;
  try {
    const { protocol, origin, hostname } = new URL(full);
    const isSite = protocol === 'https:' || protocol === 'http:';
    // A single word is a typo far more often than the name of a machine.
    const isHost = hostname.includes('.') || LOCAL.test(hostname) || hasScheme;
    return isSite && isHost ? origin : null;
  } catch {
    return null;
  }
}
