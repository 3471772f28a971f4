// Two-step sign-in: set up on the page "Security", asked for at sign-in, demanded by the org.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub, PASSWORD } from './hub.mjs';
import { collectErrors, openBrowser, takePicture } from './people.mjs';

const ADDRESS = 'demo@example.com';

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

/** What an app shows for a key, now or some steps later (RFC 6238).
 * @param {string} key @param {number} steps */
function codeOf(key, steps = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key].map((it) => letters.indexOf(it).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((it) => Number.parseInt(it, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** @param {import('playwright-core').Page} page */
async function signIn(page) {
  await page.goto(`${hub.url}/console/login`);
  await page.getByLabel('Email').fill(ADDRESS);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).press('Enter');
}

test('it is set up, asked for at sign-in, demanded and ended', async () => {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await signIn(page);
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  await page.getByRole('button', { name: 'Account menu' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Security' }).press('Enter');
  await page.getByRole('button', { name: 'Set up' }).press('Enter');
  await page.getByRole('button', { name: 'Begin' }).press('Enter');
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  const key = (await page.getByTitle('Key for the app').textContent()) ?? '';
  await checkBarriers(page, 'setting up two-step sign-in');
  await takePicture(page, 'two-step-setup');
  await page.getByLabel('The code that the app shows now').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).press('Enter');
  await page.getByRole('alert').getByText('This code is wrong').waitFor();
  await page.getByLabel('The code that the app shows now').fill(codeOf(key, -1));
  await page.getByRole('button', { name: 'Turn on' }).press('Enter');
  await page.getByText('Each of these codes').waitFor();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.getByRole('listitem').count(), 10);
  const recovery = (await dialog.getByRole('listitem').first().textContent()) ?? '';
  await checkBarriers(page, 'recovery codes');
  await takePicture(page, 'two-step-codes');
  await page.getByLabel('I have kept the codes').press('Space');
  await page.getByRole('button', { name: 'Done' }).press('Enter');
  await page.getByText('10 recovery codes are left').waitFor();
  await checkBarriers(page, 'security page');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'two-step-security-phone');

  const other = await (await browser.newContext({ locale: 'es-ES', bypassCSP: true })).newPage();
  await other.goto(`${hub.url}/console/login`);
  await other.getByLabel('Correo').fill(ADDRESS);
  await other.getByLabel('Contraseña').fill(PASSWORD);
  await other.getByRole('button', { name: 'Entrar' }).press('Enter');
  await other.getByRole('heading', { name: 'Un paso más' }).waitFor();
  await checkBarriers(other, 'second step');
  await takePicture(other, 'two-step-second');
  await other.getByLabel('Código').fill('000000');
  await other.getByRole('button', { name: 'Entrar' }).press('Enter');
  await other.getByRole('alert').getByText('Este código no es correcto').waitFor();
  await other.getByLabel('Código').fill(recovery);
  await other.getByRole('button', { name: 'Entrar' }).press('Enter');
  await other.getByRole('heading', { name: 'Bandeja' }).waitFor();

  await page.getByRole('button', { name: 'Turn off' }).press('Enter');
  await page.getByRole('dialog').getByLabel('Code').fill(codeOf(key));
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).press('Enter');
  await page.getByRole('button', { name: 'Set up' }).waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${hub.url}/console/members`);
  await page.getByLabel('Demand two-step sign-in of everybody').press('Space');
  // Whoever demands it without having it is the first to set it up.
  await page.getByText('demands it of everybody').waitFor();
  await checkBarriers(page, 'two-step sign-in demanded');
  await takePicture(page, 'two-step-demanded');
  await page.goto(`${hub.url}/console/inbox`);
  await page.getByText('demands it of everybody').waitFor();
  await page.getByRole('button', { name: 'Begin' }).press('Enter');
  const second = (await page.getByTitle('Key for the app').textContent()) ?? '';
  await page.getByLabel('The code that the app shows now').fill(codeOf(second));
  await page.getByRole('button', { name: 'Turn on' }).press('Enter');
  await page.getByLabel('I have kept the codes').press('Space');
  await page.getByRole('button', { name: 'Done' }).press('Enter');
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  assert.deepEqual(errors, []);
});
