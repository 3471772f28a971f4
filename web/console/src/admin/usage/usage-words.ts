// The words of the page on usage, in files of their own: they come with that page.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { type KeyOf, wordsHook } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

export type UsageWordKey = KeyOf<typeof en>;
export type UsageWords = Translator<UsageWordKey>;

export const useUsageWords = wordsHook(en, es);
