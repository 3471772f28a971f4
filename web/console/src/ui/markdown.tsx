// Draws parsed Markdown as elements; no string ever becomes markup.

import { type Block, type Inline, type List, parseMarkdown } from '@switchboard/shared/markdown.ts';
import { type JSX, useMemo } from 'react';

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className="prose-chat break-words [overflow-wrap:anywhere]">{blocks.map(drawBlock)}</div>
  );
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
        <div key={index} className="table" tabIndex={0}>
          <table>
            <thead>
              <tr>{drawHead(block.head)}</tr>
            </thead>
            <tbody>
              {block.rows.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a parsed message never changes its order.
                <tr key={at}>{drawRow(row)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'quote':
      return <blockquote key={index}>{block.children.map(drawInline)}</blockquote>;
    case 'heading':
      return (
        <p key={index} className="font-semibold">
          {block.children.map(drawInline)}
        </p>
      );
    case 'paragraph':
      return <p key={index}>{block.children.map(drawInline)}</p>;
  }
}

function drawList({ ordered, start, items }: List, index: number): JSX.Element {
  const rows = items.map(({ children, lists }, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a parsed message never changes its order.
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

function drawHead(cells: readonly Inline[][]): JSX.Element[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a parsed message never changes its order.
  return cells.map((cell, at) => <th key={at}>{cell.map(drawInline)}</th>);
}

function drawRow(cells: readonly Inline[][]): JSX.Element[] {
  // biome-ignore lint/suspicious/noArrayIndexKey: a parsed message never changes its order.
  return cells.map((cell, at) => <td key={at}>{cell.map(drawInline)}</td>);
}

function drawInline(inline: Inline, index: number): JSX.Element | string {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br key={index} />;
    case 'code':
      return <code key={index}>{inline.text}</code>;
    case 'bold':
      return <strong key={index}>{inline.children.map(drawInline)}</strong>;
    case 'italic':
      return <em key={index}>{inline.children.map(drawInline)}</em>;
    case 'struck':
      return <s key={index}>{inline.children.map(drawInline)}</s>;
    case 'link':
      return (
        <a key={index} href={inline.href} target="_blank" rel="noopener noreferrer">
          {inline.children.map(drawInline)}
        </a>
      );
  }
}
