// API tokens on their page, and the dialog that asks once more who one is.

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

test('a token is made after one shows once more who one is, used and deleted', async () => {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await page.goto(`${hub.url}/console/login`);
  await page.getByLabel('Email').fill('demo@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).press('Enter');
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  await page.getByRole('button', { name: 'Account menu' }).press('Enter');
  await page.getByRole('menuitem', { name: 'API tokens' }).press('Enter');
  await page.getByRole('heading', { name: 'API tokens' }).waitFor();
  // As the hub answers once the sign-in is too long ago.
  let refusals = 0;
  await page.route('**/api/v1/tokens', async (route) => {
    if (route.request().method() !== 'POST' || refusals > 0) return route.fallback();
    refusals += 1;
    const error = { code: 'fresh_sign_in_required', message: '', retry: false };
    await route.fulfill({ status: 403, json: { error, request_id: 'r' } });
  });
  await page.getByRole('button', { name: 'Make a token' }).press('Enter');
  await page.getByLabel('Name').fill('Nightly report');
  await page.getByLabel('May').selectOption('read');
  await page.getByLabel('Expires after (days)').fill('30');
  await checkBarriers(page, 'making a token');
  await page.getByRole('button', { name: 'Make', exact: true }).press('Enter');

  const ask = page.getByRole('dialog', { name: 'Is it still you?' });
  await ask.getByLabel('Password').fill('not this one');
  await ask.getByRole('button', { name: 'Go on' }).press('Enter');
  await ask.getByRole('alert').getByText('The password is wrong').waitFor();
  await checkBarriers(page, 'asked once more');
  await takePicture(page, 'fresh-sign-in');
  await ask.getByLabel('Password').fill(PASSWORD);
  await ask.getByRole('button', { name: 'Go on' }).press('Enter');
  const shown = page.getByRole('dialog', { name: 'Your new token' });
  const token = (await shown.getByTitle('Your new token').textContent()) ?? '';
  assert.match(token, /^sbt_/);
  await shown.getByRole('button', { name: 'Close' }).press('Enter');
  const row = page.getByRole('listitem').filter({ hasText: 'Nightly report' });
  await row.getByText('reads').waitFor();
  await row.getByText('not used yet').waitFor();

  const headers = { authorization: `Bearer ${token}` };
  const read = await fetch(`${hub.url}/api/v1/conversations`, { headers });
  assert.equal(read.status, 200);
  const written = await fetch(`${hub.url}/api/v1/members`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'x@example.com', name: 'X', role: 'agent' }),
  });
  assert.equal(written.status, 403);
  await checkBarriers(page, 'tokens');
  await takePicture(page, 'tokens');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'tokens-phone');
  await row.getByRole('button', { name: /^Delete the token/ }).press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByText('The token is deleted').waitFor();
  await row.waitFor({ state: 'detached' });
  assert.equal((await fetch(`${hub.url}/api/v1/conversations`, { headers })).status, 401);
  assert.deepEqual(errors, []);
});
