import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, type Inline, type List, markdownToText, parseMarkdown } from './markdown.ts';

function inlineText(children: readonly Inline[]): string {
  return children
    .map((it) => {
      if (it.kind === 'break') return '\n';
      return 'text' in it ? it.text : inlineText(it.children);
    })
    .join('');
}

/** What stands in a list's items and in those of the lists inside. */
function inItems({ items }: List): Inline[][] {
  return items.flatMap(({ children, lists }) => [children, ...lists.flatMap(inItems)]);
}

/** A list as one line: `- a [- b] - c`. */
function outline({ ordered, start, items }: List): string {
  const mark = (at: number) => (ordered ? `${start + at}.` : '-');
  return items
    .map(({ children, lists }, at) => {
      const inside = lists.map((it) => ` [${outline(it)}]`).join('');
      return `${mark(at)} ${inlineText(children)}${inside}`;
    })
    .join(' ');
}

function outlines(text: string): string[] {
  return parseMarkdown(text).map((it) => (it.kind === 'list' ? outline(it) : it.kind));
}

function depthOf({ items }: List): number {
  return 1 + Math.max(0, ...items.flatMap(({ lists }) => lists).map(depthOf));
}

function links(blocks: readonly Block[]): string[] {
  const of = (children: readonly Inline[]): string[] =>
    children.flatMap((it) => {
      if (it.kind === 'link') return [it.href];
      return 'children' in it ? of(it.children) : [];
    });
  return blocks.flatMap((block) => {
    if (block.kind === 'code') return [];
    if (block.kind === 'table') return [...block.head, ...block.rows.flat()].flatMap(of);
    return block.kind === 'list' ? inItems(block).flatMap(of) : of(block.children);
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

  it('reads lists inside lists by where their marks stand', () => {
    expect(outlines('- a\n  - b\n    - c\n  - d\n- e')).toEqual(['- a [- b [- c] - d] - e']);
    expect(outlines('1. a\n   - b\n   - c\n2. d\n   1. e')).toEqual(['1. a [- b - c] 2. d [1. e]']);
    expect(outlines('- a\n\t- b\n\t1. c')).toEqual(['- a [- b] [1. c]']);
    expect(outlines('1. a\n\n   - b\n\n2. c')).toEqual(['1. a [- b]', '2. c']);
    expect(outlines(' - a\n- b\n 1. c')).toEqual(['- a - b', '1. c']);
  });

  it('bounds how deep lists stand in lists, and keeps what stands deeper', () => {
    const text = Array.from({ length: 16 }, (_, at) => `${'  '.repeat(at)}- i${at}`).join('\n');

    const [list] = parseMarkdown(text);

    expect(list?.kind === 'list' && depthOf(list)).toBe(6);
    expect(markdownToText(text)).toBe(Array.from({ length: 16 }, (_, at) => `i${at}`).join(' '));
  });

  it('reads tables, and leaves what only looks like one', () => {
    const cell = (text: string) => [{ kind: 'text', text }];
    expect(parseMarkdown('before\n| a | b |\n|---|:-:|\n| 1 | 2 \\| 3 |\nafter')).toEqual([
      { kind: 'paragraph', children: cell('before') },
      { kind: 'table', head: [cell('a'), cell('b')], rows: [[cell('1'), cell('2 | 3')]] },
      { kind: 'paragraph', children: cell('after') },
    ]);
    for (const text of ['a | b\nc | d', 'a | b\n--|', `${'|a'.repeat(21)}\n${'|-'.repeat(21)}`]) {
      expect(parseMarkdown(text).map((it) => it.kind)).toEqual(['paragraph']);
    }
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
    const chars = fc.constantFrom(
      ...'*_~`[]()\\\n #>-1.ab:/h|\t'.split(''),
      '\n  - ',
      'http://',
      'ñ',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(chars, { maxLength: 80 }), (parts) => {
        const text = parts.join('');
        const letters = (s: string) => s.replaceAll(/[^añb😀]/gu, '');
        const shown = parseMarkdown(text)
          .map((b) => {
            if (b.kind === 'code') return b.text;
            if (b.kind === 'list') return inItems(b).map(inlineText).join();
            if (b.kind === 'table') return [...b.head, ...b.rows.flat()].map(inlineText).join();
            return inlineText(b.children);
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
      '- a\n  - b\n',
      ' - a\n',
      '\t',
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
