// A platform admin who sets up an org that is not theirs: for them, for its people, and in what both see afterwards.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub, PASSWORD } from './hub.mjs';
import { collectErrors, openBrowser, takePicture } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** @param {import('playwright-core').Page} page @param {string} email */
async function signIn(page, email) {
  await page.goto(`${hub.url}/console/login`);
  await page.locator('[name=email]').fill(email);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('[name=password]').press('Enter');
  await page.waitForURL(/\/console\/inbox/);
}

/** Makes an org whose owner has chosen a password. @param {import('playwright-core').Page} page */
async function makeOrg(page) {
  await page.goto(`${hub.url}/console/platform`);
  await page.getByRole('button', { name: 'Make an org' }).press('Enter');
  await page.getByLabel('Name of the org').fill('Bright Lamp');
  await page.getByLabel('Name of its owner').fill('Nora');
  await page.getByLabel('Email of its owner').fill('nora@example.com');
  await page.getByRole('button', { name: 'Make', exact: true }).press('Enter');
  const invited = page.getByRole('dialog', { name: 'Link for Nora' });
  const choose = (await invited.getByTitle('Link for Nora').textContent()) ?? '';
  await invited.getByRole('button', { name: 'Close' }).press('Enter');
  const owner = await (await browser.newContext({ locale: 'es-ES', bypassCSP: true })).newPage();
  await owner.goto(choose);
  await owner.locator('[name=password]').fill(PASSWORD);
  await owner.locator('[name=password]').press('Enter');
  await owner.getByText('Su contraseña está guardada').waitFor();
  await signIn(owner, 'nora@example.com');
  return owner;
}

test('whoever runs the platform sets an org up, seen by its people, in one tab', async () => {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await signIn(page, 'demo@example.com');
  const owner = await makeOrg(page);

  await page.getByRole('button', { name: 'Actions for Bright Lamp' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Set it up for them…' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await checkBarriers(page, 'acting for an org');
  await takePicture(page, 'acting-dialog');
  await dialog.getByLabel('Why').fill('Ticket 77: a channel is missing');
  await dialog.getByRole('button', { name: 'Begin' }).press('Enter');

  const bar = page.getByTestId('acting');
  await bar.getByText('Ticket 77: a channel is missing').waitFor();
  await page.getByRole('heading', { name: 'Channels' }).waitFor();
  const pages = page.getByRole('navigation').first();
  await pages.getByRole('link', { name: 'Members' }).waitFor();
  assert.equal(await pages.getByRole('link', { name: 'Inbox' }).count(), 0);
  await page.getByRole('button', { name: 'New channel' }).press('Enter');
  await page.getByRole('dialog').getByLabel('Name').fill('Lamp shop');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByText('Lamp shop').first().waitFor();
  await pages.getByRole('link', { name: 'Members' }).press('Enter');
  await page.getByText('nora@example.com').waitFor();
  assert.equal(await page.getByText('demo@example.com').count(), 0, 'it is their org');
  await checkBarriers(page, 'members of an org that is set up');
  await takePicture(page, 'acting-members');
  await page.reload();
  await page.getByText('nora@example.com').waitFor();
  await page.goto(`${hub.url}/console/inbox`);
  await page.getByText('Not while you set up Bright Lamp').waitFor();
  await takePicture(page, 'acting-elsewhere');

  // Another tab stays about the own org.
  const other = await context.newPage();
  await other.goto(`${hub.url}/console/members`);
  await other.getByText('demo@example.com').first().waitFor();
  assert.equal(await other.getByTestId('acting').count(), 0);

  // The owner sees who it is, what was made, and by whom.
  await owner.goto(`${hub.url}/console/channels`);
  await owner.getByTestId('acted-for').getByText('Ticket 77: a channel is missing').waitFor();
  await owner.getByText('Lamp shop').first().waitFor();
  await owner.setViewportSize({ width: 390, height: 844 });
  await owner.emulateMedia({ colorScheme: 'dark' });
  await checkBarriers(owner, 'an org that is set up by the platform');
  await takePicture(owner, 'acted-for-phone');
  await owner.setViewportSize({ width: 1440, height: 900 });
  await owner.goto(`${hub.url}/console/audit`);
  await owner.getByText('Empezó a configurar una organización por su equipo').waitFor();
  await takePicture(owner, 'acted-for-audit');

  await bar.getByRole('button', { name: 'Stop' }).press('Enter');
  await page.getByRole('heading', { name: 'Orgs' }).waitFor();
  await bar.waitFor({ state: 'detached' });
  await owner.reload();
  await owner.getByText('Dejó de configurar una organización').waitFor();
  assert.equal(await owner.getByTestId('acted-for').count(), 0);
  assert.deepEqual(errors, []);
});
