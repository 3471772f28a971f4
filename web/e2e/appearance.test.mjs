// How it looks: light and dark, wide and narrow, English and Spanish, with nothing and with much.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, DESKTOP, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

const LONG =
  'Hello! I bought the **desk lamp** last week and it flickers.\n\n- new bulb: same\n- other socket: same\n\nOrder `A-1042`, see https://example.com/orders/A-1042?with=a&rather=long&query=string-that-must-wrap-somewhere';

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test('the console with many conversations, in both themes, widths and languages', async () => {
  const names = ['The cord is too short', 'Do you ship to Chile?', LONG, 'Thanks!'];
  for (const text of names) {
    const visitor = await Visitor.visit(browser, hub);
    await visitor.openChat();
    await visitor.say(text);
    await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
    await visitor.page.context().close();
  }
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const agent = await Agent.signIn(browser, hub, { colorScheme });
    await agent.openConversation('Hello! I bought');
    await takePicture(agent.page, `looks-console-1440-${colorScheme}`);
    if (colorScheme === 'light') await agent.takeOver();
    await agent.note('Checked: the order is real.');
    await agent.sees('Checked: the order is real.');
    await takePicture(agent.page, `looks-console-note-1440-${colorScheme}`);
    for (const place of ['members', 'channels', 'tickets']) {
      await agent.page.goto(`${hub.url}/console/${place}`);
      await agent.page.getByRole('heading', { level: 1 }).waitFor();
      await takePicture(agent.page, `looks-${place}-1440-${colorScheme}`);
    }
    assert.deepEqual(agent.errors, []);
    await agent.page.context().close();
  }
  const phone = await Agent.signIn(browser, hub, { viewport: PHONE, locale: 'es-ES' });
  await phone.list.getByText('Thanks!').waitFor();
  await takePicture(phone.page, 'looks-console-390-list-es');
  await phone.openConversation('Hello! I bought');
  await takePicture(phone.page, 'looks-console-390-conversation-es');
  const overflow = await phone.page.evaluate(
    () => document.documentElement.scrollWidth - innerWidth,
  );
  assert.ok(overflow <= 0, `the page is ${overflow} px too wide`);
  for (const place of ['members', 'channels', 'tickets']) {
    await phone.page.goto(`${hub.url}/console/${place}`);
    await phone.page.getByRole('heading', { level: 1 }).waitFor();
    await takePicture(phone.page, `looks-${place}-390-es`);
  }
});

test('the widget in both themes, widths and languages', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of [DESKTOP, PHONE]) {
      const locale = viewport === PHONE ? 'es-ES' : 'en-US';
      const name = `looks-widget-${viewport.width}-${colorScheme}`;
      const visitor = await Visitor.visit(browser, hub, { colorScheme, viewport, locale });
      await visitor.openChat();
      await takePicture(visitor.page, `${name}-empty`);
      await visitor.say(LONG);
      await visitor.say('Hola, ¿me puede ayudar alguien?');
      await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
      await takePicture(visitor.page, `${name}-talk`);
      await visitor.pick(/^(End conversation|Terminar la conversación)$/);
      await visitor.page.getByRole('alertdialog').waitFor();
      await takePicture(visitor.page, `${name}-end`);
      assert.deepEqual(visitor.errors, []);
      await visitor.page.context().close();
    }
  }
});

test('the widget tells how much is too much, and refuses an unknown key kindly', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.composer.fill('x'.repeat(1_003));
  await visitor.page.getByText('3 characters too many').waitFor();
  assert.ok(await visitor.page.getByRole('button', { name: 'Send' }).isDisabled());

  // Nothing broken is shown to visitors: e2e/host-pages.test.mjs says what the page's owner reads.
  const stranger = await Visitor.visit(browser, hub, { channel_key: 'nobody' });
  const launcher = stranger.page.locator('#switchboard-chat .launcher');
  await launcher.click();
  await launcher.waitFor({ state: 'hidden' });
});

test('the pages before signing in, and the page at the root', async () => {
  for (const viewport of [DESKTOP, PHONE]) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const page = await browser.newPage({ viewport, colorScheme, locale: 'en-US' });
      await page.goto(`${hub.url}/console/login`);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await takePicture(page, `looks-login-${viewport.width}-${colorScheme}`);
      await page.goto(`${hub.url}/console/setup#token=nothing`);
      await page.getByRole('heading', { name: 'Set up Switchboard' }).waitFor();
      assert.equal(new URL(page.url()).hash, '', 'the token left the address bar');
      await takePicture(page, `looks-setup-${viewport.width}-${colorScheme}`);
      await page.goto(hub.url);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await takePicture(page, `looks-demo-${viewport.width}-${colorScheme}`);
      await page.close();
    }
  }
});
