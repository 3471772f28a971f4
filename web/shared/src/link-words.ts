// What a link's words say about where it leads: words that name another place are followed by the true one.

/** Every runtime has it, though no library of types that browsers and Node share. */
declare const URL: new (href: string) => { protocol: string; hostname: string; pathname: string };

/** The words of a link, followed by its true host where they name another, such as `bank.example (evil.example)`. */
export function wordsOfLink(words: string, href: string): string {
  const target = hostOf(href);
  if (
    target === '' ||
    !asSeen(words)
      .split(/\s+/)
      .some((word) => namesAnother(word, target))
  ) {
    return words;
  }
  return `${words} (${target})`;
}

/** What a reader takes the words for: without what is invisible, and with a full stop for all that look like one. */
function asSeen(words: string): string {
  return words
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[。．｡․]/g, '.');
}

function namesAnother(word: string, target: string): boolean {
  const slashes = word.indexOf('//');
  const authority = (slashes < 0 ? word : word.slice(slashes + 2)).split(/[/?#]/)[0] ?? '';
  // In `https://bank.example@evil.example` the first host is a user's name.
  const names = authority.split(/[^\p{L}\p{M}\p{N}.-]+/u).filter(isHostLike);
  return names.some((name) => {
    const host = hostOf(`http://${trimDots(name)}`);
    return host !== target && !target.endsWith(`.${host}`);
  });
}

/** A name of two labels at least whose last is no number, or four numbers: `3.50` and `e.g.` are no hosts. */
function isHostLike(name: string): boolean {
  const labels = trimDots(name).split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label))) return true;
  return labels.length > 1 && labels.every(Boolean) && last.length > 1 && /\p{L}/u.test(last);
}

function trimDots(name: string): string {
  let end = name.length;
  while (end > 0 && name[end - 1] === '.') end -= 1;
  let start = 0;
  while (start < end && name[start] === '.') start += 1;
  return name.slice(start, end);
}

/** In ASCII and without `www.`, so that letters which only look alike differ; empty where there is none. */
function hostOf(href: string): string {
  try {
    const { protocol, hostname, pathname } = new URL(href);
    const host = protocol === 'mailto:' ? (pathname.split('@').at(-1) ?? '') : hostname;
    return host.toLowerCase().replace(/^www\./, '');
  } catch {
    return '';
  }
}
