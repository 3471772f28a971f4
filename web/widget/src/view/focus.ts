// Where keyboard focus goes: around a dialog that is open, and to what a panel begins with.

const FOCUSABLE =
  ':is(button:not([disabled]), textarea, a[href], input, select, [tabindex="0"]):not([tabindex="-1"], [hidden])';

/** On Tab at one end, goes on at the other. */
export function keepFocusInside(container: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'Tab') return;
  const all = [...container.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const first = all[0];
  const last = all.at(-1);
  const root = container.getRootNode();
  const active = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  if (event.shiftKey && active === first) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && active === last) {
    event.preventDefault();
    first?.focus();
  }
}

/**
 * Puts the focus where the panel begins to be used, or on the panel itself where there is nothing to use yet. The
 * panel's tabindex says that it is to have the focus, whatever becomes of what is focused now.
 */
export function focusFirst(panel: HTMLElement | null): void {
  if (!panel) return;
  panel.tabIndex = -1;
  (panel.querySelector<HTMLElement>('textarea, .field, .strong') ?? panel).focus();
}
