// Tabs of one visitor share one connection: what is said in one is seen in all, whichever tab goes or sleeps.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { collectErrors, DESKTOP, openBrowser, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** A browser of one visitor, and the connections that its tabs have open.
 * @param {import('playwright-core').BrowserContextOptions & { bare?: boolean }} [options] */
async function browse({ bare = false, ...options } = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', ...options });
  if (bare) await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'locks'));
  const sockets = new Set();
  /** Another tab, with its chat open. */
  const open = async () => {
    const page = await context.newPage();
    page.on('websocket', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      page.on('close', () => sockets.delete(socket));
    });
    const errors = collectErrors(page);
    await page.goto(hub.shopPage());
    const tab = new Visitor(page, errors);
    await tab.openChat();
    return tab;
  };
  return { context, sockets, open };
}

/** Until it is so; what is awaited has its own patience.
 * @param {() => boolean} isSo @param {import('playwright-core').Page} page */
async function until(isSo, page) {
  const end = Date.now() + 20_000;
  while (!isSo() && Date.now() < end) await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.ok(isSo());
}

test('three tabs have one connection, and go on whichever of them goes or sleeps', async () => {
  const { context, sockets, open } = await browse();
  const first = await open();
  await first.say('said in the first');
  await first.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const second = await open();
  const third = await open();
  for (const tab of [second, third]) await tab.sees('said in the first');
  await second.say('said in the second');
  await third.sees('said in the second');
  await third.say('said in the third');
  for (const tab of [first, second]) await tab.sees('said in the third');
  assert.equal(sockets.size, 1);

  await first.page.close();
  await second.say('after the first has gone');
  await third.sees('after the first has gone');
  await third.say('and an answer');
  await second.sees('and an answer');
  await until(() => sockets.size === 1, third.page);

  // Whoever has the connection sleeps: a new tab waits for it a while, then takes its place.
  const sleeping = (await leads(second)) ? second : third;
  const awake = sleeping === second ? third : second;
  const session = await context.newCDPSession(sleeping.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  const fourth = await open();
  await fourth.say('said past the one that sleeps');
  await awake.sees('said past the one that sleeps');
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await sleeping.sees('said past the one that sleeps');
  await sleeping.say('awake again');
  for (const tab of [awake, fourth]) await tab.sees('awake again');
  await until(() => sockets.size === 1, awake.page);
  const all = [
    'said in the first',
    'said in the second',
    'said in the third',
    'after the first has gone',
    'and an answer',
    'said past the one that sleeps',
    'awake again',
  ];
  for (const tab of [awake, sleeping, fourth]) {
    assert.deepEqual(await tab.messages(), all);
    assert.deepEqual(tab.errors, []);
  }
  await context.close();
});

test('where the browser has no locks every tab has its own connection', async () => {
  const { context, sockets, open } = await browse({ bare: true });
  const first = await open();
  await first.say('one by one');
  await first.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const second = await open();
  await second.sees('one by one');
  assert.equal(sockets.size, 2);
  assert.deepEqual([...first.errors, ...second.errors], []);
  await context.close();
});

/** Whether this tab has the connection: it holds the lock.
 * @param {Visitor} visitor */
function leads({ page }) {
  return page.evaluate(async () => {
    const { held } = await navigator.locks.query();
    const own = await new Promise((resolve) => {
      const name = `probe ${Math.random()}`;
      void navigator.locks.request(name, async () => {
        const { held: all } = await navigator.locks.query();
        resolve(all?.find((it) => it.name === name)?.clientId);
      });
    });
    return held?.some((it) => it.clientId === own && it.name?.includes('/assets/')) === true;
  });
}
