// The widget's words: one language at a time, its first part with the app and the others when they are needed.

import { chooseLocale, fill, type Params, type Translator } from '@switchboard/shared/i18n.ts';
import { keys as chatKeys } from 'virtual:words/keys/chat';
import { languages as chat } from 'virtual:words/chat';
import { languages as more } from 'virtual:words/more';
import type english from './locales/en.json';

/** A text, or one for each plural form. */
export type Text = string | Readonly<Record<string, string>>;
export type Languages = Readonly<Record<string, () => Promise<{ texts: readonly Text[] }>>>;

/** Those of `more` are there once `loadMore` is done. */
export type WordKey = Exclude<keyof typeof english.chat, 'dir'> | keyof typeof english.more;

export interface Words extends Translator<WordKey> {
  dir: 'ltr' | 'rtl';
  /** Adds what only parts that are loaded later say. */
  loadMore(): Promise<void>;
}

const known = Object.keys(chat) as [string, ...string[]];

/** The first wanted language that there is, else English. */
export function findLocale(wanted: readonly (string | null | undefined)[]): string {
  return chooseLocale(wanted, known);
}

export async function loadWords(locale: string): Promise<Words> {
  const { texts } = (await chat[locale]?.()) ?? { texts: [] };
  return buildWords(locale, texts);
}

export function buildWords(locale: string, texts: readonly Text[]): Words {
  const all = new Map(zip(chatKeys, texts));
  let loading: Promise<void> | null = null;
  return {
    locale,
    dir: all.get('dir') === 'rtl' ? 'rtl' : 'ltr',
    t: translate(locale, all),
    loadMore() {
      loading ??= loadInto(all, locale).catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return loading;
    },
  };
}

async function loadInto(all: Map<string, Text>, locale: string): Promise<void> {
  const [{ keys }, part] = await Promise.all([import('virtual:words/keys/more'), more[locale]?.()]);
  for (const [key, text] of zip(keys, part?.texts ?? [])) all.set(key, text);
}

export function zip(keys: readonly string[], texts: readonly Text[]): [string, Text][] {
  return keys.map((key, at) => [key, texts[at] ?? key]);
}

export function translate(
  locale: string,
  texts: ReadonlyMap<string, Text>,
): (key: string, params?: Params) => string {
  const plural = new Intl.PluralRules(locale);
  return (key, params) => {
    const text = texts.get(key) ?? key;
    const form =
      typeof text === 'string'
        ? text
        : (text[plural.select(Number(params?.count))] ?? text.other ?? key);
    return params ? fill(form, params) : form;
  };
}
