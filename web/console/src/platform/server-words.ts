// The words of the page of the server, in files of their own: they come with that page.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { type KeyOf, wordsHook } from '../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

export type ServerWordKey = KeyOf<typeof en>;
export type ServerWords = Translator<ServerWordKey>;

export const useServerWords = wordsHook(en, es);

/** A word for what the server names, or, of what this page does not know, its own name. */
export function known(prefix: string, name: string, { t }: ServerWords): string {
  const key = `${prefix}.${name}`;
  return key in en ? t(key as ServerWordKey) : name.replaceAll('_', ' ');
}
