// What the page asks for, on the script tag or in `window.switchboardSettings`, checked and with defaults.

export type Theme = 'auto' | 'light' | 'dark';
export type Position = `${'bottom' | 'top'}-${'right' | 'left'}`;
/** As the page wrote it. */
export type Settings = Readonly<Record<string, string | undefined>>;

export interface Options {
  lang: string | null;
  color: string | null;
  /** Null where the page does not say. */
  position: Position | null;
  theme: Theme | null;
  greeting: string | null;
  label: string | null;
}

/** `data-api-key` and `data-primary-color` are what earlier snippets say. */
export function keyOf({ key, apiKey }: Settings): string {
  return key || apiKey || '';
}

export function colorOf({ color, primaryColor }: Settings): string | null {
  return color || primaryColor || null;
}

export function readPosition(text: string | null | undefined): Position | null {
  if (text === 'left') return 'bottom-left';
  return /^(bottom|top)-(left|right)$/.test(text ?? '') ? (text as Position) : null;
}

export function readOptions(settings: Settings): Options {
  return {
    lang: settings.lang || null,
    color: colorOf(settings),
    position: readPosition(settings.position),
    theme: readTheme(settings.theme),
    greeting: settings.greeting || null,
    label: settings.launcherLabel || null,
  };
}

export function readTheme(text: string | null | undefined): Theme | null {
  return text === 'auto' || text === 'light' || text === 'dark' ? text : null;
}
