// How long to wait before the next try: full jitter, so that a thousand clients do not come back together.

import type { Random } from './ports.ts';

const FIRST_CAP_MS = 500;
const LAST_CAP_MS = 30_000;

/** A random wait up to 0.5 s for the first try (attempt 0), doubling up to 30 s; never below `at_least_ms`. */
export function backoffMs(attempt: number, random: Random, atLeastMs = 0): number {
  const cap = Math.min(LAST_CAP_MS, FIRST_CAP_MS * 2 ** Math.min(attempt, 16));
  return Math.round(atLeastMs + random() * cap);
}
