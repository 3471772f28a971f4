// The words of the pages on protection, in files of their own: they come with those pages.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { type KeyOf, wordsHook } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

export type ProtectionWordKey = KeyOf<typeof en>;
export type ProtectionWords = Translator<ProtectionWordKey>;

/** What an act is called; one that this page does not know keeps its own name. */
export function actText(act: string, { t }: ProtectionWords): string {
  const key = `act.${act}`;
  return key in en ? t(key as ProtectionWordKey) : act;
}

export const useProtectionWords = wordsHook(en, es);
