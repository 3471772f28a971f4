import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('options', () => {
  it('have defaults', () => {
    expect(readOptions({ key: 'k' })).toEqual({
      key: 'k',
      lang: null,
      color: null,
      position: 'bottom-right',
      theme: 'auto',
      greeting: null,
    });
  });

  it('understand the names of earlier snippets and short positions', () => {
    const options = readOptions({ apiKey: 'k', primaryColor: '#123456', position: 'left' });

    expect(options).toMatchObject({ key: 'k', color: '#123456', position: 'bottom-left' });
  });

  it('ignore what they do not know', () => {
    expect(readOptions({ position: 'middle', theme: 'neon' })).toMatchObject({
      position: 'bottom-right',
      theme: 'auto',
    });
  });
});
