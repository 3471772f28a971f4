// What a setting is called in the language of the page.

import type { WordKey, Words } from './words.ts';

export function labelOf({ name }: { name: string }, words: Words): string {
  const text = words.t(`setting.${name}` as WordKey);
  // A field of a newer server has no words here yet; its name is better than nothing.
  return text === `setting.${name}` ? name.replaceAll('_', ' ') : text;
}
