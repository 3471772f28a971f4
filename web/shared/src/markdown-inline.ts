// The marks inside a line: bold, italic, struck, code and links. Linear in the length of the text.

import { wordsOfLink } from './link-words.ts';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'code'; text: string }
  | { kind: 'bold' | 'italic' | 'struck'; children: Inline[] }
  | { kind: 'link'; href: string; children: Inline[] };

type Emphasis = 'bold' | 'italic' | 'struck';

interface Opened {
  kind: Emphasis;
  mark: string;
  /** Where its children begin in the output. */
  from: number;
}

/** Longer addresses are shown as text: nobody types them, and each scan stays bounded. */
const MAX_LINK_CHARS = 2_048;
const SCHEMES = ['https://', 'http://', 'mailto:', 'tel:'];

export function parseInline(text: string): Inline[] {
  return new InlineParser(text).parse();
}

class InlineParser {
  #text: string;
  #at = 0;
  #output: Inline[] = [];
  #plain = '';
  /** Invariant: each kind is open at most once, so a wrap never repeats another's work. */
  #opened: Opened[] = [];
  #noMoreTicks = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Inline[] {
    while (this.#at < this.#text.length) {
      if (!this.#takeMark()) {
        this.#plain += this.#text[this.#at] ?? '';
        this.#at += 1;
      }
    }
    while (this.#opened.length > 0) this.#giveUp();
    this.#flush();
    return this.#output;
  }

  #takeMark(): boolean {
    switch (this.#text[this.#at]) {
      case '\n':
        this.#flush();
        this.#output.push({ kind: 'break' });
        this.#at += 1;
        return true;
      case '\\':
        return this.#takeEscape();
      case '`':
        return this.#takeCode();
      case '[':
        return this.#takeLink();
      case 'h':
        return this.#takeAddress();
      case '*':
      case '_':
      case '~':
        return this.#takeEmphasis();
      default:
        return false;
    }
  }

  #takeEscape(): boolean {
    const next = this.#text[this.#at + 1];
    if (next === undefined || !'\\`*_~[]()#>-+.!'.includes(next)) return false;
    this.#plain += next;
    this.#at += 2;
    return true;
  }

  #takeCode(): boolean {
    if (this.#noMoreTicks) return false;
    const end = this.#text.indexOf('`', this.#at + 1);
    if (end < 0) {
      this.#noMoreTicks = true;
      return false;
    }
    if (end === this.#at + 1) {
      this.#plain += '``';
      this.#at += 2;
      return true;
    }
    this.#flush();
    this.#output.push({ kind: 'code', text: this.#text.slice(this.#at + 1, end) });
    this.#at = end + 1;
    return true;
  }

  /** `[label](address)`: neither may hold a bracket, so that no scan passes over another's start. */
  #takeLink(): boolean {
    const labelEnd = this.#scan(this.#at + 1, '[]\n');
    if (this.#text[labelEnd] !== ']' || this.#text[labelEnd + 1] !== '(') return false;
    const hrefEnd = this.#scan(labelEnd + 2, '() \n');
    if (this.#text[hrefEnd] !== ')') return false;
    const label = this.#text.slice(this.#at + 1, labelEnd);
    const href = this.#text.slice(labelEnd + 2, hrefEnd);
    if (label.trim() === '' || !isSafe(href)) return false;
    this.#flush();
    this.#output.push({
      kind: 'link',
      href,
      children: [{ kind: 'text', text: wordsOfLink(label, href) }],
    });
    this.#at = hrefEnd + 1;
    return true;
  }

  #takeAddress(): boolean {
    const isHttp =
      this.#text.startsWith('https://', this.#at) || this.#text.startsWith('http://', this.#at);
    const before = this.#text[this.#at - 1];
    if (!isHttp || (before !== undefined && isWordChar(before))) return false;
    let end = this.#scan(this.#at, ' \n\t<>"`');
    while (end > this.#at && ".,;:!?)]}'*_~".includes(this.#text[end - 1] ?? '')) end -= 1;
    const href = this.#text.slice(this.#at, end);
    if (href.endsWith('/') && href.length <= 'https://'.length) return false;
    this.#flush();
    this.#output.push({
      kind: 'link',
      href,
      children: [{ kind: 'text', text: wordsOfLink(href, href) }],
    });
    this.#at = end;
    return true;
  }

  #takeEmphasis(): boolean {
    const char = this.#text[this.#at] ?? '';
    const isDouble = this.#text[this.#at + 1] === char;
    if (char === '~' && !isDouble) return false;
    const mark = isDouble ? char + char : char;
    const kind: Emphasis = char === '~' ? 'struck' : isDouble ? 'bold' : 'italic';
    const before = this.#text[this.#at - 1];
    const after = this.#text[this.#at + mark.length];
    const insideWord = char === '_' && isWordChar(before) && isWordChar(after);
    const index = this.#opened.findIndex((opened) => opened.mark === mark);
    if (index >= 0 && !isSpace(before) && !insideWord) {
      this.#at += mark.length;
      this.#close(index);
      return true;
    }
    const isOpen = this.#opened.some((opened) => opened.kind === kind);
    if (isOpen || isSpace(after) || insideWord || (char === '_' && isWordChar(before))) {
      this.#plain += mark;
      this.#at += mark.length;
      return true;
    }
    this.#flush();
    this.#opened.push({ kind, mark, from: this.#output.length });
    this.#at += mark.length;
    return true;
  }

  #close(index: number): void {
    while (this.#opened.length > index + 1) this.#giveUp();
    this.#flush();
    const opened = this.#opened.pop();
    if (!opened) return;
    const children = this.#output.splice(opened.from);
    if (children.length > 0) this.#output.push({ kind: opened.kind, children });
    else this.#plain += opened.mark + opened.mark;
  }

  /** The innermost open mark found no end: it was only text. */
  #giveUp(): void {
    this.#flush();
    const opened = this.#opened.pop();
    if (opened) this.#output.splice(opened.from, 0, { kind: 'text', text: opened.mark });
  }

  #scan(from: number, stops: string): number {
    const limit = Math.min(this.#text.length, from + MAX_LINK_CHARS);
    let at = from;
    while (at < limit && !stops.includes(this.#text[at] ?? '')) at += 1;
    return at;
  }

  #flush(): void {
    if (this.#plain === '') return;
    this.#output.push({ kind: 'text', text: this.#plain });
    this.#plain = '';
  }
}

function isSafe(href: string): boolean {
  const lower = href.slice(0, 'https://'.length).toLowerCase();
  return SCHEMES.some((scheme) => lower.startsWith(scheme) && href.length > scheme.length);
}

function isSpace(char: string | undefined): boolean {
  return char === undefined || char === ' ' || char === '\n' || char === '\t';
}

function isWordChar(char: string | undefined): boolean {
  if (char === undefined) return false;
  return char.toLowerCase() !== char.toUpperCase() || (char >= '0' && char <= '9');
}
