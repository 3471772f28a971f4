// What this person chose on this device: theme, language, whether single keys are commands, messages can be taken back, and what follows a close.

import { openBrowserStore } from '@switchboard/shared/browser/ports.ts';
import { Cell } from '@switchboard/shared/cell.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const THEME_KEY = 'switchboard:console:theme';
const LANGUAGE_KEY = 'switchboard:console:language';
const SINGLE_KEYS_KEY = 'switchboard:console:single-keys';
const UNDO_SEND_KEY = 'switchboard:console:undo-send';
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
  nextAfterClose.subscribe((isOn) => store.set(NEXT_KEY, isOn ? 'on' : 'off'));
  undoSend.subscribe((isOn) => store.set(UNDO_SEND_KEY, isOn ? 'on' : 'off'));
  singleKeys.subscribe((isOn) => store.set(SINGLE_KEYS_KEY, isOn ? 'on' : 'off'));
  language.subscribe((chosen) => store.set(LANGUAGE_KEY, chosen ?? ''));
}
