// An owner sets up the team and the channels, and what they make works.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub, PASSWORD } from './hub.mjs';
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

test('an invited member chooses a password and signs in', async () => {
  const owner = await Agent.signIn(browser, hub);
  await owner.page.goto(`${hub.url}/console/members`);
  await owner.page.getByRole('button', { name: 'Invite' }).click();
  const dialog = owner.page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Carla Núñez');
  await dialog.getByLabel('Email').fill('carla@example.com');
  await dialog.getByRole('button', { name: 'Invite' }).click();
  await owner.page.getByRole('dialog', { name: 'Link for Carla Núñez' }).waitFor();
  await takePicture(owner.page, 'admin-invite-link');
  const link = await owner.page.getByRole('dialog').locator('code').innerText();
  await owner.page.keyboard.press('Escape');
  await owner.page.getByText('carla@example.com').waitFor();

  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(new URL(new URL(link).pathname + new URL(link).hash, hub.url).href);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();
  await page.waitForURL('**/console/login');
  await page.getByLabel('Email').fill('carla@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/console/inbox');
  await page.goto(`${hub.url}/console/members`);
  await page.getByText('carla@example.com').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Invite' }).count(), 0);
});

test('a new channel gives a line for the site that works', async () => {
  const owner = await Agent.signIn(browser, hub);
  await owner.page.goto(`${hub.url}/console/channels`);
  await owner.page.getByRole('button', { name: 'New channel' }).click();
  const dialog = owner.page.getByRole('dialog', { name: 'New channel' });
  await dialog.getByLabel('Name').fill('Help centre');
  await dialog.getByLabel('Greeting').fill('What is broken?');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await owner.page.getByRole('dialog', { name: 'Identity secret of Help centre' }).waitFor();
  await owner.page.keyboard.press('Escape');
  const card = owner.page.locator('article', { hasText: 'Help centre' });
  const tag = await card.locator('code').innerText();
  const key = /data-key="([^"]+)"/.exec(tag)?.[1];
  assert.ok(key);

  const visitor = await Visitor.visit(browser, hub, { channel_key: key });
  await visitor.openChat();
  await visitor.sees('What is broken?');

  await card.getByRole('button', { name: 'Change key' }).click();
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Change key' }).click();
  await owner.page.getByText('The key was changed').waitFor();
  await owner.page.waitForFunction((old) => !document.body.innerText.includes(old), key);
});

test('labels and priority reach the other agents at once', async () => {
  const ana = await Agent.signIn(browser, hub);
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Label me');
  await ana.openConversation('Label me');

  await ana.page.getByLabel('Labels').fill('billing');
  await ana.page.getByLabel('Labels').press('Enter');
  await bea.list.getByText('billing').waitFor();
  await ana.page.getByLabel('Priority').selectOption('urgent');
  await bea.list.getByText('Urgent').waitFor();
  await ana.page.getByLabel('Assigned to').selectOption({ label: 'Bea' });
  await bea.page.getByRole('tab', { name: 'Mine' }).click();

  await bea.list.getByText('Label me').waitFor();
});
