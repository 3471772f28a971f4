// The audit log: an owner finds who changed what, and sees what it was before.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, PHONE, takePicture } from './people.mjs';

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

/** @param {import('playwright-core').Page} page @param {string} name */
async function rename(page, name) {
  await page.evaluate(async (text) => {
    await fetch('/api/v1/settings', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'test' },
      body: JSON.stringify({ settings: { assistant_name: text } }),
    });
  }, name);
}

test('an owner finds a change by what it is called, and sees what it was before', async () => {
  const owner = await Agent.signIn(browser, hub, { bypassCSP: true });
  const { page } = owner;
  await rename(page, 'Nova');
  await rename(page, 'Olga');

  // Before the shell is drawn nobody hears its keys.
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('audit');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();
  const rows = page.getByRole('main').getByRole('article');
  await rows.filter({ hasText: 'Signed in' }).first().waitFor();
  await checkBarriers(page, 'audit log');
  await page.getByLabel('Search').fill('olga');
  await page.getByLabel('What', { exact: true }).selectOption({ label: 'Settings' });
  await rows.filter({ hasText: 'Signed in' }).first().waitFor({ state: 'detached' });
  await rows.filter({ hasText: 'Changed settings' }).first().waitFor();
  assert.equal(await rows.count(), 1);
  await rows.first().getByText('Details').press('Enter');
  await rows.first().getByRole('cell', { name: 'Nova' }).waitFor();
  await rows.first().getByRole('cell', { name: 'Olga' }).waitFor();
  await takePicture(page, 'audit-log');
  await checkBarriers(page, 'audit log with details');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export what is shown as CSV' }).click();
  const file = await (await download).createReadStream();
  let csv = '';
  for await (const part of file) csv += part;
  assert.equal(csv.trim().split('\n').length, 2, csv);
  assert.match(csv, /settings\.change/);
  await page.getByLabel('Search').fill('');
  await page.getByLabel('What', { exact: true }).selectOption({ label: 'Audit log' });
  await rows.filter({ hasText: 'Exported the audit log' }).waitFor();
  assert.deepEqual(owner.errors, []);
});

test('on a phone, in Spanish and in the dark nothing hangs over the edge', async () => {
  const owner = await Agent.signIn(browser, hub, {
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
    bypassCSP: true,
  });
  const { page } = owner;
  await rename(page, 'Chiara');
  await page.goto(`${hub.url}/console/audit`);
  await page.getByRole('heading', { name: 'Registro de auditoría' }).waitFor();
  const row = page.getByRole('main').getByRole('article').filter({ hasText: 'Cambió ajustes' });
  await row.first().getByText('Detalles').click();
  await takePicture(page, 'audit-log-phone-es-dark');

  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overhang, 0);
  await checkBarriers(page, 'audit log on a phone');
});
