// The widget's words; English comes with the app, other languages are fetched when they are needed.

import {
  type Catalogue,
  chooseLocale,
  createTranslator,
  type Translator,
} from '@switchboard/shared/i18n.ts';
import en from './locales/en.json';

type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
type FileKey = keyof typeof en;
export type WordKey = FileKey | PluralBase<FileKey>;
export type Words = Translator<WordKey>;

export const english: Words = createTranslator<WordKey>('en', en, en);

export async function loadWords(wanted: readonly (string | null)[]): Promise<Words> {
  const locale = chooseLocale(wanted, ['en', 'es']);
  if (locale === 'en') return english;
  const catalogue: { default: Catalogue } = await import('./locales/es.json');
  return createTranslator<WordKey>(locale, catalogue.default, en);
}
