// A safe subset of Markdown as a tree: one pass over the text, no regular expressions, no HTML.

import { type Inline, parseInline } from './markdown-inline.ts';

export type { Inline } from './markdown-inline.ts';

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; children: Inline[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

const FENCE = '```';
const MAX_NUMBER_DIGITS = 9;

/** Parses a message. Every character of text appears in the tree; nothing in it is markup for the page. */
export function parseMarkdown(text: string): Block[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at += 1;
    else if (line.startsWith(FENCE)) at = takeCode(lines, at, blocks);
    else if (marker(line)) at = takeList(lines, at, blocks);
    else if (line.startsWith('>')) at = takeQuote(lines, at, blocks);
    else if (headingText(line) !== null) {
      blocks.push({ kind: 'heading', children: parseInline(headingText(line) ?? '') });
      at += 1;
    } else at = takeParagraph(lines, at, blocks);
  }
  return blocks;
}

/** The words alone, on one line, for a list of conversations. */
export function markdownToText(text: string): string {
  return parseMarkdown(text)
    .map((block) => {
      if (block.kind === 'code') return block.text;
      if (block.kind === 'list') return block.items.map(inlineToText).join(' ');
      return inlineToText(block.children);
    })
    .join(' ');
}

function inlineToText(children: readonly Inline[]): string {
  return children
    .map((it) => {
      if (it.kind === 'break') return ' ';
      return 'text' in it ? it.text : inlineToText(it.children);
    })
    .join('');
}

function takeCode(lines: readonly string[], start: number, blocks: Block[]): number {
  const code: string[] = [];
  let at = start + 1;
  while (at < lines.length && !lines[at]?.startsWith(FENCE)) {
    code.push(lines[at] ?? '');
    at += 1;
  }
  blocks.push({ kind: 'code', text: code.join('\n') });
  return at + 1;
}

function takeList(lines: readonly string[], start: number, blocks: Block[]): number {
  const first = marker(lines[start] ?? '');
  const items: Inline[][] = [];
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const found = marker(line);
    if (!found || found.ordered !== first?.ordered) break;
    items.push(parseInline(line.slice(found.length)));
    at += 1;
  }
  blocks.push({ kind: 'list', ordered: first?.ordered ?? false, start: first?.number ?? 1, items });
  return at;
}

function takeQuote(lines: readonly string[], start: number, blocks: Block[]): number {
  const quoted: string[] = [];
  let at = start;
  while (at < lines.length && lines[at]?.startsWith('>')) {
    quoted.push((lines[at] ?? '').slice(1).trimStart());
    at += 1;
  }
  blocks.push({ kind: 'quote', children: parseInline(quoted.join('\n')) });
  return at;
}

function takeParagraph(lines: readonly string[], start: number, blocks: Block[]): number {
  const taken: string[] = [];
  let at = start;
  while (at < lines.length && !startsOtherBlock(lines[at] ?? '')) {
    taken.push(lines[at] ?? '');
    at += 1;
  }
  blocks.push({ kind: 'paragraph', children: parseInline(taken.join('\n')) });
  return at;
}

function startsOtherBlock(line: string): boolean {
  return (
    line.trim() === '' ||
    line.startsWith(FENCE) ||
    line.startsWith('>') ||
    marker(line) !== null ||
    headingText(line) !== null
  );
}

function headingText(line: string): string | null {
  let level = 0;
  while (level < 6 && line[level] === '#') level += 1;
  return level > 0 && line[level] === ' ' ? line.slice(level + 1) : null;
}

/** The mark that begins a list item, with its indentation and the space after it. */
function marker(line: string): { ordered: boolean; number: number; length: number } | null {
  let at = 0;
  while (at < 6 && line[at] === ' ') at += 1;
  const sign = line[at];
  if ((sign === '-' || sign === '*' || sign === '+') && line[at + 1] === ' ') {
    return { ordered: false, number: 1, length: at + 2 };
  }
  const start = at;
  while (at - start < MAX_NUMBER_DIGITS && isDigit(line[at])) at += 1;
  const isMark = at > start && (line[at] === '.' || line[at] === ')') && line[at + 1] === ' ';
  return isMark ? { ordered: true, number: Number(line.slice(start, at)), length: at + 2 } : null;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}
