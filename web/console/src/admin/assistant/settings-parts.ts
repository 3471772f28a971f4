// Which settings stand together: those of writing, and those of calls.

import type { Setting } from '@switchboard/shared/wire.ts';

export type SettingsPart = 'text' | 'voice';

export function partOf({ name }: Pick<Setting, 'name'>): SettingsPart {
  return /^(max_)?voice(_|$)/.test(name) ? 'voice' : 'text';
}
