// The words of a call, in files of their own: who never calls never loads them.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { keys } from 'virtual:words/keys/call';
import { languages } from 'virtual:words/call';
import type english from '../locales/en.json';
import { translate, zip } from '../words.ts';

export type CallWordKey = keyof typeof english.call;
export type CallWords = Translator<CallWordKey>;

/** `locale` is one that the chat has words in. */
export async function loadCallWords(locale: string): Promise<CallWords> {
  const { texts } = (await languages[locale]?.()) ?? { texts: [] };
  return { locale, t: translate(locale, new Map(zip(keys, texts))) };
}
