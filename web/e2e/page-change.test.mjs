// What a visitor does survives the next page of the shop: the open panel, half a message, the place in the log.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

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

test('the panel stays open over pages, with the draft, and takes no focus from the page', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Do you have it in oak?');
  await visitor.sees('Do you have it in oak?');
  await visitor.composer.fill('And how lo');

  await visitor.page.goto(`${hub.shopPage()}&page=2`);
  await visitor.sees('Do you have it in oak?');

  assert.equal(await visitor.composer.inputValue(), 'And how lo');
  const focused = await visitor.page.evaluate(() => document.activeElement?.tagName);
  assert.equal(focused, 'BODY');
  await takePicture(visitor.page, 'page-change-draft');
  await visitor.say('And how long is the cord?');
  await visitor.page.keyboard.press('Escape');
  await visitor.panel.waitFor({ state: 'detached' });
  await visitor.page.goto(`${hub.shopPage()}&page=3`);
  await visitor.page.locator('switchboard-chat .launcher').waitFor();
  await visitor.page.waitForLoadState('networkidle');
  assert.equal(await visitor.panel.count(), 0, 'what was closed stays closed');
  await visitor.openChat();
  assert.equal(await visitor.composer.inputValue(), '', 'what was sent is no draft');
});

test('a draft survives closing the panel, and nobody else finds it after "forget me"', async () => {
  const visitor = await Visitor.visit(browser, hub, { viewport: PHONE });
  await visitor.openChat();
  await visitor.composer.fill('My card number is');
  await visitor.page.keyboard.press('Escape');
  await visitor.openChat();
  assert.equal(await visitor.composer.inputValue(), 'My card number is');

  await visitor.page.keyboard.press('Escape');
  await visitor.page.evaluate('Switchboard("reset")');
  await visitor.page.reload();
  await visitor.openChat();

  assert.equal(await visitor.composer.inputValue(), '');
});

test('a reader who went up is at the same message on the next page', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  for (let number = 1; number <= 30; number += 1) await visitor.say(`Line ${number}`);
  await visitor.sees('Line 30');
  await visitor.page.waitForFunction(() => {
    const shadow = document.querySelector('switchboard-chat')?.shadowRoot;
    return shadow?.querySelectorAll('.mark').length && !shadow.querySelector('.mark.sending');
  });
  const line = visitor.log.getByText('Line 9', { exact: true });
  await visitor.log.hover();
  for (let turn = 0; turn < 100 && !(await isInView(line, visitor.log)); turn += 1) {
    await visitor.page.mouse.wheel(0, -120);
    await visitor.page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const topOf = () =>
    line.evaluate((element) => {
      const log = element.closest('.log');
      return Math.round(
        element.getBoundingClientRect().top - (log?.getBoundingClientRect().top ?? 0),
      );
    });
  const beforePx = await topOf();

  await visitor.page.goto(`${hub.shopPage()}&page=2`);
  await visitor.sees('Line 9');
  await visitor.page.getByRole('button', { name: 'New messages' }).waitFor();
  await takePicture(visitor.page, 'page-change-scroll');

  assert.ok(Math.abs((await topOf()) - beforePx) < 8, `${await topOf()} px instead of ${beforePx}`);
});

/** @param {import('playwright-core').Locator} line @param {import('playwright-core').Locator} log */
async function isInView(line, log) {
  const [lineBox, logBox] = [await line.boundingBox(), await log.boundingBox()];
  return lineBox !== null && logBox !== null && lineBox.y > logBox.y;
}
