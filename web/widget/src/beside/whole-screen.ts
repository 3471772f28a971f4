// On a phone the chat is the whole screen above the keyboard: the page behind it must not scroll.

import type { Cell } from '@switchboard/shared/cell.ts';
import type { Cancel } from '@switchboard/shared/ports.ts';
import { PHONE } from '../view/phone.ts';

/** Holds the page while the chat is open. Returns the way to stop. */
export function holdPage(isOpen: Cell<boolean>, base: HTMLElement): Cancel {
  let letGo = () => {};
  const follow = () => {
    letGo();
    letGo = isOpen.get() && matchMedia(PHONE).matches ? hold(base) : () => {};
  };
  const stop = isOpen.subscribe(follow);
  follow();
  return () => {
    stop();
    letGo();
  };
}

function hold(base: HTMLElement): Cancel {
  const { style } = document.documentElement;
  const before = style.overflow;
  style.overflow = 'hidden';
  const screen = window.visualViewport;
  const fit = () => {
    base.style.setProperty('--sb-height', `${screen?.height}px`);
    base.style.setProperty('--sb-top', `${screen?.offsetTop}px`);
  };
  if (screen) fit();
  screen?.addEventListener('resize', fit);
  screen?.addEventListener('scroll', fit);
  return () => {
    style.overflow = before;
    screen?.removeEventListener('resize', fit);
    screen?.removeEventListener('scroll', fit);
  };
}
