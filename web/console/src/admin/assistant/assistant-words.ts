// The words of the assistant's log and its test chat, in files of their own: they come with those pages.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { type KeyOf, wordsHook } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

export type AssistantWordKey = KeyOf<typeof en>;
export type AssistantWords = Translator<AssistantWordKey>;

/** Why a turn ended as it did; what this page does not know, such as a model's own reason, stays as it is. */
export function reasonText(reason: string, { t }: AssistantWords): string {
  const key = `reason.${reason}`;
  return key in en ? t(key as AssistantWordKey) : reason;
}

export const useAssistantWords = wordsHook(en, es);
