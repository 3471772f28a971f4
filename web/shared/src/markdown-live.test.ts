import { describe, expect, it } from 'vitest';
import { markdownToText } from './markdown.ts';
import { closeOpenMarks } from './markdown-live.ts';

const WHOLE =
  'Delivery takes **two to three** days, see [our page](https://example.com/a?b=c).\n\n- `A-10` is ready\n- ~~old~~ new\n\n```\nlet a = 1;\n```\nDone.';

describe('Markdown while it is written', () => {
  it('never shows a mark that will be a format', () => {
    for (let length = 1; length <= WHOLE.length; length += 1) {
      const shown = markdownToText(closeOpenMarks(WHOLE.slice(0, length)));
      expect(shown, WHOLE.slice(0, length)).not.toMatch(/\*\*|~~|\]\(|https:|`/);
    }
  });

  it('leaves whole text alone', () => {
    expect(closeOpenMarks(WHOLE)).toBe(WHOLE);
    expect(closeOpenMarks('3 * 4 = 12, a_b [1] (x)')).toBe('3 * 4 = 12, a_b [1] (x)');
  });

  it('closes what is open at the end', () => {
    expect(closeOpenMarks('this is **bo')).toBe('this is **bo**');
    expect(closeOpenMarks('see [our pa')).toBe('see our pa');
    expect(closeOpenMarks('see [our page](https://exa')).toBe('see our page');
    expect(closeOpenMarks('run `ls')).toBe('run `ls`');
    expect(closeOpenMarks('a\n- ')).toBe('a\n');
  });
});
