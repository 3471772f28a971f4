// What was filled in and not sent yet: kept as long as the tab, so that no closed panel and no other page loses it.

import type { PageMemory } from '../page-memory.ts';
import type { Gate } from '../view/gate.ts';
import type { Answers } from './form-answers.ts';

/** Answers, and the key under which the hub takes exactly these once. */
export interface Kept {
  key: string;
  answers: Answers;
}

type All = Partial<Record<Gate, Kept>>;

export function keepAnswers(memory: PageMemory, form: Gate, answers: Answers): Kept {
  const kept = { answers, key: crypto.getRandomValues(new Uint32Array(4)).join('-') };
  memory.set('answers', JSON.stringify({ ...readAll(memory), [form]: kept }));
  return kept;
}

export function keptAnswers(memory: PageMemory, form: Gate): Kept {
  return readAll(memory)[form] ?? keepAnswers(memory, form, {});
}

export function forgetAnswers(memory: PageMemory, form: Gate): void {
  const { [form]: _, ...others } = readAll(memory);
  memory.set('answers', Object.keys(others).length > 0 ? JSON.stringify(others) : null);
}

/** Other scripts of the page can write there: what is no answer is none. */
function readAll(memory: PageMemory): All {
  const all: All = {};
  try {
    const read = JSON.parse(memory.get('answers') ?? '{}') as Partial<Record<Gate, Partial<Kept>>>;
    for (const form of ['prechat', 'offline'] as const) {
      const { key, answers } = read[form] ?? {};
      if (typeof key !== 'string' || typeof answers !== 'object' || answers === null) continue;
      all[form] = { key, answers };
    }
  } catch {
    // Nothing was kept.
  }
  return all;
}
