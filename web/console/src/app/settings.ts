// What this person chose on this device: theme, language, the volume of sounds, whether single keys are commands, messages can be taken back, and what follows a close.

import { openBrowserStore } from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = 'switchboard:console:theme';
const LANGUAGE_KEY = 'switchboard:console:language';
const SINGLE_KEYS_KEY = 'switchboard:console:single-keys';
const UNDO_SEND_KEY = 'switchboard:console:undo-send';
const VOLUME_KEY = 'switchboard:console:volume';
const NEXT_KEY = 'switchboard:console:next-after-close';
const store = openBrowserStore();

function readTheme(): Theme {
  const kept = store.get(THEME_KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

export const theme = new Cell<Theme>(readTheme());
export const language = new Cell<string | null>(store.get(LANGUAGE_KEY));

/** Whether a letter without Ctrl does something where the list or the log has the focus. */
export const singleKeys = new Cell<boolean>(store.get(SINGLE_KEYS_KEY) !== 'off');

/** Whether a message can be taken back for some seconds before it goes. */
export const undoSend = new Cell<boolean>(store.get(UNDO_SEND_KEY) !== 'off');

const VOLUME_DEFAULT = 0.6;

function readVolume(): number {
  const kept = Number.parseFloat(store.get(VOLUME_KEY) ?? '');
  return kept >= 0 && kept <= 1 ? kept : VOLUME_DEFAULT;
}

/** How loud the sounds of notifications are, from 0 (off) to 1. */
export const volume = new Cell<number>(readVolume());

/** Whether the next who waits is opened once a conversation is closed. */
export const nextAfterClose = new Cell<boolean>(store.get(NEXT_KEY) === 'on');

/** Applies the theme now and whenever it, or the system's, changes. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const chosen = theme.get();
    document.documentElement.dataset.theme =
      chosen === 'auto' ? (dark.matches ? 'dark' : 'light') : chosen;
  };
  apply();
  dark.addEventListener('change', apply);
  theme.subscribe((chosen) => {
    store.set(THEME_KEY, chosen);
    apply();
  });
  volume.subscribe((chosen) => store.set(VOLUME_KEY, `${chosen}`));
  nextAfterClose.subscribe((isOn) => store.set(NEXT_KEY, isOn ? 'on' : 'off'));
  undoSend.subscribe((isOn) => store.set(UNDO_SEND_KEY, isOn ? 'on' : 'off'));
  singleKeys.subscribe((isOn) => store.set(SINGLE_KEYS_KEY, isOn ? 'on' : 'off'));
  language.subscribe((chosen) => store.set(LANGUAGE_KEY, chosen ?? ''));
}
