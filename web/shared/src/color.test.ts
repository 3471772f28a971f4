import { describe, expect, it } from 'vitest';
import { contrast, darkenForWhite, luminance, parseColor } from './color.ts';

describe('color', () => {
  it('reads hexadecimal colours and nothing else', () => {
    expect(parseColor('#2f92ad')).toEqual({ red: 47, green: 146, blue: 173 });
    expect(parseColor('#fff')).toEqual({ red: 255, green: 255, blue: 255 });
    for (const text of ['red', 'url(x)', '#12', '', null]) expect(parseColor(text)).toBeNull();
  });

  it('makes every colour dark enough for white text', () => {
    for (const text of ['#2f92ad', '#ffff00', '#ffffff', '#000000', '#ff6600']) {
      const color = parseColor(text);
      if (!color) throw new Error('a colour expected');
      expect(contrast(luminance(darkenForWhite(color)), 1)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
