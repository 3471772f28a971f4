// The words of the pages on protection, in files of their own: they come with those pages.

import { createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import { useWords } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type ProtectionWordKey = FileKey | PluralBase<FileKey>;
export type ProtectionWords = Translator<ProtectionWordKey>;

/** What an act is called; one that this page does not know keeps its own name. */
export function actText(act: string, { t }: ProtectionWords): string {
  const key = `act.${act}`;
  return key in en ? t(key as ProtectionWordKey) : act;
}

export function useProtectionWords(): ProtectionWords {
  const { locale } = useWords();
  return useMemo(
    () => createTranslator<ProtectionWordKey>(locale, locale === 'es' ? es : en, en),
    [locale],
  );
}
