import { describe, expect, it } from 'vitest';
import { chooseLocale, createTranslator } from './i18n.ts';

describe('i18n', () => {
  it('takes the first wanted language that exists, by its base', () => {
    expect(chooseLocale(['he', 'es-MX', 'en'], ['en', 'es'])).toBe('es');
    expect(chooseLocale([null, undefined, 'fr'], ['en', 'es'])).toBe('en');
  });

  it('fills in names, chooses plurals, and falls back to the other language', () => {
    const words = createTranslator<'hi' | 'count' | 'only'>(
      'es',
      { hi: 'Hola, {name}', 'count.one': '{count} mensaje', 'count.other': '{count} mensajes' },
      { only: 'Only here' },
    );

    expect(words.t('hi', { name: 'Ana' })).toBe('Hola, Ana');
    expect(words.t('count', { count: 1 })).toBe('1 mensaje');
    expect(words.t('count', { count: 2 })).toBe('2 mensajes');
    expect(words.t('only')).toBe('Only here');
  });
});
