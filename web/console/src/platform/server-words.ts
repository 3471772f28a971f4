// The words of the page of the server, in files of their own: they come with that page.

import { createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import { useMemo } from 'react';
import { useWords } from '../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type ServerWordKey = FileKey | PluralBase<FileKey>;
export type ServerWords = Translator<ServerWordKey>;

export function useServerWords(): ServerWords {
  const { locale } = useWords();
  return useMemo(
    () => createTranslator<ServerWordKey>(locale, locale === 'es' ? es : en, en),
    [locale],
  );
}

/** A word for what the server names, or, of what this page does not know, its own name. */
export function known(prefix: string, name: string, { t }: ServerWords): string {
  const key = `${prefix}.${name}`;
  return key in en ? t(key as ServerWordKey) : name.replaceAll('_', ' ');
}
