// The element on the page that holds the widget: shown whatever the page's style sheets say, and put back when the page
// replaces its body.

import { inkOn, parseColor, toCss } from '@switchboard/shared/color.ts';
import { launcherCss } from './launcher-css.ts';
import { colorOf, type Position, readPosition, type Settings } from './options.ts';

export const HOST_TAG = 'switchboard-chat';
/** A page that keeps removing the element is answered once a second instead of in a loop. */
const ATTACH_AGAIN_MS = 1_000;
/** `all` sets everything that a page may have hidden or moved it by. */
const ESSENTIALS = 'all:initial display:block position:fixed z-index:2147483000'.split(' ');

export interface Host {
  host: HTMLElement;
  root: ShadowRoot;
  /** The first element inside: everything is drawn in it. */
  base: HTMLElement;
}

/** Only inline important declarations win over every rule of a page, and only the CSSOM may set them under a strict CSP. */
function force(host: HTMLElement, name: string, value: string): void {
  host.style.setProperty(name, value, 'important');
}

export function buildHost(settings: Settings): Host {
  const host = document.createElement(HOST_TAG);
  host.id = HOST_TAG;
  for (const rule of ESSENTIALS) force(host, ...(rule.split(':') as [string, string]));
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss);
  root.adoptedStyleSheets = [sheet];
  const base = document.createElement('div');
  root.append(base);
  placeHost(host, base, readPosition(settings.position) ?? 'bottom-right');
  paintBase(base, colorOf(settings));
  return { host, root, base };
}

function placeHost(host: HTMLElement, base: HTMLElement, position: Position): void {
  force(host, 'inset', 'auto');
  base.className = `base ${position.replace('-', ' ')}`;
  for (const edge of position.split('-')) force(host, edge, '20px');
}

/** The brand, the ink on it, and a colour for links on white; a colour that is none changes nothing. */
function paintBase(base: HTMLElement, color: string | null): void {
  const brand = parseColor(color);
  if (!brand) return;
  const { ground, ink } = inkOn(brand);
  const brandCss = toCss(ground);
  // What white is readable on is readable on white.
  base.style.cssText = `--sb-brand:${brandCss};--sb-ink:${ink};--sb-link:${ink < '#f' ? ink : brandCss}`;
}

export const kit = { paintBase, placeHost };
export type Kit = typeof kit;

/** Puts the element into the body, and again whenever the page removes it or takes another body. Returns the ways to do
 * it at once, and to stop. */
export function keepAttached(host: HTMLElement): [attach: () => void, stop: () => void] {
  let attachedAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const attach = () => {
    clearTimeout(timer);
    timer = undefined;
    // Pages that keep a copy of their body bring back an empty copy of the element.
    for (const copy of document.querySelectorAll(HOST_TAG)) if (copy !== host) copy.remove();
    if (document.body && !host.isConnected) {
      document.body.append(host);
      attachedAtMs = performance.now();
      host.dispatchEvent(new Event('attached'));
    }
  };
  const look = () => {
    // The body may be another one by now.
    observer.disconnect();
    for (const place of [document, document.documentElement, document.body]) {
      if (place) observer.observe(place, { childList: true });
    }
    if (host.isConnected) return;
    const waitMs = attachedAtMs + ATTACH_AGAIN_MS - performance.now();
    if (waitMs > 0) timer ??= setTimeout(attach, waitMs);
    else attach();
  };
  const observer = new MutationObserver(look);
  look();
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    host.remove();
  };
  return [attach, stop];
}
