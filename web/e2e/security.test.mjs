// Security: an owner sees an address that guesses passwords, shuts it out and lets it in again; a visitor is blocked
// together with their address.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

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

/** @param {import('playwright-core').Page} page @param {string} range */
async function block(page, range) {
  await page.getByRole('button', { name: 'Block an address' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address or range').fill(range);
  await dialog.getByLabel('Reason').fill('guesses passwords');
  await dialog.getByLabel('Ends').selectOption({ label: 'In a day' });
  return dialog;
}

test('an address is shut out with an end, and let in again', async () => {
  const owner = await Agent.signIn(browser, hub, { bypassCSP: true });
  const { page } = owner;
  // Before the shell is drawn nobody hears its keys.
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('security');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Security' }).waitFor();
  await page.getByText('No address is suspicious.').waitFor();
  await checkBarriers(page, 'security, nothing happened');

  const dialog = await block(page, '127.0.0.0/8');
  await checkBarriers(page, 'dialog that blocks an address');
  await takePicture(page, 'security-block');
  await dialog.getByRole('button', { name: 'Block' }).click();
  await dialog.getByRole('alert').getByText('your own address').waitFor();
  await dialog.getByLabel('Address or range').fill('203.0.113.77/24');
  await dialog.getByRole('button', { name: 'Block' }).click();
  await page.getByText('203.0.113.0/24 is blocked.').waitFor();

  await page.getByRole('tab', { name: 'Block list' }).click();
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: '203.0.113.0/24' });
  await row.getByText('guesses passwords').waitFor();
  await row.getByText('until').waitFor();
  await takePicture(page, 'security-blocks');
  await checkBarriers(page, 'block list');
  await page.getByRole('button', { name: 'Unblock 203.0.113.0/24' }).press('Enter');
  await page.getByText('Nobody is shut out').waitFor();
  assert.deepEqual(owner.errors, []);
});

test('an owner may block the address of a visitor too, but not their own by mistake', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Buy my pills');
  const owner = await Agent.signIn(browser, hub);
  const { page } = owner;
  await page.getByTestId('conversations').getByText('Buy my pills').first().click();
  await page.getByText('Address', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'More' }).last().click();
  await page.getByRole('menuitem', { name: /^Block/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/Also block the address 127\.0\.0\.1/).check();
  await takePicture(page, 'security-block-visitor');
  await dialog.getByRole('button', { name: 'Block' }).click();
  // In this test everybody comes from one address: that one is never shut out by mistake.
  await dialog.getByRole('alert').getByText('your own address').waitFor();
  await dialog.getByLabel(/Also block the address/).uncheck();
  await dialog.getByRole('button', { name: 'Block' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('is blocked.').waitFor();
});

test('on a phone, in Spanish and in the dark the events are read', async () => {
  const owner = await Agent.signIn(browser, hub, {
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
    bypassCSP: true,
  });
  const { page } = owner;
  await page.evaluate(async () => {
    for (let tried = 0; tried < 31; tried += 1) await fetch('/api/v1/audit?from=nonsense');
  });
  const event = page.getByRole('article').filter({ hasText: 'Muchas peticiones rechazadas' });
  // Events are stored about a second later, by a job of the server.
  for (let tried = 0; tried < 20 && (await event.count()) === 0; tried += 1) {
    await page.goto(`${hub.url}/console/security`);
    await page.getByRole('tab', { name: 'Eventos' }).click();
    const list = page.getByRole('main').getByRole('article').or(page.getByText('Nada pareció'));
    await list.first().waitFor();
  }
  await event.first().getByText('127.0.0.1').waitFor();
  await takePicture(page, 'security-phone-es-dark');
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overhang, 0);
  await checkBarriers(page, 'security on a phone');
});
