// The keys of acts: what is shown for them, and whether a key press is the one.

import { isChord, isCommand, isPickAllKey, isSearchKey } from '../app/keys.ts';

export interface ActKey {
  label: string;
  is(event: KeyboardEvent): boolean;
}

/** A key without Ctrl, where the list or the log has the focus. */
export function single(label: string, key = label.toLowerCase()): ActKey {
  return { label, is: (event) => event.key.toLowerCase() === key && isCommand(event) };
}

/** With Ctrl and Shift, also while writing. */
export function chord(name: string): ActKey {
  return { label: `Ctrl+Shift+${name}`, is: (event) => isChord(event, name.toLowerCase()) };
}

export const PICK_ALL_KEY: ActKey = { label: 'Ctrl+A', is: isPickAllKey };

export const SEARCH_KEY: ActKey = { label: '/', is: isSearchKey };

/** From anywhere but another dialog, also while writing. */
export const PALETTE_KEY: ActKey = {
  label: 'Ctrl+K',
  is: (event) =>
    isPaletteKey(event) && !document.querySelector('[role=dialog], [role=alertdialog]'),
};

export function isPaletteKey(event: KeyboardEvent): boolean {
  const hasCtrl = event.ctrlKey || event.metaKey;
  return hasCtrl && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k';
}
