// The words of the page on usage, in files of their own: they come with that page.

import { createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import { useWords } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type UsageWordKey = FileKey | PluralBase<FileKey>;
export type UsageWords = Translator<UsageWordKey>;

export function useUsageWords(): UsageWords {
  const { locale } = useWords();
  return useMemo(
    () => createTranslator<UsageWordKey>(locale, locale === 'es' ? es : en, en),
    [locale],
  );
}
