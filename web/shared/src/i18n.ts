// Words in the reader's language: one JSON file per language, with {names} filled in and plurals chosen.

/** Plural forms are separate keys: `minutes.one`, `minutes.other`. */
export type Catalogue = Readonly<Record<string, string>>;

export type Params = Readonly<Record<string, string | number>>;

export interface Translator<Key extends string> {
  locale: string;
  t(key: Key, params?: Params): string;
}

/** The first wanted language that exists, by its base (`es` for `es-MX`), else the first one there is. */
export function chooseLocale<L extends string>(
  wanted: readonly (string | null | undefined)[],
  available: readonly [L, ...L[]],
): L {
  for (const tag of wanted) {
    const base = tag?.toLowerCase().split(/[-_]/)[0];
    const found = available.find((locale) => locale === base);
    if (found) return found;
  }
  return available[0];
}

export function createTranslator<Key extends string>(
  locale: string,
  catalogue: Catalogue,
  fallback: Catalogue,
): Translator<Key> {
  const plural = new Intl.PluralRules(locale);
  const find = (key: string): string | undefined => catalogue[key] ?? fallback[key];
  return {
    locale,
    t(key, params) {
      const form =
        typeof params?.count === 'number' ? `${key}.${plural.select(params.count)}` : key;
      const text = find(form) ?? find(`${key}.other`) ?? find(key) ?? key;
      return params ? fill(text, params) : text;
    },
  };
}

export function fill(text: string, params: Params): string {
  let filled = '';
  let rest = text;
  for (;;) {
    const open = rest.indexOf('{');
    const close = rest.indexOf('}', open);
    if (open < 0 || close < 0) return filled + rest;
    const name = rest.slice(open + 1, close);
    filled += rest.slice(0, open) + String(params[name] ?? `{${name}}`);
    rest = rest.slice(close + 1);
  }
}
