// Focus that is never lost: where what has it goes or is switched off, it moves to the nearest place that stays.

import type { Cancel } from '@switchboard/shared/ports.ts';
import { focusFirst } from '../view/focus.ts';

/** Watches everything drawn in the base. Returns the way to stop. */
export function keepFocus(root: ShadowRoot, base: HTMLElement): Cancel {
  const findPanel = () => base.querySelector<HTMLElement>('.panel');
  /** What has the focus, and all it stands in. */
  let path = pathFrom(root.activeElement, base);
  const note = ({ target }: Event) => {
    path = pathFrom(target, base);
    // Clicks into the panel must not focus it, which would take the field from whoever selects a text.
    if (path[0] !== findPanel()) findPanel()?.removeAttribute('tabindex');
  };
  const forget = () => {
    const [left] = path;
    // What is removed may lose the focus before it goes: only what stays was left on purpose.
    queueMicrotask(() => {
      if (left === path[0] && left && !isGone(left)) path = [];
    });
  };
  const look = () => {
    const [last] = path;
    const { activeElement } = root;
    const panel = findPanel();
    // Whoever closes the panel goes back to the launcher.
    if (!panel || !last || (activeElement && activeElement !== last)) return;
    // Where there was nowhere to go but the panel itself, what is to be used next may have come.
    if (last === panel || (isGone(last) && !moveFrom(path, panel))) moveInto(panel);
  };
  base.addEventListener('focusin', note);
  base.addEventListener('focusout', forget);
  const panel = findPanel();
  if (panel?.hasAttribute('tabindex')) {
    // What had the focus may have gone before anybody watched.
    const isLost = !root.activeElement && document.activeElement === document.body;
    if (isLost || path[0] === panel) moveInto(panel);
    else panel.removeAttribute('tabindex');
  }
  const observer = new MutationObserver(look);
  observer.observe(base, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  return () => {
    observer.disconnect();
    base.removeEventListener('focusin', note);
    base.removeEventListener('focusout', forget);
  };
}

function pathFrom(start: unknown, end: HTMLElement): HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let at = start; at instanceof HTMLElement && at !== end; at = at.parentElement)
    path.push(at);
  return path;
}

function isGone(element: HTMLElement): boolean {
  return !element.isConnected || element.matches(':disabled');
}

/** To what is nearest of all that it stood in; false where none of it takes the focus. */
function moveFrom(path: readonly HTMLElement[], panel: HTMLElement): boolean {
  for (const place of path.slice(0, path.indexOf(panel))) {
    if (!place.isConnected) continue;
    const isLog = place.role === 'log';
    const field = isLog ? null : place.querySelector<HTMLElement>('.field');
    const refuge = field ?? (place.hasAttribute('tabindex') ? place : null);
    refuge?.focus();
    if (refuge) return true;
  }
  return false;
}

/** On a screen that is touched a focused field brings up its keyboard: there it is the panel itself. */
function moveInto(panel: HTMLElement): void {
  if (matchMedia('(pointer: coarse)').matches) {
    panel.tabIndex = -1;
    panel.focus();
  } else focusFirst(panel);
}
