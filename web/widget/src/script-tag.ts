// Finds the tag that loads the widget: modules and evaluated code have no `document.currentScript`.

const NAMED = 'script[src*="/widget.js"]';
const KEYED = 'script[src][data-key],script[src][data-api-key]';

/** The running tag; else one that carries a key, first of all under our name; else one under our name. */
export function findScriptTag(): HTMLScriptElement | null {
  const find = (selector: string) => document.querySelector<HTMLScriptElement>(selector);
  const running = document.currentScript;
  if (running?.matches(`${NAMED},${KEYED}`)) return running as HTMLScriptElement;
  return find(`${NAMED}[data-key],${NAMED}[data-api-key]`) ?? find(KEYED) ?? find(NAMED);
}
