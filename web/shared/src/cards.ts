// The cards in an entry's metadata, read with care: they may be anything.

export interface Card {
  title: string;
  text: string | null;
  picture: string | null;
  price: string | null;
  url: string | null;
  button: string | null;
}

const MAX_CARDS = 10;

/** Those with a title, ten at most. */
export function cardsOf(value: unknown): Card[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_CARDS).flatMap((it: unknown) => {
    if (typeof it !== 'object' || it === null) return [];
    const { title, text, picture, price, url, button } = it as Record<string, unknown>;
    const name = textOf(title);
    if (!name) return [];
    return {
      title: name,
      text: textOf(text),
      picture: textOf(picture),
      price: textOf(price) ?? (typeof price === 'number' ? String(price) : null),
      url: textOf(url),
      button: textOf(button),
    };
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
