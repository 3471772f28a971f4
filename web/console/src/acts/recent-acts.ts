// Which acts this person chose last from the command palette, on this device.

import { openBrowserStore } from '@switchboard/shared/browser/ports.ts';

const KEY = 'switchboard:console:recent-acts';
const KEPT_MAX = 12;
const store = openBrowserStore();

export function recentActs(): readonly string[] {
  return (store.get(KEY) ?? '').split('\n').filter(Boolean);
}

export function rememberAct(name: string): void {
  const others = recentActs().filter((it) => it !== name);
  store.set(KEY, [name, ...others].slice(0, KEPT_MAX).join('\n'));
}
