// When a block ends by itself, and under which key the lists are kept.

import type { Scope } from '../../app/protection-api.ts';

const HOUR_MS = 3_600_000;

export const ENDS = ['never', 'hour', 'day', 'week', 'month'] as const;
export type BlockEnd = (typeof ENDS)[number];

const LASTS_MS: Readonly<Record<Exclude<BlockEnd, 'never'>, number>> = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
};

/** The moment at which a block that begins now ends; null where it does not. */
export function endOf(end: BlockEnd, nowMs: number): string | null {
  return end === 'never' ? null : new Date(nowMs + LASTS_MS[end]).toISOString();
}

export function blocksKey(scope: Scope): readonly string[] {
  return ['security', 'blocks', scope];
}
