import { describe, expect, it } from 'vitest';
import { findLocale, loadWords } from './words.ts';
import en from './locales/en.json';
import he from './locales/he.json';

describe('the words', () => {
  it('are those of the first wanted language that there is', () => {
    expect(findLocale([null, 'xx', 'es-MX', 'he'])).toBe('es');
    expect(findLocale(['constructor', undefined])).toBe('en');
  });

  it('come in the direction of their language, with its own plurals', async () => {
    const words = await loadWords('he');

    expect(words.dir).toBe('rtl');
    expect(words.t('launcher.open')).toBe(he.chat['launcher.open']);
    expect(words.t('launcher.unread', { count: 1 })).toBe(he.chat['launcher.unread'].one);
    expect(words.t('launcher.unread', { count: 7 })).toContain('7');
    expect((await loadWords('es')).dir).toBe('ltr');
  });

  it('of later parts are there when they have been loaded', async () => {
    const words = await loadWords('en');

    expect(words.t('rate.title')).toBe('rate.title');
    await words.loadMore();
    expect(words.t('rate.title')).toBe(en.more['rate.title']);
  });
});
