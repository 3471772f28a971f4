// Texts that would run or restyle something where they are not only drawn as text, and how to see that they do not.

import assert from 'node:assert/strict';

/** @typedef {import('playwright-core').Page} Page */

const MARKUP = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>parent.alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  '<details open ontoggle=alert(1)>',
  '<style>*{display:none!important}</style>',
  '<link rel=stylesheet href="data:text/css,*{display:none}">',
  '<base href="https://evil.example/">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<form action=javascript:alert(1)><input type=submit autofocus onfocus=alert(1)>',
  '<math><mtext><img src=x onerror=alert(1)></mtext></math>',
  '<template><img src=x onerror=alert(1)></template>',
  '<body onload=alert(1)>',
  '<input autofocus onfocus=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<object data="javascript:alert(1)">',
  '<embed src="javascript:alert(1)">',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '--><script>alert(1)</script>',
];
const ADDRESSES = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'blob:https://evil.example/1',
  '//evil.example',
  'file:///etc/passwd',
  'https://evil.example/\u202Emoc.elpmaxe',
];
const TEXTS = [
  '{{constructor.constructor("alert(1)")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the payload.
  '${alert(1)}',
  '__proto__',
  'constructor',
  'expression(alert(1))',
  'color:red;position:fixed;inset:0;z-index:9999999999',
  'url(javascript:alert(1))',
  '[x](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  '\u202Eright to left',
  'zero\u0000byte',
  '\uD800 half a pair',
  'a'.repeat(480),
  '﷽'.repeat(80),
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞',
];

/** A hundred of them: each text by itself, and the markup and the addresses in two more dresses. */
export const PAYLOADS = [
  ...MARKUP,
  ...ADDRESSES,
  ...TEXTS,
  ...MARKUP.map((it) => `Ana ${it} Núñez`),
  ...MARKUP.map((it) => it.toUpperCase()),
];

/** Notes everything that must not happen, and gives the page a way to put metadata into the next entry.
 * @param {Page} page */
export async function prepareTrap(page) {
  await page.addInitScript(() => {
    const trapped = /** @type {string[]} */ ([]);
    Object.assign(window, {
      trapped,
      alert: (/** @type {unknown} */ text) => trapped.push(`alert ${text}`),
    });
    const sockets = /** @type {WebSocket[]} */ ([]);
    const entries = /** @type {any[]} */ ([]);
    const own = window.WebSocket;
    window.WebSocket = class extends own {
      /** @param {string | URL} url */
      constructor(url) {
        super(url);
        sockets.push(this);
        this.addEventListener('message', ({ data }) => {
          const frame = JSON.parse(String(data));
          if (frame.event === 'message:new') entries.push(frame.data);
        });
      }
    };
    Object.assign(window, {
      /** Tells the widget of a message of an agent that the hub never had. */
      tellWidget(/** @type {object} */ metadata) {
        const last = entries.at(-1);
        const data = {
          ...last,
          id: `made-${last.seq + 1}`,
          seq: last.seq + 1,
          prev: last.seq,
          role: 'agent',
          author: { id: 'a1', kind: 'agent', name: 'Ana' },
          client_message_id: null,
          content: 'Look at these',
          metadata,
        };
        entries.push(data);
        sockets
          .at(-1)
          ?.dispatchEvent(
            new MessageEvent('message', { data: JSON.stringify({ event: 'message:new', data }) }),
          );
      },
    });
  });
}

/** @param {Page} page */
export async function mustRunNothing(page) {
  assert.deepEqual(await page.evaluate('trapped'), []);
  const strange = await page
    .locator('#switchboard-chat')
    .evaluate((host) =>
      [
        ...(host.shadowRoot?.querySelectorAll(
          'script, iframe, object, embed, style, link, base, meta, template, math',
        ) ?? []),
      ].map((it) => it.outerHTML),
    );
  assert.deepEqual(strange, []);
  assert.ok(await page.locator('#switchboard-chat .panel').isVisible(), 'nothing hid the panel');
  const handlers = await page
    .locator('#switchboard-chat')
    .evaluate((host) =>
      [...(host.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((it) =>
        it.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
    );
  assert.deepEqual(handlers, []);
}

/** Nothing of the texts has become part of a page that is not the widget.
 * @param {Page} page */
export async function mustStayText(page) {
  assert.deepEqual(await page.evaluate('trapped'), []);
  const strange = await page.locator('#root').evaluate((root) => {
    const found = root.querySelectorAll(
      'script, iframe, object, embed, style, link, base, meta, template, math',
    );
    const handled = [...root.querySelectorAll('*')].filter((it) =>
      it.getAttributeNames().some((name) => /^on/i.test(name)),
    );
    const led = [...root.querySelectorAll('[href]')].filter(
      (it) => !/^(https?:|mailto:|\/|#)/i.test(it.getAttribute('href') ?? ''),
    );
    const drawn = [...root.querySelectorAll('img, video, source')].filter((it) =>
      /evil|onerror|^x$/.test(it.getAttribute('src') ?? ''),
    );
    return [...found, ...handled, ...led, ...drawn].map((it) => it.outerHTML);
  });
  assert.deepEqual(strange, []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).display), 'block');
}
