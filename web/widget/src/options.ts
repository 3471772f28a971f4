// What the page asks for on the script tag, checked and with defaults.

export type Theme = 'auto' | 'light' | 'dark';

export interface Options {
  key: string;
  lang: string | null;
  color: string | null;
  position: Position;
  theme: Theme;
  greeting: string | null;
}

const POSITIONS = ['bottom-right', 'bottom-left', 'top-right', 'top-left'] as const;
export type Position = (typeof POSITIONS)[number];

/** `data-api-key` and `data-primary-color` are what earlier snippets say. */
export function readOptions(data: DOMStringMap): Options {
  return {
    key: data.key ?? data.apiKey ?? '',
    lang: data.lang || null,
    color: data.color ?? data.primaryColor ?? null,
    position: readPosition(data.position),
    theme: data.theme === 'light' || data.theme === 'dark' ? data.theme : 'auto',
    greeting: data.greeting || null,
  };
}

function readPosition(text: string | undefined): Position {
  if (text === 'left') return 'bottom-left';
  return POSITIONS.find((position) => position === text) ?? 'bottom-right';
}
