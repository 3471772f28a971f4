// Keys as commands: single ones where the list or the log has the focus, chords that end or give away everywhere.

import { singleKeys } from './settings.ts';

/** The list, the log and the panel of a call; a field in them keeps its letters. */
const PLACES = '[data-keys], [role=log]';
const FIELDS = 'input, textarea, select, [contenteditable]';

/** Rows are redrawn and buttons go: the focus that falls to the page then still counts as where it was. */
let wasInPlace = false;

if (typeof document !== 'undefined') {
  document.addEventListener('focusin', ({ target }) => {
    wasInPlace = target instanceof Element && target.closest(PLACES) !== null;
  });
}

/** Whether somebody writes in a field. */
export function isInField({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest(FIELDS) !== null;
}

/** Whether the key is the slash that leads to the search, wherever nobody writes. */
export function isSearchKey(event: KeyboardEvent): boolean {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return false;
  return singleKeys.get() && !isTaken(event);
}

/** Whether the key belongs to a field, a menu or a dialog rather than to the page. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.isComposing || document.querySelector('[role=dialog], [role=alertdialog]')) return true;
  return target instanceof HTMLElement && target.closest(`${FIELDS}, [role=menu]`) !== null;
}

/** Whether a single key is a command here. They can be switched off, and no single letter ends or gives away anything. */
export function isCommand(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys.get()) return false;
  if (isTaken(event)) return false;
  const { target } = event;
  if (target === document.body) return wasInPlace;
  return target instanceof Element && target.closest(PLACES) !== null;
}

/** Ctrl and A where the list of conversations has the focus: in the log and in fields it is the browser's. */
export function isPickAllKey(event: KeyboardEvent): boolean {
  if (event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  if (event.key.toLowerCase() !== 'a' || isTaken(event)) return false;
  return event.target instanceof Element && event.target.closest('[data-picks]') !== null;
}

/** Ctrl+Shift and a letter, also while writing. On a Mac the command key does as well. */
export function isChord(event: KeyboardEvent, letter: string): boolean {
  if (!event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return false;
  if (event.repeat || document.querySelector('[role=dialog], [role=alertdialog]')) return false;
  return event.key.toLowerCase() === letter;
}
