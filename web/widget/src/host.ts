// The element on the page that holds the widget: shown whatever the page's style sheets say, and put back when the page
// replaces its body.

import { inkOn, parseColor, toCss } from '@switchboard/shared/color.ts';
import { launcherCss } from './launcher-css.ts';
import type { Options } from './options.ts';

export const HOST_TAG = 'switchboard-chat';
const EDGE_PX = 20;
/** A page that keeps removing the element is answered once a second instead of in a loop. */
const ATTACH_AGAIN_MS = 1_000;
/** `all` covers neither of the last two. */
const ESSENTIALS: readonly [string, string][] = [
  ['all', 'initial'],
  ['display', 'block'],
  ['position', 'fixed'],
  ['inset', 'auto'],
  ['width', '0'],
  ['height', '0'],
  ['z-index', '2147483000'],
  ['pointer-events', 'auto'],
  ['opacity', '1'],
  ['visibility', 'visible'],
  ['transform', 'none'],
  ['filter', 'none'],
  ['direction', 'ltr'],
  ['unicode-bidi', 'normal'],
];

export interface Host {
  host: HTMLElement;
  root: ShadowRoot;
  /** The first element inside: everything is drawn in it. */
  base: HTMLElement;
}

/** Only inline important declarations win over every rule of a page, and only the CSSOM may set them under a strict CSP. */
export function buildHost(options: Options): Host {
  const host = document.createElement(HOST_TAG);
  host.id = HOST_TAG;
  host.dataset.position = options.position;
  for (const [name, value] of ESSENTIALS) host.style.setProperty(name, value, 'important');
  for (const edge of options.position.split('-')) {
    host.style.setProperty(edge, `${EDGE_PX}px`, 'important');
  }
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(launcherCss);
  root.adoptedStyleSheets = [sheet];
  const base = document.createElement('div');
  base.className = 'base';
  base.dir = 'ltr';
  root.append(base);
  const brand = parseColor(options.color);
  if (brand) {
    const { ground, ink } = inkOn(brand);
    base.style.setProperty('--sb-brand', toCss(ground));
    base.style.setProperty('--sb-ink', toCss(ink));
  }
  return { host, root, base };
}

/** A host without launcher and panel, for channels that refuse the page. */
export function showHost(host: HTMLElement, isShown: boolean): void {
  host.style.setProperty('display', isShown ? 'block' : 'none', 'important');
}

/** Puts the element into the body, and again whenever the page removes it or takes another body. Returns the way to do
 * it at once. */
export function keepAttached(host: HTMLElement): () => void {
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
  let watched: HTMLElement | null = null;
  const observer = new MutationObserver(() => {
    if (document.body !== watched) observe();
    if (host.isConnected || timer !== undefined) return;
    const waitMs = attachedAtMs + ATTACH_AGAIN_MS - performance.now();
    if (waitMs <= 0) attach();
    else timer = setTimeout(attach, waitMs);
  });
  const observe = () => {
    observer.disconnect();
    watched = document.body;
    for (const place of [document, document.documentElement, document.body]) {
      if (place) observer.observe(place, { childList: true });
    }
  };
  attach();
  observe();
  return attach;
}
