// The words of tools, webhooks and submissions, in files of their own: they come with those pages.

import type { Translator } from '@switchboard/shared/i18n.ts';
import { type KeyOf, wordsHook } from '../../app/words.ts';
import en from './locales/en.json';
import es from './locales/es.json';

export type ConnectionWordKey = KeyOf<typeof en>;
export type ConnectionWords = Translator<ConnectionWordKey>;

/** What a kind of event is called; one that this page does not know keeps its own name. */
export function kindText(kind: string, { t }: ConnectionWords): string {
  const key = `webhooks.kind.${kind}`;
  return key in en ? t(key as ConnectionWordKey) : kind;
}

/** What a tool is called and what it does, for people; its own name and words where this page knows none. */
export function toolText(
  { name, description }: { name: string; description: string },
  { t }: ConnectionWords,
): { title: string; text: string } {
  const key = `tools.name.${name}`;
  if (!(key in en)) return { title: name, text: description };
  return { title: t(key as ConnectionWordKey), text: t(`tools.text.${name}` as ConnectionWordKey) };
}

export const useConnectionWords = wordsHook(en, es);
