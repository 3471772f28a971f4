// What a link's words say about where it leads: words that name another place are followed by the true one.

/** Every runtime has it, though no library of types that browsers and Node share. */
declare const URL: new (href: string) => { protocol: string; hostname: string; pathname: string };

/** The words of a link, followed by its true host where they name another, such as `bank.example (evil.example)`. */
export function wordsOfLink(words: string, href: string): string {
  const target = hostOf(href);
  if (target === '' || !words.split(/\s+/).some((word) => namesAnother(word, target))) return words;
  return `${words} (${target})`;
}

function namesAnother(word: string, target: string): boolean {
  const lower = word.toLowerCase();
  if (lower.startsWith('http://') || lower.startsWith('https://')) {
    // In `https://bank.example@evil.example` the first host is a user's name.
    return hostOf(word) !== target || lower.slice(8).split('/')[0]?.includes('@') === true;
  }
  const beforePath = word.split(/[/?#]/)[0] ?? '';
  const names = beforePath.split(/[^\p{L}\p{M}\p{N}.-]+/u).filter(isHostLike);
  return names.some((name) => {
    const host = hostOf(`http://${trimDots(name)}`);
    return host !== target && !target.endsWith(`.${host}`);
  });
}

/** Two labels at least, the last of which is no number: `3.50` and `e.g.` are no hosts. */
function isHostLike(name: string): boolean {
  const labels = trimDots(name).split('.');
  const last = labels.at(-1) ?? '';
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
