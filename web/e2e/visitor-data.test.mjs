// An admin exports what is stored of a visitor, and erases them: the conversation leaves every screen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

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

test('a visitor is exported and erased, and a colleague who looks on is told that the conversation is gone', async () => {
  const agent = await Agent.signIn(browser, hub);
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Please forget me');
  await agent.openConversation('Please forget me');
  await bea.openConversation('Please forget me');
  const { page } = agent;
  const name = await page.locator('header h2').innerText();

  await page.getByRole('button', { name: 'More actions' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export the visitor' }).click();
  assert.equal((await download).suggestedFilename(), 'visitor.zip');
  await page.getByRole('button', { name: 'More actions' }).click();
  await takePicture(page, 'visitor-data-menu');
  await page.getByRole('menuitem', { name: 'Erase the visitor' }).click();
  const erase = page.getByRole('button', { name: 'Erase', exact: true });
  assert.equal(await erase.isEnabled(), false);
  await page.getByLabel(/to confirm/).fill((name.match(/Guest-\d+/) ?? [''])[0]);
  await takePicture(page, 'visitor-erase');
  await page.keyboard.press('Enter');

  await page.getByText(/is being erased/).waitFor();
  for (const one of [agent, bea]) {
    await one.page.getByText('This conversation cannot be opened').waitFor();
    await one.list.getByText('Please forget me').waitFor({ state: 'detached' });
  }
  await takePicture(bea.page, 'visitor-erased');
  assert.deepEqual([...agent.errors, ...bea.errors], []);
});
