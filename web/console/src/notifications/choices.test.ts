import type { Notification, NotificationChoices } from '@switchboard/shared/wire.ts';
import { expect, test } from 'vitest';
import { has, inZone, KINDS, toggled } from './choices.ts';

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

test('all kinds are there to choose', () => {
  const all: Record<Notification['kind'], true> = {
    handoff: true,
    call: true,
    visitor_wrote: true,
    followed: true,
    assigned: true,
    mention: true,
    missed: true,
    limit: true,
  };
  expect([...KINDS].sort()).toEqual(Object.keys(all).sort());
});

test('the zone is that of the browser where the first time is chosen, and stays from then on', () => {
  const ticked = toggled(CHOICES, 'call', 'bell');
  expect(inZone(CHOICES, ticked, 'Europe/Madrid').time_zone).toBe('UTC');

  const quiet = inZone(CHOICES, { ...CHOICES, quiet_weekends: true }, 'Europe/Madrid');
  expect(quiet.time_zone).toBe('Europe/Madrid');
  expect(inZone(quiet, { ...quiet, digest_hour: 8 }, 'Asia/Tokyo').time_zone).toBe('Europe/Madrid');
  const moved = { ...quiet, time_zone: 'Asia/Tokyo' };
  expect(inZone(quiet, moved, 'Asia/Tokyo').time_zone).toBe('Asia/Tokyo');
});
