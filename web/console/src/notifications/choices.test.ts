import type { NotificationChoices } from '@switchboard/shared/wire.ts';
import { expect, test } from 'vitest';
import { has, toggled } from './choices.ts';

const CHOICES: NotificationChoices = {
  ways: { handoff: ['bell', 'sound'] },
  quiet: null,
  quiet_weekends: false,
  push_preview: false,
  digest_hour: null,
  locale: 'en',
  time_zone: 'UTC',
};

test('a way is switched on and off again without touching the others', () => {
  const on = toggled(CHOICES, 'handoff', 'desktop');
  expect(on.ways.handoff).toEqual(['bell', 'sound', 'desktop']);
  expect(toggled(on, 'handoff', 'desktop')).toEqual(CHOICES);
  expect(toggled(CHOICES, 'handoff', 'bell').ways.handoff).toEqual(['sound']);
});

test('a kind that the server does not know is told in no way, and can be switched on', () => {
  expect(has(CHOICES, 'call', 'bell')).toBe(false);
  expect(toggled(CHOICES, 'call', 'bell').ways).toEqual({ ...CHOICES.ways, call: ['bell'] });
});
