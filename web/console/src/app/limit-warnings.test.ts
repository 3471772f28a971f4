import { Emitter } from '@switchboard/shared/emitter.ts';
import { createTranslator } from '@switchboard/shared/i18n.ts';
import type { HubEvents } from '@switchboard/shared/wire.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { warningText, watchLimits } from './limit-warnings.ts';
import { toasts } from './toasts.ts';
import type { WordKey } from './words.ts';

const english = createTranslator<WordKey>('en', en, en);
const spanish = createTranslator<WordKey>('es', es, en);
const NEAR = {
  limit: 'max_tokens_per_day',
  percent: 80,
  mode: 'soft',
  resets_at: '2026-11-22T00:00:00Z',
} as const;

describe('a warning of a limit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    toasts.set([]);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is a toast that goes again, and has the numbers looked at', () => {
    const connection = new Emitter<HubEvents>();
    const lookAgain = vi.fn();
    watchLimits(connection, english, lookAgain);

    connection.emit('usage:warning', NEAR);

    expect(toasts.get()).toMatchObject([
      { kind: 'bad', text: 'Tokens a day: 80 % of the limit is used.' },
    ]);
    expect(lookAgain).toHaveBeenCalledTimes(1);
    vi.runAllTimers();
    expect(toasts.get()).toEqual([]);
  });

  it('is not heard any more by who has stopped', () => {
    const connection = new Emitter<HubEvents>();
    const stop = watchLimits(connection, english, () => {});
    stop();

    connection.emit('usage:warning', NEAR);

    expect(toasts.get()).toEqual([]);
  });

  it('says that the assistant has stopped only where it has', () => {
    const full = { ...NEAR, percent: 100 };

    expect(warningText(full, english)).toBe('Tokens a day: the limit is reached (100 %).');
    expect(warningText({ ...full, mode: 'hard' }, english)).toBe(
      'Tokens a day: the limit is reached (100 %), and the assistant has stopped.',
    );
    expect(warningText({ ...NEAR, mode: 'hard' }, english)).not.toContain('stopped');
  });

  it('names the limit in the language of the page, also one that has no words yet', () => {
    const budget = { ...NEAR, limit: 'daily_budget_usd' };

    expect(warningText(budget, spanish)).toBe(
      'Presupuesto diario (USD): se ha usado el 80 % del límite.',
    );
    expect(warningText({ ...NEAR, limit: 'max_songs_per_day' }, english)).toBe(
      'max songs per day: 80 % of the limit is used.',
    );
  });
});
