import { describe, expect, it } from 'vitest';
import { contrast, darkenForWhite, inkOn, luminance, parseColor } from './color.ts';

describe('color', () => {
  it('reads hexadecimal colours and nothing else', () => {
    expect(parseColor('#2f92ad')).toEqual([47, 146, 173]);
    expect(parseColor('#fff')).toEqual([255, 255, 255]);
    for (const text of ['red', 'url(x)', '#12', '', null]) expect(parseColor(text)).toBeNull();
  });

  it('makes every colour dark enough for white text', () => {
    for (const text of ['#2f92ad', '#ffff00', '#ffffff', '#000000', '#ff6600']) {
      const color = parseColor(text);
      if (!color) throw new Error('a colour expected');
      expect(contrast(luminance(darkenForWhite(color)), 1)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('keeps a light brand and puts dark ink on it', () => {
    for (const text of ['#ffee00', '#fff', '#9fe870', '#ffb6c1']) {
      const brand = parseColor(text);
      if (!brand) throw new Error('a colour expected');
      const { ground, ink } = inkOn(brand);
      expect(ground).toEqual(brand);
      expect(ink).toBe('#000');
    }
  });

  it('can be read on every brand', () => {
    for (let value = 0; value < 0x1000000; value += 4_099) {
      const brand = [value >> 16, (value >> 8) & 255, value & 255] as const;
      const { ground, ink } = inkOn(brand);
      expect(contrast(luminance(ground), ink === '#fff' ? 1 : 0)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
