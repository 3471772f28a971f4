import { describe, expect, it } from 'vitest';
import { parseSnooze } from './snooze-words.ts';

/** A Saturday, half past two in the afternoon. */
const NOW = new Date(2026, 10, 21, 14, 30);

const words = (text: string) => {
  const moment = parseSnooze(text, NOW);
  return (
    moment && [moment.getMonth() + 1, moment.getDate(), moment.getHours(), moment.getMinutes()]
  );
};

describe('when a conversation comes back', () => {
  it.each([
    ['in 2 hours', [11, 21, 16, 30]],
    ['2h', [11, 21, 16, 30]],
    ['en 45 minutos', [11, 21, 15, 15]],
    ['in 3 days', [11, 24, 14, 30]],
    ['dentro de 1 semana', [11, 28, 14, 30]],
    ['tomorrow', [11, 22, 9, 0]],
    ['tomorrow 9', [11, 22, 9, 0]],
    ['Tomorrow at 8:15 pm', [11, 22, 20, 15]],
    ['mañana a las 10', [11, 22, 10, 0]],
    ['monday', [11, 23, 9, 0]],
    ['el miércoles 16:00', [11, 25, 16, 0]],
    ['saturday', [11, 28, 9, 0]],
    ['today 18:00', [11, 21, 18, 0]],
    ['17:05', [11, 21, 17, 5]],
    ['9', [11, 22, 9, 0]],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each([
    '',
    'soon',
    'tomorrow never',
    '25:00',
    '9:75',
    'today 9',
    'in 0 hours',
    'in 400 days',
    'in 2 lamps',
  ])('is not known from "%s"', (text) => {
    expect(words(text)).toBeNull();
  });
});
