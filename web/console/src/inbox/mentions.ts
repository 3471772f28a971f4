// Who a note mentions: by their name behind an @.

export interface Mentionable {
  id: string;
  name: string;
}

/** The ids of those whose name stands behind an @, of a longer name before a shorter one that begins it. */
export function mentionsIn(text: string, people: readonly Mentionable[]): string[] {
  let rest = text.toLowerCase();
  const found: string[] = [];
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length);
  for (const { id, name } of byLength) {
    const wanted = `@${name.toLowerCase()}`;
    let at = rest.indexOf(wanted);
    let isMeant = false;
    while (at >= 0) {
      const after = rest[at + wanted.length] ?? '';
      if (!/[\p{L}\p{N}_]/u.test(after)) {
        isMeant = true;
        // What belongs to this name is nobody else's.
        rest = rest.slice(0, at) + ' '.repeat(wanted.length) + rest.slice(at + wanted.length);
      }
      at = rest.indexOf(wanted, at + 1);
    }
    if (isMeant) found.push(id);
  }
  return found;
}

/** What is typed behind an @ at the start of a word, left of the caret. */
export function mentionAt(text: string, caret: number): { start: number; query: string } | null {
  const before = text.slice(0, caret);
  const start = before.lastIndexOf('@');
  if (start < 0 || (start > 0 && !/[\s(]/.test(before[start - 1] ?? ''))) return null;
  const query = before.slice(start + 1);
  return query.length > 40 || /[\n@]|^\s|\s\s/.test(query) ? null : { start, query };
}
