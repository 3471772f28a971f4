import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type Inline, markdownToText, parseMarkdown } from './markdown.ts';

function inlineText(children: readonly Inline[]): string {
  return children
    .map((it) => {
      if (it.kind === 'break') return '\n';
      return 'text' in it ? it.text : inlineText(it.children);
    })
    .join('');
}

function links(blocks: readonly Block[]): string[] {
  const of = (children: readonly Inline[]): string[] =>
    children.flatMap((it) => {
      if (it.kind === 'link') return [it.href];
      return 'children' in it ? of(it.children) : [];
    });
  return blocks.flatMap((block) => {
    if (block.kind === 'code') return [];
    return block.kind === 'list' ? block.items.flatMap(of) : of(block.children);
  });
}

describe('markdown', () => {
  it('reads emphasis, code and links', () => {
    expect(parseMarkdown('a **b _c_** `d*` ~~e~~ [f](https://g.h)')).toEqual([
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: 'a ' },
          {
            kind: 'bold',
            children: [
              { kind: 'text', text: 'b ' },
              { kind: 'italic', children: [{ kind: 'text', text: 'c' }] },
            ],
          },
          { kind: 'text', text: ' ' },
          { kind: 'code', text: 'd*' },
          { kind: 'text', text: ' ' },
          { kind: 'struck', children: [{ kind: 'text', text: 'e' }] },
          { kind: 'text', text: ' ' },
          { kind: 'link', href: 'https://g.h', children: [{ kind: 'text', text: 'f' }] },
        ],
      },
    ]);
  });

  it('reads lists, quotes, headings and fenced code', () => {
    const kinds = parseMarkdown('# h\n- a\n- b\n3. c\n> q\n```js\nx < y\n```\nend').map(
      (b) => b.kind,
    );

    expect(kinds).toEqual(['heading', 'list', 'list', 'quote', 'code', 'paragraph']);
  });

  it('leaves unfinished marks, snake_case and sums as they are', () => {
    for (const text of ['**bold', 'snake_case_name', '2 * 3 * 4', '[a](', '`tick', 'a ~ b']) {
      expect(
        parseMarkdown(text).map((b) => ('children' in b ? inlineText(b.children) : '')),
      ).toEqual([text]);
    }
  });

  it('links only to addresses that cannot run anything', () => {
    const bad = [
      '[x](javascript:alert(1))',
      '[x](JaVaScRiPt:alert`1`)',
      '[x](data:text/html,hi)',
      '[x](//evil.example)',
      '[x](vbscript:x)',
      '<img src=x onerror=alert(1)>',
    ];

    for (const text of bad) expect(links(parseMarkdown(text))).toEqual([]);
    expect(
      links(parseMarkdown('see https://a.example/b?c=d, or mail [me](mailto:a@b.c).')),
    ).toEqual(['https://a.example/b?c=d', 'mailto:a@b.c']);
  });

  it('takes any text without throwing and keeps its words', () => {
    const chars = fc.constantFrom(...'*_~`[]()\\\n #>-1.ab:/h'.split(''), 'http://', 'ñ', '😀');
    fc.assert(
      fc.property(fc.array(chars, { maxLength: 80 }), (parts) => {
        const text = parts.join('');
        const letters = (s: string) => s.replaceAll(/[^añb😀]/gu, '');
        const shown = parseMarkdown(text)
          .map((b) => {
            if (b.kind === 'code') return b.text;
            return b.kind === 'list' ? b.items.map(inlineText).join() : inlineText(b.children);
          })
          .join('');
        const hidden = text.includes('](') || text.includes('```');
        if (!hidden) expect(letters(shown)).toBe(letters(text));
      }),
      { seed: 20261121, numRuns: 2_000 },
    );
  });

  it('gives the words alone on one line', () => {
    expect(markdownToText('Hi **you**\nthere\n\n- a\n- `b`')).toBe('Hi you there a b');
  });

  it('stays linear on text made to be slow', () => {
    const size = 64_000;
    const patterns = [
      '*',
      '_',
      '**a',
      '[',
      '[a](',
      '`',
      '~~',
      '> ',
      '- ',
      '\\',
      '*a_b',
      'http://',
      '![',
      '*a **b ',
      '](',
      '_a*b**c~~',
    ];

    for (const pattern of patterns) {
      const text = pattern.repeat(size / pattern.length);
      const started = performance.now();
      parseMarkdown(text);
      expect(performance.now() - started, pattern).toBeLessThan(1_000);
    }
  });
});
