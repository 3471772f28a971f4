// The words of tools, webhooks and submissions, in files of their own: they come with those pages.

import { createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import { useWords } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type ConnectionWordKey = FileKey | PluralBase<FileKey>;
export type ConnectionWords = Translator<ConnectionWordKey>;

export function useConnectionWords(): ConnectionWords {
  const { locale } = useWords();
  return useMemo(
    () => createTranslator<ConnectionWordKey>(locale, locale === 'es' ? es : en, en),
    [locale],
  );
}
