// What an agent chose, as the page changes it.

import type { Notification, NotificationChoices } from '@switchboard/shared/wire.ts';

export const KINDS = [
  'handoff',
  'call',
  'visitor_wrote',
  'followed',
  'assigned',
  'mention',
  'missed',
  'limit',
] as const satisfies readonly Notification['kind'][];
export const WAYS = ['bell', 'sound', 'desktop', 'push'] as const;

export type Kind = (typeof KINDS)[number];
export type Way = (typeof WAYS)[number];

export function has({ ways }: NotificationChoices, kind: Kind, way: Way): boolean {
  return ways[kind]?.includes(way) ?? false;
}

export function toggled(choices: NotificationChoices, kind: Kind, way: Way): NotificationChoices {
  const before = choices.ways[kind] ?? [];
  const isOn = before.includes(way);
  const after = WAYS.filter((it) => (it === way ? !isOn : before.includes(it)));
  return { ...choices, ways: { ...choices.ways, [kind]: after } };
}

/** Whether anything of it happens at a time of day. */
export function hasTimes({ quiet, quiet_weekends, digest_hour }: NotificationChoices): boolean {
  return Boolean(quiet) || quiet_weekends || typeof digest_hour === 'number';
}

/** The first time that is chosen is meant on the clock the agent sees; after that their zone is moved by nothing else. */
export function inZone(
  before: NotificationChoices,
  after: NotificationChoices,
  zone: string,
): NotificationChoices {
  return hasTimes(after) && !hasTimes(before) ? { ...after, time_zone: zone } : after;
}
