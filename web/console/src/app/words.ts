// The console's words, in the language chosen in the account menu or the browser's.

import {
  type Catalogue,
  chooseLocale,
  createTranslator,
  type Translator,
} from '@switchboard/shared/i18n.ts';
import en from '../locales/en.json';
import es from '../locales/es.json';
import { language } from './settings.ts';
import { useCellPart } from './use-cell.ts';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
/** What a file of words is asked for: its keys, and of plurals what their keys have in common. */
export type KeyOf<File> = keyof File | PluralBase<keyof File>;
export type WordKey = KeyOf<typeof en>;
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

/**
 * Makes the hook for the words of some pages, which stand in files of their own and come with those pages. Like the others
 * they are made once per language.
 */
export function wordsHook<File extends Catalogue>(
  english: File,
  spanish: Catalogue,
): () => Translator<KeyOf<File> & string> {
  const made = new Map<string, Translator<KeyOf<File> & string>>();
  return function usePartWords() {
    const { locale } = useWords();
    const words =
      made.get(locale) ?? createTranslator(locale, locale === 'es' ? spanish : english, english);
    made.set(locale, words);
    return words;
  };
}

/** Tells the browser which language the page is in, now and whenever another is chosen. */
export function followLanguage(): void {
  const tell = (chosen: string | null) => {
    document.documentElement.lang = wordsFor(chosen).locale;
  };
  tell(language.get());
  language.subscribe(tell);
}
