// What build/words.mjs makes of the language files.

type PluralText = string | Readonly<Record<string, string>>;

declare module 'virtual:words/loader' {
  /** By language: what the launcher is called, one line for a failure, and the file of its first words. */
  export const labels: Readonly<
    Record<string, readonly [open: string, failed: string, file: string]>
  >;
}

declare module 'virtual:words/keys/*' {
  export const keys: readonly string[];
}

declare module 'virtual:words/*' {
  export const languages: Readonly<Record<string, () => Promise<{ texts: readonly PluralText[] }>>>;
}
