// What is told of an act in many conversations.

import type { Words, WordKey } from '../app/words.ts';
import { formatMoment } from '../app/format.ts';
import type { BulkAct } from './bulk-parts.ts';
import type { BulkView } from './bulk-run.ts';

export function bulkText(view: BulkView, words: Words): string {
  const { t } = words;
  const { kind, act, total, done, seconds_left } = view;
  if (kind === 'waiting') return t('bulk.close.in', { count: total, seconds: seconds_left });
  if (kind === 'undone')
    return done === 0 ? t('bulk.done.none') : t('bulk.undone', { count: done });
  if (kind === 'finished') return done === 0 ? t('bulk.done.none') : doneText(act, done, words);
  const refused = Object.values(view.refused).reduce((sum, it) => sum + it, 0);
  return t(kind === 'undoing' ? 'bulk.undoing' : 'bulk.running', { done: done + refused, total });
}

function doneText(act: BulkAct, count: number, { t, locale }: Words): string {
  switch (act.act) {
    case 'assign':
      return act.agent
        ? t('bulk.done.assign', { count, name: act.agent.name })
        : t('bulk.done.unassign', { count });
    case 'label':
      return t('bulk.done.label', { count });
    case 'snooze':
      return act.until
        ? t('bulk.done.snooze', { count, time: formatMoment(act.until, locale) })
        : t('bulk.done.back', { count });
    case 'close':
      return t('bulk.done.close', { count });
  }
}

const REASONS: Readonly<Record<string, WordKey>> = {
  not_holder: 'bulk.refused.holder',
  conversation_closed: 'bulk.refused.closed',
  conflict: 'bulk.refused.changed',
  not_found: 'bulk.refused.gone',
  too_large: 'bulk.refused.labels',
  disconnected: 'bulk.refused.lost',
  timeout: 'bulk.refused.lost',
  unavailable: 'bulk.refused.lost',
};

/** Why some were refused, and how many were not tried; or null. */
export function refusedText({ refused, left }: BulkView, { t }: Words): string | null {
  const counts = new Map<WordKey, number>();
  for (const [code, count] of Object.entries(refused)) {
    const word = REASONS[code] ?? 'bulk.refused.failed';
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  if (left > 0) counts.set('bulk.left', left);
  if (counts.size === 0) return null;
  return [...counts].map(([word, count]) => t(word, { count })).join(' · ');
}
