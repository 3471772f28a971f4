// The page and the chat: what the page can ask of it, what it hears of the page, and pages that forbid much.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { collectErrors, openBrowser, takePicture, Visitor } from './people.mjs';

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

/** @param {string} head @param {string} [tag] */
const pageOf = (head, tag = '<script src="HUB/widget.js" data-key="KEY" defer></script>') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">${head}</head><body><main>A shop</main>${tag}</body></html>`;

/** @param {string} html @param {{ prepare?: (page: Page) => Promise<unknown>, options?: object }} [options] */
async function visit(html, { prepare, options } = {}) {
  pages += 1;
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await prepare?.(page);
  await page.goto(hub.hostPage(`/face/${pages}`, html));
  return new Visitor(page, errors);
}

/** What the page says to the hub on its connection, by event.
 * @param {Page} page @param {string} event */
function framesOf(page, event) {
  const frames = /** @type {Record<string, unknown>[]} */ ([]);
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload));
      if (frame.event === event) frames.push(frame.data);
    }),
  );
  return frames;
}

test('a first view costs one request and keeps nothing', async () => {
  const asked = /** @type {string[]} */ ([]);
  const visitor = await visit(pageOf(''), {
    prepare: async (page) =>
      page.on('request', (request) => asked.push(new URL(request.url()).pathname)),
  });
  await visitor.page.locator('#switchboard-chat .launcher').waitFor();
  await visitor.page.waitForLoadState('networkidle');

  assert.deepEqual(
    asked.filter((path) => !path.startsWith('/face')),
    ['/widget.js'],
  );
  assert.equal(await visitor.page.evaluate('localStorage.length + sessionStorage.length'), 0);
});

test('the page hides, shows, dresses and translates the chat, and takes it away', async () => {
  const visitor = await visit(pageOf(''));
  const { page } = visitor;
  const launcher = page.locator('#switchboard-chat .launcher');
  await page.evaluate('Switchboard.hide()');
  await launcher.waitFor({ state: 'hidden' });
  await page.evaluate('Switchboard.show()');
  await launcher.waitFor();
  await page.evaluate('Switchboard.hide(); Switchboard.open()');
  await visitor.composer.waitFor();

  await page.evaluate("Switchboard('setTheme', 'dark')");
  assert.equal(await page.locator('#switchboard-chat').getAttribute('data-theme'), 'dark');
  await page.evaluate("Switchboard('setLocale', 'he')");
  await page.getByRole('textbox', { name: 'ההודעה שלך' }).waitFor();
  assert.equal(await visitor.panel.getAttribute('dir'), 'rtl');
  await page.evaluate('Switchboard.toggle()');
  await visitor.panel.waitFor({ state: 'detached' });

  await page.evaluate('Switchboard.destroy()');
  assert.equal(await page.locator('switchboard-chat').count(), 0);
  assert.equal(await page.evaluate('typeof Switchboard'), 'undefined');
  await page.evaluate("document.body.append(document.createElement('p'))");
  assert.equal(await page.locator('switchboard-chat').count(), 0);
  assert.deepEqual(visitor.errors, []);
});

test('a page that the hub refuses stays without the chat, whatever it shows', async () => {
  const tag = '<script src="HUB/widget.js" data-key="swk_nobodys" defer></script>';
  const visitor = await visit(pageOf('', tag));
  const { page } = visitor;
  const launcher = page.locator('#switchboard-chat .launcher');
  await launcher.click();
  await launcher.waitFor({ state: 'hidden' });
  await page.evaluate('Switchboard.hide(); Switchboard.show()');
  assert.equal(await launcher.isVisible(), false);
  await page.reload();
  await page.waitForFunction('window.Switchboard?.show');
  await page.evaluate('Switchboard.hide(); Switchboard.show()');
  assert.equal(await launcher.isVisible(), false);
});

test('the words beside the button are in its name', async () => {
  const tag =
    '<script src="HUB/widget.js" data-key="KEY" data-launcher-label="Any questions?" defer></script>';
  const visitor = await visit(pageOf('', tag));
  const { page } = visitor;
  await page.getByRole('button', { name: 'Any questions?', exact: true }).click();
  await visitor.composer.press('Escape');
  await page.getByRole('button', { name: 'Any questions? – Open chat', exact: true }).waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('settings stand in for attributes, and attributes win', async () => {
  const settings = `<script>window.switchboardSettings = { key: 'KEY', lang: 'es', color: '#7a1f5c', position: 'top-left', launcherLabel: '<b>¿Dudas?</b>' }</script>`;
  const visitor = await visit(
    pageOf(settings, '<script src="HUB/widget.js" data-position="bottom-left" defer></script>'),
  );
  const { page } = visitor;
  const launcher = page.locator('#switchboard-chat .launcher');
  await launcher.getByText('<b>¿Dudas?</b>').waitFor();
  const box = await launcher.boundingBox();
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  assert.ok(box && box.x === 20 && box.y + box.height === size.height - 20);
  await launcher.click();
  await page.getByRole('textbox', { name: 'Su mensaje' }).waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('listeners hear until they are taken off, and a wrong call is told', async () => {
  const visitor = await visit(pageOf(''));
  const { page } = visitor;
  const told = page.waitForEvent('console', (message) => message.text().includes('makeCoffee'));
  await page.evaluate(() => {
    const heard = /** @type {string[]} */ ([]);
    const listener = () => heard.push('opened');
    const { Switchboard } = /** @type {any} */ (window);
    Object.assign(window, { heard, listener });
    Switchboard.on('opened', listener);
    Switchboard('makeCoffee');
    Switchboard.open();
  });
  await told;
  await visitor.composer.waitFor();
  await page.evaluate(
    "Switchboard.close(); Switchboard.off('opened', listener); Switchboard.open()",
  );
  await visitor.composer.waitFor();
  assert.deepEqual(await page.evaluate('heard'), ['opened']);
});

test('a single-page app keeps its own history, and the hub hears where the visitor is', async () => {
  const own = `<script>
    const push = history.pushState;
    history.pushState = function (...args) { window.pushed = (window.pushed ?? 0) + 1; return push.apply(this, args); };
  </script>`;
  const visitor = await visit(pageOf(own), {
    prepare: async (page) => Object.assign(page, { views: framesOf(page, 'page:view') }),
  });
  const { page } = visitor;
  const views = /** @type {{ views: Record<string, unknown>[] }} */ (/** @type {unknown} */ (page))
    .views;
  await visitor.openChat();
  await visitor.say('Hello');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const seen = page.waitForEvent('websocket', { timeout: 1 }).catch(() => null);
  await page.evaluate(() => {
    history.pushState({ step: 2 }, '', '/face/lamps?x=<script>');
    document.title = 'Lamps <img src=x onerror=alert(1)>';
  });
  await seen;
  await page.waitForFunction(() => history.state?.step === 2);
  await poll(() => views.length === 1);
  assert.equal(views[0]?.title, 'Lamps <img src=x onerror=alert(1)>');
  assert.match(String(views[0]?.url), /\/face\/lamps$/);
  assert.equal(await page.evaluate('pushed'), 1);
  await page.goBack();
  await poll(() => views.length === 2);
  await visitor.sees('Hello');
  assert.deepEqual(visitor.errors, []);
});

test('where the channel keeps them, the hub hears queries of the first page too', async () => {
  await hub.setUp({ keep_page_query: true });
  const views = /** @type {Record<string, unknown>[][]} */ ([]);
  const visitor = await visit(pageOf(''), {
    prepare: async (page) => {
      views.push(framesOf(page, 'page:view'));
    },
  });
  const { page } = visitor;
  await page.goto(`${page.url()}?campaign=spring`);
  await visitor.openChat();
  await poll(() => views[0]?.length === 1);
  assert.match(String(views[0]?.[0]?.url), /\?campaign=spring$/);
  await hub.setUp();
  assert.deepEqual(visitor.errors, []);
});

test('a page that brings itself back from the cache talks on', async () => {
  const visitor = await visit(pageOf(''));
  const { page } = visitor;
  await visitor.openChat();
  await visitor.say('Before');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  // As the browser does when it keeps a page for the way back.
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
  await visitor.say('After');
  await visitor.sees('After');
  await poll(async () => (await visitor.log.locator('.mark.sending').count()) === 0);
  assert.deepEqual(await visitor.messages(), ['Before', 'After']);
});

test('where nothing may be kept, the chat works for the visit', async () => {
  const visitor = await visit(pageOf(''), {
    prepare: (page) =>
      page.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage']) {
          Object.defineProperty(window, name, {
            get() {
              throw new DOMException('no', 'SecurityError');
            },
          });
        }
      }),
  });
  await visitor.openChat();
  await visitor.say('Private');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await visitor.page.evaluate('Switchboard.close(); Switchboard.open()');
  await visitor.sees('Private');
  assert.deepEqual(visitor.errors, []);
});

test('as a page of its own it fills the window, without a way to close it', async () => {
  const tag = '<script src="HUB/widget.js" data-key="KEY" data-page></script>';
  for (const viewport of [
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
  ]) {
    const visitor = await visit(pageOf('', tag), { options: { viewport } });
    const { page } = visitor;
    await visitor.composer.waitFor();
    const box = await page.locator('#switchboard-chat .panel').boundingBox();
    assert.deepEqual(box, { x: 0, y: 0, ...viewport });
    assert.equal(await page.locator('#switchboard-chat .launcher').count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Close chat' }).count(), 0);
    await page.keyboard.press('Escape');
    await visitor.say('Here I am');
    await visitor.sees('Here I am');
    assert.deepEqual(visitor.errors, []);
  }
});

test('the hosted page of a channel is its chat, under its own policy', async () => {
  for (const viewport of [
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
  ]) {
    const page = await browser.newPage({ viewport, locale: 'en-US' });
    const errors = collectErrors(page);
    await page.goto(`${hub.url}/chat/${hub.channel_key}`);
    const visitor = new Visitor(page, errors);
    await visitor.composer.waitFor();
    assert.match(await page.title(), /Bright Lamp & Sons/);
    const box = await page.locator('#switchboard-chat .panel').boundingBox();
    assert.deepEqual(box, { x: 0, y: 0, ...viewport });
    await visitor.say('By link');
    await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
    await takePicture(page, `face-hosted-${viewport.width}`);
    assert.deepEqual(errors, []);
  }
});

test('what the page knows of the visitor is told to the hub, and a refusal to the page', async () => {
  const visitor = await visit(pageOf(''));
  const { page } = visitor;
  await page.evaluate("Switchboard.setCustomAttributes({ plan: 'pro', seats: 3, old: null })");
  const sent = page.waitForRequest('**/widget/profile');
  await page.evaluate('Switchboard.open()');
  assert.deepEqual((await sent).postDataJSON(), {
    attributes: { plan: 'pro', seats: 3, old: null },
  });
  await visitor.composer.waitFor();
  const told = page.waitForEvent('console', (it) => it.text().includes('attributes refused'));
  await page.evaluate("Switchboard.setCustomAttributes({ 'not a name': 'x' })");
  await told;
});

/** @param {() => boolean | Promise<boolean>} isTrue */
async function poll(isTrue) {
  for (let left = 100; left > 0; left -= 1) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('it did not become true');
}
