// What is put on a site so that the chat shows there, for each way of putting it.

export const WAYS = [
  'tag',
  'settings',
  'react',
  'wordpress',
  'shopify',
  'tagManager',
  'page',
] as const;
export type Way = (typeof WAYS)[number];

/** What differs from the channel's own look; empty leaves it. */
export interface Look {
  lang: string;
  color: string;
  position: string;
  theme: string;
  launcherLabel: string;
}

export const PLAIN_LOOK: Look = { lang: '', color: '', position: '', theme: '', launcherLabel: '' };

interface Place {
  /** Address of this server, without a slash at its end. */
  server: string;
  key: string;
  look: Look;
}

/** Attributes of the tag, beside `data-key`, by what they set. */
const ATTRIBUTES: Readonly<Record<keyof Look, string>> = {
  lang: 'data-lang',
  color: 'data-color',
  position: 'data-position',
  theme: 'data-theme',
  launcherLabel: 'data-launcher-label',
};

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A text of JavaScript that cannot end the script it stands in. */
function literal(text: string): string {
  const plain = JSON.stringify(text).replaceAll('<', '\\u003c');
  return `'${plain.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function setOf(look: Look): [keyof Look, string][] {
  const names = Object.keys(ATTRIBUTES) as (keyof Look)[];
  return names
    .map((name) => [name, look[name].trim()] as [keyof Look, string])
    .filter(([, value]) => value !== '');
}

export function scriptTag({ server, key, look }: Place): string {
  const own = setOf(look).map(([name, value]) => ` ${ATTRIBUTES[name]}="${attribute(value)}"`);
  return `<script src="${server}/widget.js" data-key="${key}"${own.join('')} defer></script>`;
}

function settingsObject({ key, look }: Place): string {
  const own = setOf(look).map(([name, value]) => `, ${name}: ${literal(value)}`);
  return `{ key: ${literal(key)}${own.join('')} }`;
}

/** The text to be copied; the address alone for the page of its own. */
export function snippet(way: Way, place: Place): string {
  const { server, key } = place;
  switch (way) {
    case 'tag':
    case 'shopify':
      return scriptTag(place);
    case 'settings':
      return `<script>window.switchboardSettings = ${settingsObject(place)};</script>
<script src="${server}/widget.js" defer></script>`;
    case 'react':
      return `import { useEffect } from 'react';

export function Chat() {
  useEffect(() => {
    window.switchboardSettings = ${settingsObject(place)};
    const script = document.createElement('script');
    script.src = ${literal(`${server}/widget.js`)};
    document.body.append(script);
    return () => {
      script.remove();
      window.Switchboard?.('destroy');
    };
  }, []);
  return null;
}`;
    case 'wordpress':
      return `add_action( 'wp_footer', function () { ?>
${scriptTag(place)}
<?php } );`;
    case 'tagManager':
      return `<script>
  window.switchboardSettings = ${settingsObject(place)};
  (function () {
    var script = document.createElement('script');
    script.src = ${literal(`${server}/widget.js`)};
    document.body.appendChild(script);
  })();
</script>`;
    case 'page':
      return `${server}/chat/${key}`;
  }
}

/** A page with the chat on it, to be looked at. */
export function previewPage(place: Place): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview</title><body>${scriptTag(place)}</body></html>`;
}
