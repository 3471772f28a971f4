// Pages that would hide, move or restyle the widget, load it in odd ways, or take their body away from under it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { collectErrors, openBrowser, PHONE, takePicture } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
let pages = 0;

/** @typedef {import('playwright-core').Page} Page */

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

const TAG = '<script src="HUB/widget.js" data-key="KEY" defer></script>';

/** @param {string} head @param {string} [body] */
const pageOf = (head, body = `<main>A shop</main>${TAG}`) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;

/** @param {string} html @param {{ headers?: Record<string, string>, prepare?: (page: Page) => Promise<unknown>, options?: object }} [options] */
async function visit(html, { headers, prepare, options } = {}) {
  pages += 1;
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const errors = collectErrors(page);
  /** @type {string[]} */
  const told = [];
  page.on('console', (message) => told.push(`${message.type()}: ${message.text()}`));
  await prepare?.(page);
  await page.goto(hub.hostPage(`/own/${pages}`, html, headers));
  return { page, errors, told };
}

/** The launcher stands in the corner, can be clicked there, and opens a panel that looks as anywhere.
 * @param {Page} page */
async function mustWork(page) {
  const launcher = page.locator('switchboard-chat .launcher');
  await launcher.waitFor();
  const box = await launcher.boundingBox();
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  assert.ok(box, 'the launcher is drawn');
  assert.deepEqual(
    { right: size.width - box.x - box.width, bottom: size.height - box.y - box.height },
    { right: 20, bottom: 20 },
  );
  assert.deepEqual({ width: box.width, height: box.height }, { width: 56, height: 56 });
  await page.mouse.click(box.x + 28, box.y + 28);
  const composer = page.getByRole('textbox', { name: 'Your message' });
  await composer.waitFor();
  const look = await page.locator('switchboard-chat .panel').evaluate((panel) => {
    const of = (/** @type {Element | null} */ element) => {
      const style = getComputedStyle(element ?? panel);
      const { letterSpacing, wordSpacing, textTransform, textIndent, direction } = style;
      return { letterSpacing, wordSpacing, textTransform, textIndent, direction };
    };
    const { fontSize, textAlign, cursor, visibility, fontStyle, whiteSpace } =
      getComputedStyle(panel);
    return {
      panel: { ...of(panel), fontSize, textAlign, cursor, visibility, fontStyle, whiteSpace },
      greeting: of(panel.querySelector('.greeting')),
    };
  });
  const plain = {
    letterSpacing: 'normal',
    wordSpacing: '0px',
    textTransform: 'none',
    textIndent: '0px',
    direction: 'ltr',
  };
  assert.deepEqual(look.greeting, plain);
  assert.deepEqual(look.panel, {
    ...plain,
    fontSize: '15px',
    textAlign: 'start',
    cursor: 'auto',
    visibility: 'visible',
    fontStyle: 'normal',
    whiteSpace: 'normal',
  });
  const panel = await page.locator('switchboard-chat .panel').boundingBox();
  assert.ok(panel && panel.x + panel.width <= size.width && panel.y >= 0, 'the panel is in view');
  await composer.fill('Is anybody there?');
  await composer.press('Enter');
  await page.locator('.mark.sent, .mark.delivered').first().waitFor();
}

const HOSTILE = {
  "a theme that hides empty elements, as Shopify's default one":
    'a:empty,ul:empty,dl:empty,div:empty,section:empty,article:empty,p:empty,h1:empty,switchboard-chat:empty{display:none}',
  'every div is hidden': 'div{display:none!important}',
  'everything is positioned': '*{position:relative}',
  'nothing can be clicked': '*{pointer-events:none}',
  'everything is unset': '*{all:unset!important}',
  'text styles for everything':
    '*{letter-spacing:.3em;word-spacing:9px;text-transform:uppercase;text-indent:30px;font:italic 31px/3 cursive;text-align:center;cursor:wait;white-space:nowrap;color:red}',
  'only main and p are shown': 'body>*:not(main):not(p){display:none!important}',
  'everything is moved, small and faint':
    'body *{transform:scale(.1)!important;filter:blur(9px)!important;opacity:.01!important;inset:0!important;margin:50px!important;zoom:2;clip-path:circle(1px)!important;visibility:hidden!important;contain:strict!important;content-visibility:hidden!important;float:left!important}',
  'everything is animated':
    '@keyframes gone{from,to{opacity:0;transform:translateX(900px);visibility:hidden}}body *{animation:gone 1s infinite!important;transition:all 9s!important}',
  'a root of another size, mirrored body':
    'html{font-size:40px}body{direction:rtl;writing-mode:vertical-rl;columns:3}',
  'pseudo-elements everywhere':
    'body *::before,body *::after{content:"x"!important;position:absolute!important;inset:0!important;width:900px;height:900px;background:red!important;display:block!important}',
};

for (const [name, css] of Object.entries(HOSTILE)) {
  test(`the widget works where ${name}`, async () => {
    const { page, errors } = await visit(pageOf(`<style>${css}</style>`));

    await mustWork(page);

    assert.deepEqual(errors, []);
    await page.context().close();
  });
}

test('the widget works under the strictest policy', async () => {
  const policy =
    "default-src 'none'; script-src HUB; connect-src HUB WS; img-src data:; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
  const headers = {
    'content-security-policy': policy.replace('WS', hub.url.replace('http', 'ws')),
  };
  const { page, errors } = await visit(pageOf(''), { headers });

  await mustWork(page);

  assert.deepEqual(errors, []);
});

for (const dir of ['rtl', 'ltr']) {
  test(`words of a language that is not there are English and run from left to right on a page in ${dir}`, async () => {
    const html = `<!doctype html><html lang="he" dir="${dir}"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body style="direction:${dir}"><p>שלום</p><script src="HUB/widget.js" data-key="KEY" data-lang="ar" defer></script></body></html>`;
    const { page } = await visit(html);

    await mustWork(page);

    assert.equal(await page.getByRole('dialog').getAttribute('dir'), 'ltr');
    await page.getByRole('textbox', { name: 'Your message' }).fill('שלום, יש מנורות?');
    await page.keyboard.press('Enter');
    const bubble = page.locator('.bubble', { hasText: 'מנורות' });
    await bubble.waitFor();
    assert.equal(await bubble.evaluate((it) => getComputedStyle(it).direction), 'rtl');
    await takePicture(page, `host-pages-hebrew-${dir}`);
  });
}

/** Sockets that were opened by the page and are open now.
 * @param {Page} page */
function countSockets(page) {
  let open = 0;
  page.on('websocket', (socket) => {
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
  });
  return () => open;
}

const REPLACE = {
  'replaces its body': `const b=document.createElement('body');b.innerHTML='<h1>Second page</h1>';document.documentElement.replaceChild(b,document.body)`,
  'replaces its body and runs the script again': `const b=document.createElement('body');b.innerHTML='<h1>Second page</h1>';document.documentElement.replaceChild(b,document.body);const s=document.createElement('script');s.src='HUB/widget.js';s.dataset.key='KEY';b.append(s)`,
  'empties its body': `document.body.innerHTML='<h1>Second page</h1>'`,
  'brings back a copy of its body': `const c=document.body.cloneNode(true);c.insertAdjacentHTML('beforeend','<h1>Second page</h1>');document.documentElement.replaceChild(c,document.body)`,
  'draws its whole document anew': `const h=document.createElement('html');h.innerHTML='<head></head><body><h1>Second page</h1></body>';document.replaceChild(h,document.documentElement)`,
};

for (const [name, act] of Object.entries(REPLACE)) {
  test(`the open panel with what is typed survives a page that ${name}`, async () => {
    const { page, errors } = await visit(pageOf(''), {
      prepare: async (fresh) => {
        Object.assign(fresh, { count: countSockets(fresh) });
      },
    });
    const count = /** @type {{ count: () => number }} */ (/** @type {unknown} */ (page)).count;
    await mustWork(page);
    await page.getByRole('textbox', { name: 'Your message' }).fill('Half a sent');

    await page.evaluate(act.replaceAll('HUB', hub.url).replaceAll('KEY', hub.channel_key));
    await page.getByRole('heading', { name: 'Second page' }).waitFor();

    const composer = page.getByRole('textbox', { name: 'Your message' });
    await composer.waitFor();
    assert.equal(await composer.inputValue(), 'Half a sent');
    await composer.fill('After the change');
    await composer.press('Enter');
    await page.locator('.bubble', { hasText: 'After the change' }).waitFor();
    await page.locator('.mark.sending').waitFor({ state: 'detached' });
    assert.equal(await page.locator('switchboard-chat').count(), 1);
    assert.equal(count(), 1, 'one socket');
    assert.deepEqual(errors, []);
  });
}

test('a page that keeps removing the widget is not kept busy', async () => {
  const { page } = await visit(
    pageOf(
      `<script>window.removed=0;new MutationObserver(()=>{const it=document.querySelector('switchboard-chat');if(it){it.remove();window.removed++}}).observe(document,{childList:true,subtree:true})</script>`,
    ),
  );
  await page.waitForFunction('window.removed >= 2');

  assert.ok(Number(await page.evaluate('window.removed')) < 6);
});

test('the loader finds its tag as a module and evaluated, and says clearly when there is none', async () => {
  const asModule = await visit(
    pageOf('', `<main></main><script type="module" src="HUB/widget.js" data-key="KEY"></script>`),
  );
  await mustWork(asModule.page);

  const evaluated = await visit(
    pageOf(
      '',
      `<main></main><script type="text/plain" src="HUB/widget.js" data-key="KEY"></script><script>fetch('HUB/widget.js').then(r=>r.text()).then(t=>(0,eval)(t))</script>`,
    ),
  );
  await mustWork(evaluated.page);

  const keyless = await visit(
    pageOf(
      '',
      `<main></main><script>fetch('HUB/widget.js').then(r=>r.text()).then(t=>(0,eval)(t)).then(()=>document.title='done')</script>`,
    ),
  );
  await keyless.page.waitForFunction(`document.title === 'done'`);
  assert.equal(await keyless.page.locator('switchboard-chat').count(), 0);
  const said = keyless.told.filter((text) => text.includes('Switchboard'));
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /data-key/);
});

test('a wrong key shows nothing more once it is known, not on the next page either, and warns once', async () => {
  const html = pageOf('').replace('data-key="KEY"', 'data-key="swk_wrong"');
  const { page, told } = await visit(html);
  const launcher = page.locator('switchboard-chat .launcher');
  const warned = page.waitForEvent('console', (it) => it.text().startsWith('Switchboard'));
  await launcher.click();
  await warned;
  await page.locator('switchboard-chat .panel').waitFor({ state: 'detached' });
  assert.equal(await launcher.isVisible(), false);
  const warnings = () => told.filter((text) => text.startsWith('warning: Switchboard'));
  assert.equal(warnings().length, 1);
  assert.match(warnings()[0] ?? '', /key/);

  const toldAgain = page.waitForEvent('console', (message) =>
    message.text().startsWith('Switchboard'),
  );
  await page.reload();
  assert.equal(await launcher.isVisible(), false);
  await toldAgain;
  assert.equal(await launcher.isVisible(), false);
});

test('a chunk that does not come is told after a click, and the next try works', async () => {
  const { page } = await visit(pageOf(''), {
    prepare: (fresh) => fresh.route(/assets.widget-.*js/, (route) => route.abort()),
  });
  await page.locator('switchboard-chat .launcher').click();
  const notice = page.getByText('Not loaded.');
  await notice.waitFor();
  await takePicture(page, 'host-pages-not-loaded');

  await page.unroute(/assets.widget-.*js/);
  await page.getByRole('button', { name: 'Try again' }).click();

  await page.getByRole('textbox', { name: 'Your message' }).waitFor();
  await notice.waitFor({ state: 'detached' });
});

test('a chunk that hangs is told after four seconds, and opens the chat when it comes', async () => {
  /** @type {(() => void)[]} */
  const release = [];
  const { page } = await visit(pageOf(''), {
    options: { viewport: PHONE, locale: 'es-ES' },
    prepare: (fresh) =>
      fresh.route(/assets.widget-.*js/, async (route) => {
        await new Promise((resolve) => release.push(() => resolve(undefined)));
        await route.continue();
      }),
  });
  await page.locator('switchboard-chat .launcher').click();
  const notice = page.getByText('No se ha cargado.');
  await notice.waitFor();
  await takePicture(page, 'host-pages-not-loaded-390-es');

  for (const go of release) go();

  await page.getByRole('textbox', { name: 'Su mensaje' }).waitFor();
  await notice.waitFor({ state: 'detached' });
});

for (const [color, ink] of [
  ['#ffee00', 'rgb(0, 0, 0)'],
  ['#9fe870', 'rgb(0, 0, 0)'],
  ['#7a1f5c', 'rgb(255, 255, 255)'],
]) {
  test(`the brand ${color} is kept, with ink that can be read on it`, async () => {
    const html = pageOf('').replace('data-key', `data-color="${color}" data-key`);
    const { page } = await visit(html);
    const styleOf = (/** @type {string} */ selector) =>
      page.locator(`switchboard-chat ${selector}`).evaluate((element) => {
        const { backgroundColor, color: text } = getComputedStyle(element);
        return { backgroundColor, text };
      });
    const brand = `rgb(${[1, 3, 5].map((at) => Number.parseInt((color ?? '').slice(at, at + 2), 16)).join(', ')})`;
    assert.deepEqual(await styleOf('.launcher'), { backgroundColor: brand, text: ink });

    await mustWork(page);

    assert.deepEqual(await styleOf('.header'), { backgroundColor: brand, text: ink });
    assert.deepEqual(await styleOf('.mine .bubble'), { backgroundColor: brand, text: ink });
    await takePicture(page, `host-pages-brand-${color?.slice(1)}`);
  });
}
