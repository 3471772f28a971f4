import { describe, expect, it } from 'vitest';
import { wordsOfLink } from './link-words.ts';
import { markdownToText } from './markdown.ts';

describe('the words of a link', () => {
  it('are followed by the true host where they name another', () => {
    for (const [words, href, host] of [
      ['bank.example', 'https://evil.example/login', 'evil.example'],
      ['https://bank.example/login', 'https://evil.example', 'evil.example'],
      ['Sign in at www.bank.example, please', 'https://evil.example', 'evil.example'],
      ['https://bank.example@evil.example', 'https://bank.example@evil.example', 'evil.example'],
      ['paypal.com', 'https://раypal.com/', 'xn--ypal-43d9g.com'],
      ['help@bank.example', 'mailto:help@evil.example', 'evil.example'],
      ['evil.example.bank.example', 'https://evil.example', 'evil.example'],
      ['bücher.example', 'https://bucher.example', 'bucher.example'],
      ['(https://bank.example/login)', 'https://evil.example', 'evil.example'],
      ['"https://bank.example"', 'https://evil.example', 'evil.example'],
      ['->https://bank.example', 'https://evil.example', 'evil.example'],
      ['//bank.example/login', 'https://evil.example', 'evil.example'],
      ['ftp://bank.example', 'https://evil.example', 'evil.example'],
      ['bank.\u200bexample', 'https://evil.example', 'evil.example'],
      ['\u200bhttps://bank.example', 'https://evil.example', 'evil.example'],
      ['bank。example', 'https://evil.example', 'evil.example'],
      ['192.0.2.1', 'https://evil.example', 'evil.example'],
    ] as const) {
      expect(wordsOfLink(words, href)).toBe(`${words} (${host})`);
    }
  });

  it('are left alone where they are true, or name no place', () => {
    for (const [words, href] of [
      ['our terms', 'https://shop.example/terms'],
      ['shop.example', 'https://www.shop.example/terms'],
      ['Shop.Example/terms.html?a=b.com', 'https://shop.example/terms'],
      ['shop.example', 'https://help.shop.example/'],
      ['https://shop.example/a.html?ref=b.com', 'https://shop.example/a.html?ref=b.com'],
      ['only 3.50 today, e.g. at ours...', 'https://shop.example'],
      ['bücher.example', 'https://xn--bcher-kva.example/'],
      ['write to help@shop.example', 'mailto:help@shop.example'],
      ['call us', 'tel:+34900'],
      ['https://shop.example,', 'https://shop.example'],
      ['(see https://shop.example/a)', 'https://shop.example/a'],
    ] as const) {
      expect(wordsOfLink(words, href)).toBe(words);
    }
  });

  it('are read in time that grows with their length', () => {
    // A reader that looks at the rest of the words again and again runs into the time limit of tests.
    for (const part of ['a', 'a.', '.', '@a.b', 'a-', 'http://']) {
      const words = part.repeat(100_000);
      expect(wordsOfLink(words, 'https://shop.example').startsWith(words)).toBe(true);
    }
  });

  it('reach what is drawn', () => {
    expect(markdownToText('See [bank.example](https://evil.example).')).toBe(
      'See bank.example (evil.example).',
    );
  });
});
