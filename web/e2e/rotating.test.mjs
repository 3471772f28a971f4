// Secrets are rotated while the old one is still accepted, and that is ended early; webhooks hear of all kinds.

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
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** @param {string} place @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(place, options = {}) {
  const owner = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true, ...options });
  await owner.page.goto(`${hub.url}/console/${place}`);
  await owner.page.getByRole('heading', { level: 1 }).waitFor();
  return owner;
}

test('a webhook of the new kinds gets a new secret while the old one signs', async () => {
  const owner = await open('webhooks');
  const { page } = owner;
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByRole('textbox', { name: 'Address' }).fill(`${hub.url}/hook`);
  await page.getByRole('checkbox', { name: 'A ticket is opened' }).check();
  await page.getByRole('checkbox', { name: 'A limit of usage is nearly used up' }).check();
  await takePicture(page, 'webhooks-kinds');
  await checkBarriers(page, 'kinds of webhooks');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'The secret' }).waitFor();
  const first = await page.getByRole('dialog').locator('code').innerText();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Rotate the secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate the secret' });
  await dialog.getByRole('combobox').selectOption({ label: 'a week' });
  await takePicture(page, 'webhooks-rotate');
  await checkBarriers(page, 'rotating the secret of a webhook');
  await dialog.getByRole('button', { name: 'Rotate the secret' }).click();
  await page.getByRole('dialog', { name: 'The secret' }).waitFor();
  const second = await page.getByRole('dialog').locator('code').innerText();
  assert.notEqual(first, second);
  await page.keyboard.press('Escape');
  await page.getByText('The old secret still signs until', { exact: false }).waitFor();
  await takePicture(page, 'webhooks-old-secret');
  await checkBarriers(page, 'webhooks with an old secret');
  await page.getByRole('button', { name: 'End it now' }).click();
  await page
    .getByText('The old secret still signs until', { exact: false })
    .waitFor({ state: 'detached' });
  assert.deepEqual(owner.errors, []);
});

test('the identity secret of a channel is rotated with an overlap, on a phone and in Spanish', async () => {
  const owner = await open('channels', {
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
  });
  const { page } = owner;
  await page.getByRole('button', { name: 'Clientes conocidos' }).first().click();
  const dialog = page.getByRole('dialog');
  await takePicture(page, 'channels-rotate-phone-es-dark');
  await checkBarriers(page, 'rotating an identity secret');
  await dialog.getByRole('button', { name: 'Crear un secreto nuevo' }).click();
  await dialog.getByText('El secreto anterior se acepta todavía', { exact: false }).waitFor();
  await takePicture(page, 'channels-rotated-phone-es-dark');
  await dialog.getByRole('button', { name: 'Terminar ahora' }).click();
  await dialog
    .getByText('El secreto anterior se acepta todavía', { exact: false })
    .waitFor({ state: 'detached' });
  assert.deepEqual(owner.errors, []);
});
