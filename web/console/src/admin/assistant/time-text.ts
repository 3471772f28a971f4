// A time that something took, for people.

const SECOND_MS = 1_000;

/** "340 ms", "1.2 s". */
export function timeText(ms: number, locale: string): string {
  if (ms < SECOND_MS) return `${ms.toLocaleString(locale)} ms`;
  return `${(ms / SECOND_MS).toLocaleString(locale, { maximumFractionDigits: 1 })} s`;
}
