// Markdown that is still being written: what is open at its end is closed, so that marks never flash up as text.

const FENCE = /^\s*```/;

/** The text to parse while more of it is expected; whole text is parsed as it is. */
export function closeOpenMarks(text: string): string {
  const start = text.lastIndexOf('\n') + 1;
  const before = text.slice(0, start);
  const last = text.slice(start);
  if (isInsideFence(before)) return /^\s*`{1,2}$/.test(last) ? before : text;
  // A fence, a heading or a list mark that has only begun would be drawn as a paragraph first.
  if (/^\s*(`{1,2}|#{1,6}|[-*+>]|\d{1,3}[.)])\s*$/.test(last)) return before;
  return before + closeLine(last);
}

function isInsideFence(text: string): boolean {
  let isInside = false;
  for (const line of text.split('\n')) if (FENCE.test(line)) isInside = !isInside;
  return isInside;
}

function closeLine(line: string): string {
  if (FENCE.test(line)) return line;
  const cut = line.lastIndexOf('[');
  // A link shows its words as soon as they are there; its address never.
  if (cut >= 0 && isOpenLink(line.slice(cut))) {
    const label = line.slice(cut + 1).split(']')[0] ?? '';
    return closeMarks(line.slice(0, cut) + label);
  }
  return closeMarks(line);
}

function isOpenLink(tail: string): boolean {
  const end = tail.indexOf(']');
  if (end < 0) return true;
  return tail[end + 1] === '(' && !tail.includes(')', end);
}

function closeMarks(line: string): string {
  const bare = line.replace(/(\*{1,2}|~{1,2}|`)$/, (mark) =>
    count(line, mark) % 2 === 1 ? '' : mark,
  );
  // A mark that closes stands right after a word.
  const words = bare.trimEnd();
  const spaces = bare.slice(words.length);
  if (count(words, '`') % 2 === 1) return `${words}\`${spaces}`;
  const open = ['**', '~~'].filter((mark) => count(words, mark) % 2 === 1);
  return words + open.reverse().join('') + spaces;
}

function count(line: string, mark: string): number {
  return line.split(mark).length - 1;
}
