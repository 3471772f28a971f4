// Draws parsed Markdown as elements; no string ever becomes markup.

import { type Block, type Inline, type List, parseMarkdown } from '@switchboard/shared/markdown.ts';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return <>{blocks.map(drawBlock)}</>;
}

function drawBlock(block: Block, index: number): JSX.Element {
  switch (block.kind) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard.
        <pre key={index} tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return drawList(block, index);
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard.
        <div key={index} class="table" tabIndex={0}>
          <table>
            <thead>
              <tr>{drawCells(block.head, 'th')}</tr>
            </thead>
            <tbody>
              {block.rows.map((row, at) => (
                <tr key={at}>{drawCells(row, 'td')}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'quote':
      return <blockquote key={index}>{block.children.map(drawInline)}</blockquote>;
    case 'heading':
      return (
        <p key={index} class="heading">
          {block.children.map(drawInline)}
        </p>
      );
    case 'paragraph':
      return <p key={index}>{block.children.map(drawInline)}</p>;
  }
}

function drawList({ ordered, start, items }: List, index: number): JSX.Element {
  const rows = items.map(({ children, lists }, at) => (
    <li key={at}>
      {children.map(drawInline)}
      {lists.map(drawList)}
    </li>
  ));
  return ordered ? (
    <ol key={index} start={start}>
      {rows}
    </ol>
  ) : (
    <ul key={index}>{rows}</ul>
  );
}

function drawCells(cells: readonly Inline[][], tag: 'th' | 'td'): JSX.Element[] {
  const Cell = tag;
  return cells.map((cell, at) => <Cell key={at}>{cell.map(drawInline)}</Cell>);
}

const TAGS = { bold: 'strong', italic: 'em', struck: 's' } as const;

function drawInline(inline: Inline, index: number): JSX.Element | string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br key={index} />;
    case 'code':
      return <code key={index}>{inline.text}</code>;
    case 'link':
      return (
        <a key={index} href={inline.href} target="_blank" rel="noopener noreferrer">
          {inline.children.map(drawInline)}
        </a>
      );
    default: {
      const Tag = TAGS[inline.kind];
      return <Tag key={index}>{inline.children.map(drawInline)}</Tag>;
    }
  }
}
