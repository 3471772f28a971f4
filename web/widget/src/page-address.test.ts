import { describe, expect, it } from 'vitest';
import { shortenPage } from './page-address.ts';

describe('what the hub hears of a page', () => {
  it('has no query and no fragment', () => {
    expect(
      shortenPage('https://shop/a?token=1#b', 'Lamps', 'https://mail/?u=ana@example.com', false),
    ).toEqual({ url: 'https://shop/a', title: 'Lamps', referrer: 'https://mail/' });
    expect(shortenPage('https://shop/#\n?x', '', '', false)).toEqual({
      url: 'https://shop/',
      title: '',
      referrer: '',
    });
  });

  it('has them where the channel wants them', () => {
    expect(shortenPage('https://shop/a?b=1#c', '', '', true).url).toBe('https://shop/a?b=1#c');
  });

  it('is never more than it takes, and no half of a sign', () => {
    const page = shortenPage(
      `https://shop/${'a'.repeat(9_000)}`,
      `x${'🛋'.repeat(400)}`,
      'b'.repeat(900),
      true,
    );
    const byteCount = Object.values(page).reduce(
      (sum, it) => sum + new TextEncoder().encode(it).length,
      0,
    );
    expect(byteCount).toBeLessThan(2_048);
    expect(page.title).toBe(`x${'🛋'.repeat(149)}`);
  });
});
