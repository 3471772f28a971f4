// Finds the tag that loads the widget: modules and evaluated code have no `document.currentScript`.

function isOurs(script: Element | null): script is HTMLScriptElement {
  if (!(script instanceof HTMLScriptElement) || !script.src) return false;
  return Boolean(script.dataset.key ?? script.dataset.apiKey);
}

/** The running tag, else one that carries a key; of several, the one whose address is that of the loader. */
export function findScriptTag(): HTMLScriptElement | null {
  if (isOurs(document.currentScript as Element | null)) {
    return document.currentScript as HTMLScriptElement;
  }
  const tags = [...document.querySelectorAll('script')].filter(isOurs);
  return tags.find((tag) => new URL(tag.src).pathname.endsWith('/widget.js')) ?? tags[0] ?? null;
}
