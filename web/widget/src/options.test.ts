import { describe, expect, it } from 'vitest';
import { keyOf, readOptions } from './options.ts';

describe('options', () => {
  it('say nothing where the page says nothing', () => {
    expect(new Set(Object.values(readOptions({ key: 'k' })))).toEqual(new Set([null]));
  });

  it('understand the names of earlier snippets and short positions', () => {
    const settings = { apiKey: 'k', primaryColor: '#123456', position: 'left' };

    expect(keyOf(settings)).toBe('k');
    expect(readOptions(settings)).toMatchObject({ color: '#123456', position: 'bottom-left' });
  });

  it('ignore what they do not know', () => {
    expect(readOptions({ position: 'bottom-middle', theme: 'neon' })).toMatchObject({
      position: null,
      theme: null,
    });
  });
});
