// The words of calls, in files of their own: they come with the call's code.

import { createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import { useWords } from '../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type CallWordKey = FileKey | PluralBase<FileKey>;
export type CallWords = Translator<CallWordKey>;

export function callWordsFor(locale: string): CallWords {
  return createTranslator<CallWordKey>(locale, locale === 'es' ? es : en, en);
}

export function useCallWords(): CallWords {
  const { locale } = useWords();
  return useMemo(() => callWordsFor(locale), [locale]);
}
