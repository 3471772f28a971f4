// A safe subset of Markdown as a tree: one pass over the text, no regular expressions, no HTML.

import { type Inline, parseInline } from './markdown-inline.ts';

export type { Inline } from './markdown-inline.ts';

/** A list, and the lists inside its items. */
export interface List {
  kind: 'list';
  ordered: boolean;
  start: number;
  items: ListItem[];
}

export interface ListItem {
  children: Inline[];
  lists: List[];
}

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; children: Inline[] }
  | { kind: 'quote'; children: Inline[] }
  | { kind: 'code'; text: string }
  | List
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] };

const FENCE = '```';
const MAX_NUMBER_DIGITS = 9;
/** Wider ones stay text. */
const MAX_COLUMNS = 20;
/** Items that stand deeper are items of the deepest list. */
const MAX_LIST_DEPTH = 6;
/** As far from its list's marks a mark begins a list inside the item above. */
const NESTED_COLUMNS = 2;
const TAB_COLUMNS = 4;
/** Further in, a line is no item. */
const MAX_INDENT_COLUMNS = 32;

/** Parses a message. Every character of text appears in the tree; nothing in it is markup for the page. */
export function parseMarkdown(text: string): Block[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '') at += 1;
    else if (line.startsWith(FENCE)) at = takeCode(lines, at, blocks);
    else if (isTable(lines, at)) at = takeTable(lines, at, blocks);
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
      if (block.kind === 'list') return listToText(block);
      if (block.kind === 'table')
        return [block.head, ...block.rows].flat().map(inlineToText).join(' ');
      return inlineToText(block.children);
    })
    .join(' ');
}

function listToText({ items }: List): string {
  return items
    .flatMap(({ children, lists }) => [inlineToText(children), ...lists.map(listToText)])
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

/** Where an item's mark stands decides which of the open lists it belongs to. */
function takeList(lines: readonly string[], start: number, blocks: Block[]): number {
  /** From the outermost to the innermost, each with the column of its first mark. */
  const open: { indent: number; list: List }[] = [];
  let at = start;
  for (let found = marker(lines[at] ?? ''); found; found = marker(lines[at] ?? '')) {
    while (open.length > 1 && found.indent < (open.at(-1)?.indent ?? 0)) open.pop();
    const list = listFor(found, open, blocks);
    if (!list) break;
    const children = parseInline((lines[at] ?? '').slice(found.length));
    list.items.push({ children, lists: [] });
    at += 1;
    // A blank line before an item of a list inside ends nothing.
    const next = lines[at]?.trim() === '' ? marker(lines[at + 1] ?? '') : null;
    if (next && next.indent >= (open[0]?.indent ?? 0) + NESTED_COLUMNS) at += 1;
  }
  return at;
}

/** The list that an item goes on with or begins; null where the outermost ends before it. */
function listFor(
  { ordered, number, indent }: Marker,
  open: { indent: number; list: List }[],
  blocks: Block[],
): List | null {
  const inner = open.at(-1);
  const isNested = inner && indent >= inner.indent + NESTED_COLUMNS && open.length < MAX_LIST_DEPTH;
  if (inner && !isNested) {
    if (inner.list.ordered === ordered) return inner.list;
    if (open.length === 1) return null;
    open.pop();
  }
  const list: List = { kind: 'list', ordered, start: number, items: [] };
  const place = open.at(-1)?.list.items.at(-1)?.lists ?? blocks;
  place.push(list);
  open.push({ indent, list });
  return list;
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
  while (at < lines.length && !startsOtherBlock(lines[at] ?? '') && !isTable(lines, at)) {
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

/** A line of cells above a line of dashes with as many. */
function isTable(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  const rule = lines[at + 1] ?? '';
  if (!line.includes('|') || !rule.includes('|') || !rule.includes('-')) return false;
  if (![...rule].every((char) => '|-: '.includes(char))) return false;
  const { length } = cellsOf(line);
  return length <= MAX_COLUMNS && length === cellsOf(rule).length;
}

function takeTable(lines: readonly string[], start: number, blocks: Block[]): number {
  const head = cellsOf(lines[start] ?? '').map(parseInline);
  const rows: Inline[][][] = [];
  let at = start + 2;
  while (at < lines.length && lines[at]?.includes('|')) {
    rows.push(cellsOf(lines[at] ?? '').map(parseInline));
    at += 1;
  }
  blocks.push({ kind: 'table', head, rows });
  return at;
}

/** What stands between the bars; one that is escaped is text. */
function cellsOf(line: string): string[] {
  const cells = [''];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '|' && line[at - 1] !== '\\') cells.push('');
    else cells[cells.length - 1] += line[at] ?? '';
  }
  if (cells[0]?.trim() === '') cells.shift();
  if (cells.at(-1)?.trim() === '') cells.pop();
  return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function headingText(line: string): string | null {
  let level = 0;
  while (level < 6 && line[level] === '#') level += 1;
  return level > 0 && line[level] === ' ' ? line.slice(level + 1) : null;
}

interface Marker {
  ordered: boolean;
  number: number;
  /** In columns. */
  indent: number;
  /** In characters, with the indentation before it and the space after it. */
  length: number;
}

/** The mark that begins a list item. */
function marker(line: string): Marker | null {
  let at = 0;
  let indent = 0;
  while ((line[at] === ' ' || line[at] === '\t') && indent < MAX_INDENT_COLUMNS) {
    indent += line[at] === ' ' ? 1 : TAB_COLUMNS;
    at += 1;
  }
  const sign = line[at];
  if ((sign === '-' || sign === '*' || sign === '+') && line[at + 1] === ' ') {
    return { ordered: false, number: 1, indent, length: at + 2 };
  }
  const start = at;
  while (at - start < MAX_NUMBER_DIGITS && isDigit(line[at])) at += 1;
  const isMark = at > start && (line[at] === '.' || line[at] === ')') && line[at + 1] === ' ';
  if (!isMark) return null;
  return { ordered: true, number: Number(line.slice(start, at)), indent, length: at + 2 };
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}
