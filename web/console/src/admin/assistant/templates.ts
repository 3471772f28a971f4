// Templates of instructions, by trade and language. Square brackets mark what a business fills in.

import en from './templates/en.json';
import es from './templates/es.json';

export const TRADES = [
  'shop',
  'clinic',
  'restaurant',
  'software',
  'hotel',
  'services',
] as const satisfies readonly (keyof typeof en)[];
export type Trade = (typeof TRADES)[number];

export const TEMPLATE_LANGUAGES = [
  ['en', 'English'],
  ['es', 'Español'],
] as const;

export function templateOf(trade: Trade, language: string): string {
  return (language === 'es' ? es : en)[trade];
}

/** A text with another in it at the caret, apart from what stands before and behind; nothing is replaced. */
export function insertText(
  text: string,
  caret: number,
  inserted: string,
): { value: string; caret: number } {
  const before = text.slice(0, caret).trimEnd();
  const behind = text.slice(caret).trimStart();
  const start = before ? `${before}\n\n${inserted}` : inserted;
  return { value: behind ? `${start}\n\n${behind}` : start, caret: start.length };
}
