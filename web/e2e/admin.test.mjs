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

test('a channel form completes sites, names the line that is none, and has the assistant on', async () => {
  const owner = await Agent.signIn(browser, hub);
  await owner.page.goto(`${hub.url}/console/channels`);
  await owner.page.getByRole('button', { name: 'New channel' }).click();
  const dialog = owner.page.getByRole('dialog', { name: 'New channel' });
  const focused = () => owner.page.evaluate(() => document.activeElement?.getAttribute('name'));
  assert.equal(await focused(), 'name');
  assert.ok(await dialog.getByRole('switch', { name: 'Assistant answers' }).isChecked());
  await dialog.getByLabel('Name').fill('Sites');
  const sites = dialog.getByRole('textbox', { name: 'Allowed sites' });
  await sites.fill('example.com\nmy shop\nhttps://shop.example.com/page');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .getByText('Line 2: “my shop” is not the address of a site.')
    .waitFor();
  assert.equal(await focused(), 'origins');
  assert.equal(await sites.getAttribute('aria-invalid'), 'true');
  await takePicture(owner.page, 'admin-channel-wrong-line');
  await sites.fill('example.com\nhttps://shop.example.com/page');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const card = owner.page.locator('article', { hasText: 'Sites' });
  await card.getByText('https://example.com', { exact: true }).waitFor();
  await card.getByText('https://shop.example.com', { exact: true }).waitFor();
  assert.equal(await owner.page.getByRole('dialog').count(), 0, 'no secret nobody asked for');
});

test('the secret for known customers is made when asked for, and can be made again', async () => {
  const owner = await Agent.signIn(browser, hub, { colorScheme: 'dark' });
  await owner.page.goto(`${hub.url}/console/channels`);
  const secrets = [];
  for (let time = 0; time < 2; time += 1) {
    await owner.page.getByRole('button', { name: 'Known customers' }).first().click();
    const dialog = owner.page.getByRole('dialog', { name: /^Known customers of/ });
    assert.equal(await dialog.locator('code').count(), 0);
    await takePicture(owner.page, 'admin-known-customers');
    await dialog.getByRole('button', { name: 'Make a new secret' }).click();
    secrets.push(await dialog.locator('code').innerText());
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  }
  assert.notEqual(secrets[0], secrets[1]);
});

for (const path of ['nonexistent', 'members/17/nothing', 'inbox/one/two']) {
  test(`the page ${path} says that it is none, with the way on`, async () => {
    const owner = await Agent.signIn(browser, hub);
    await owner.page.goto(`${hub.url}/console/${path}`);
    await owner.page.getByText('No such page').waitFor();
    await takePicture(owner.page, 'admin-not-found');
    await owner.page.getByRole('navigation').getByRole('link', { name: 'Inbox' }).waitFor();
    await owner.page.getByRole('link', { name: 'To the inbox' }).click();
    await owner.page.waitForURL('**/console/inbox');
  });
}
