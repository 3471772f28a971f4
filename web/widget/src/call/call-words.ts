// The words of a call, in files of their own: who never calls never loads them.

import { type Catalogue, createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import en from './locales/en.json';

export type CallWordKey = keyof typeof en;
export type CallWords = Translator<CallWordKey>;

export const english: CallWords = createTranslator<CallWordKey>('en', en, en);

/** `locale` is one that the chat has words in. */
export async function loadCallWords(locale: string): Promise<CallWords> {
  if (locale !== 'es') return english;
  const catalogue: { default: Catalogue } = await import('./locales/es.json');
  return createTranslator<CallWordKey>(locale, catalogue.default, en);
}
