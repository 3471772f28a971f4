// What an agent chose, as the page changes it.

import type { NotificationChoices } from '@switchboard/shared/wire.ts';

export const KINDS = [
  'handoff',
  'call',
  'visitor_wrote',
  'followed',
  'assigned',
  'mention',
  'missed',
  'limit',
] as const;
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

/** The zone of this browser, where the agent has quiet times: those are meant on the clock they see. */
export function inZone(choices: NotificationChoices, zone: string): NotificationChoices {
  return { ...choices, time_zone: zone };
}
