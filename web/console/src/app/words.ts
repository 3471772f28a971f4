// The console's words, in the language chosen in the account menu or the browser's.

import { chooseLocale, createTranslator, type Translator } from '@switchboard/shared/i18n.ts';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { language } from './settings.ts';
import { useCellPart } from './use-cell.ts';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type WordKey = FileKey | PluralBase<FileKey>;
export type Words = Translator<WordKey>;

/** By what was chosen, and made once: every component asks for them. */
const known = new Map<string | null, Words>();

export function wordsFor(chosen: string | null): Words {
  const words = known.get(chosen) ?? makeWords(chosen);
  known.set(chosen, words);
  return words;
}

function makeWords(chosen: string | null): Words {
  const locale = chooseLocale([chosen, ...navigator.languages], ['en', 'es']);
  return createTranslator<WordKey>(locale, locale === 'es' ? es : en, en);
}

export function useWords(): Words {
  return useCellPart(language, wordsFor);
}

/** Tells the browser which language the page is in, now and whenever another is chosen. */
export function followLanguage(): void {
  const tell = (chosen: string | null) => {
    document.documentElement.lang = wordsFor(chosen).locale;
  };
  tell(language.get());
  language.subscribe(tell);
}
