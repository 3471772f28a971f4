// An admin puts the chat on a site: the text for it, how it will look, and whether it is there.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, PHONE, takePicture } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test('the text follows the choices, the preview is the real chat, and a site is looked at', async () => {
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const { page } = agent;
  await page.goto(`${hub.url}/console/channels`);
  await page.getByRole('link', { name: 'Other ways, how it looks' }).first().click();
  const code = page.getByTitle('What to put there');
  await code.getByText(`${hub.url}/widget.js`).waitFor();
  const preview = page.frameLocator('iframe[title=Preview]');
  await preview.locator('#switchboard-chat .launcher').waitFor();
  await takePicture(page, 'install');

  await page.getByText('Different from the channel on this site').click();
  await page.getByLabel('Words beside the button').fill('Ask us');
  await page.getByLabel('Position').selectOption('bottom-left');
  await code.getByText('data-launcher-label="Ask us"').waitFor();
  await preview.getByText('Ask us').waitFor();
  await page.locator('iframe[title=Preview]').scrollIntoViewIfNeeded();
  await preview.locator('#switchboard-chat .launcher').click();
  await preview.getByRole('dialog', { name: 'Chat' }).waitFor();
  for (const way of ['React', 'Tag Manager', 'WordPress', 'Shopify', 'Settings object']) {
    await page.getByRole('tab', { name: way }).click();
    await code.getByText(hub.channel_key).waitFor();
  }
  await takePicture(page, 'install-look');

  await page.getByLabel('Address of a page').fill(hub.shopPage());
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByText('The chat is on the page.').waitFor();
  await page.getByText('The channel takes visitors from this site.').waitFor();
  await page.getByLabel('Address of a page').fill('http://127.0.0.1:1/');
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await takePicture(page, 'install-check');
  assert.deepEqual(agent.errors, []);
});

test('on a telephone nothing is wider than the screen', async () => {
  const agent = await Agent.signIn(browser, hub, {
    name: 'demo',
    viewport: PHONE,
    colorScheme: 'dark',
    locale: 'es-ES',
  });
  const { page } = agent;
  await page.goto(`${hub.url}/console/channels`);
  await page.getByRole('link', { name: 'Otras formas' }).first().click();
  await page.getByRole('tab', { name: 'React' }).click();
  await page.getByTitle('Lo que hay que poner').waitFor();
  await takePicture(page, 'install-phone');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, PHONE.width);
});
