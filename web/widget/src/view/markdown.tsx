// Draws parsed Markdown as elements; no string ever becomes markup.

import { type Block, type Inline, parseMarkdown } from '@switchboard/shared/markdown.ts';
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
    case 'list': {
      const items = block.items.map((item, at) => <li key={at}>{item.map(drawInline)}</li>);
      return block.ordered ? (
        <ol key={index} start={block.start}>
          {items}
        </ol>
      ) : (
        <ul key={index}>{items}</ul>
      );
    }
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
