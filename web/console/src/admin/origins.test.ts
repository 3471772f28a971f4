import { describe, expect, it } from 'vitest';
import { readOrigins } from './origins.ts';

describe('origins', () => {
  it.each([
    ['example.com', 'https://example.com'],
    ['  www.example.com ', 'https://www.example.com'],
    ['example.com:8443', 'https://example.com:8443'],
    ['http://example.com', 'http://example.com'],
    ['https://Example.com/shop?x=1#top', 'https://example.com'],
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://intranet', 'http://intranet'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
  ])('takes "%s" as %s', (text, origin) => {
    expect(readOrigins(text)).toEqual({ origins: [origin], wrong: null });
  });

  it.each(['my shop', 'shop', 'ftp://example.com', 'https://', 'javascript:alert(1)'])(
    'names the line that "%s" is on',
    (text) => {
      const { wrong } = readOrigins(`example.com\n\n${text}\n`);

      expect(wrong).toEqual({ line: 3, text });
    },
  );

  it('says each site once and forgets empty lines', () => {
    expect(readOrigins('example.com\n\nhttps://example.com/\n').origins).toEqual([
      'https://example.com',
    ]);
  });
});
