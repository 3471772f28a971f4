// The parts of the chat that are loaded when they are needed, each with its style and the words they share.

import type { Cell } from '@switchboard/shared/cell.ts';
import { useEffect, useState } from 'preact/hooks';
import type { Stage } from './stage.ts';
import type { Words } from './words.ts';

const IMPORTS = {
  answers: () => import('./answers/answers.tsx'),
  after: () => import('./after/after.tsx'),
  emoji: () => import('./emoji/emoji.tsx'),
  files: () => import('./files/files.tsx'),
  forms: () => import('./forms/forms.tsx'),
  media: () => import('./media/media.tsx'),
  news: () => import('./news/news.tsx'),
  waiting: () => import('./waiting/waiting-card.tsx'),
};

export type PartName = keyof typeof IMPORTS;
export type Part<N extends PartName> = Awaited<ReturnType<(typeof IMPORTS)[N]>>;

export class Parts {
  #root: ShadowRoot;
  #words: Cell<Words>;
  #loaded = new Map<PartName, unknown>();

  constructor(root: ShadowRoot, words: Cell<Words>) {
    this.#root = root;
    this.#words = words;
  }

  get<N extends PartName>(name: N): Part<N> | undefined {
    return this.#loaded.get(name) as Part<N> | undefined;
  }

  async load<N extends PartName>(name: N): Promise<Part<N>> {
    const known = this.get(name);
    if (known) return known;
    const [part] = await Promise.all([IMPORTS[name](), this.#words.get().loadMore()]);
    if (!this.#loaded.has(name)) {
      this.#loaded.set(name, part);
      addStyle(this.#root, part.css);
    }
    return part as Part<N>;
  }
}

export function addStyle(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** The part once it is there; `failed` when it could not be loaded. Null asks for none. */
export function usePart<N extends PartName>(
  { parts }: Stage,
  name: N | null,
): Part<N> | 'failed' | null {
  const [hasFailed, setFailed] = useState(false);
  const [, redraw] = useState({});
  useEffect(() => {
    if (!name || parts.get(name)) return;
    let isGone = false;
    setFailed(false);
    parts.load(name).then(
      () => isGone || redraw({}),
      () => isGone || setFailed(true),
    );
    return () => {
      isGone = true;
    };
  }, [parts, name]);
  if (!name) return null;
  return parts.get(name) ?? (hasFailed ? 'failed' : null);
}
