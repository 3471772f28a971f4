// The console's words, in the language chosen in the account menu or the browser's.

import { chooseLocale, createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { language } from './settings.ts';
import { useCell } from './use-cell.ts';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type WordKey = FileKey | PluralBase<FileKey>;
export type Words = Translator<WordKey>;

export function wordsFor(chosen: string | null): Words {
  const locale = chooseLocale([chosen, ...navigator.languages], ['en', 'es']);
  return createTranslator<WordKey>(locale, locale === 'es' ? es : en, en);
}

export function useWords(): Words {
  const chosen = useCell(language);
  return useMemo(() => {
    const words = wordsFor(chosen);
    document.documentElement.lang = words.locale;
    return words;
  }, [chosen]);
}
