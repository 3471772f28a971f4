// Orgs from the console alone: registered, made, suspended, exported, deleted, kept.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub, PASSWORD } from './hub.mjs';
import { MailServer } from './mail-server.mjs';
import { collectErrors, openBrowser, takePicture } from './people.mjs';

/** @type {MailServer} */
let mails;
/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  mails = await MailServer.start();
  hub = await Hub.startDemo(['--smtp-url', mails.url]);
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
  mails?.close();
});

/** @param {import('playwright-core').Page} page @param {string} email */
async function signIn(page, email) {
  await page.goto(`${hub.url}/console/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).press('Enter');
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
}

/** @param {number} count @param {string} start */
async function linkOfMail(count, start) {
  for (let number = 1; number <= count; number += 1) {
    const { text } = await mails.received(number);
    const link = new RegExp(`http:\\S+/console/${start}#token=\\S+`).exec(text)?.[0];
    if (link) return link;
  }
  throw new Error(`no mail with a link to ${start}`);
}

test('orgs are registered, made, suspended, exported, deleted and kept', async () => {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await signIn(page, 'demo@example.com');
  await page.goto(`${hub.url}/console/platform`);
  await page.getByRole('heading', { name: 'Orgs' }).waitFor();

  // One by invitation of whoever runs the platform.
  await page.getByRole('button', { name: 'Make an org' }).press('Enter');
  await page.getByLabel('Name of the org').fill('Bright Lamp');
  await page.getByLabel('Name of its owner').fill('Nora');
  await page.getByLabel('Email of its owner').fill('nora@example.com');
  await checkBarriers(page, 'making an org');
  await page.getByRole('button', { name: 'Make', exact: true }).press('Enter');
  const invited = page.getByRole('dialog', { name: 'Link for Nora' });
  const choose = (await invited.getByTitle('Link for Nora').textContent()) ?? '';
  await invited.getByRole('button', { name: 'Close' }).press('Enter');
  const row = (/** @type {string} */ name) =>
    page.getByRole('main').getByRole('listitem').filter({ hasText: name });
  await row('Bright Lamp').getByText('1 member').waitFor();
  await page.getByLabel('Anybody may make an org').press('Space');

  // One by whoever wants one.
  const stranger = await (await browser.newContext({ locale: 'es-ES', bypassCSP: true })).newPage();
  await stranger.goto(`${hub.url}/console/login`);
  await stranger.getByRole('link', { name: 'Crear una organización propia' }).press('Enter');
  await checkBarriers(stranger, 'registration');
  await takePicture(stranger, 'register');
  await stranger.locator('[name=org_name]').fill('Faro');
  await stranger.locator('[name=name]').fill('Ana');
  await stranger.locator('[name=email]').fill('ana@faro.example');
  await stranger.getByRole('button', { name: 'Enviarme el enlace' }).press('Enter');
  await stranger.getByRole('status').getByText('ana@faro.example').waitFor();
  // The first two tell the demo's owner of a new browser, and Nora of her org.
  // A mail opens a page of its own.
  await stranger.goto('about:blank');
  await stranger.goto(await linkOfMail(3, 'register'));
  await stranger.locator('[name=password]').fill(PASSWORD);
  await checkBarriers(stranger, 'confirmed registration');
  await stranger.getByRole('button', { name: 'Crear la organización' }).press('Enter');
  await stranger.getByRole('heading', { name: 'Bandeja' }).waitFor();

  // The invited owner comes in, and is then only let read.
  const owner = await (await browser.newContext({ locale: 'en-US', bypassCSP: true })).newPage();
  await owner.goto(choose);
  await owner.getByLabel('New password').fill(PASSWORD);
  await owner.getByRole('button', { name: 'Save password' }).press('Enter');
  await owner.getByText('Your password is saved').waitFor();
  await signIn(owner, 'nora@example.com');
  await row('Bright Lamp').getByRole('button').press('Enter');
  await page.getByRole('menuitem', { name: 'Suspend' }).press('Enter');
  await page.getByLabel('Reason').fill('The invoice of May is unpaid.');
  await checkBarriers(page, 'suspending an org');
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).press('Enter');
  await row('Bright Lamp').getByText('Suspended').waitFor();
  await page.reload();
  await row('Faro').getByText('1 member').waitFor();
  await checkBarriers(page, 'orgs');
  await takePicture(page, 'platform-orgs');
  await owner.goto(`${hub.url}/console/channels`);
  await owner.getByTestId('suspended').getByText('The invoice of May is unpaid.').waitFor();
  await checkBarriers(owner, 'suspended org');
  await takePicture(owner, 'platform-suspended');

  await row('Bright Lamp').getByRole('button').press('Enter');
  const coming = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export' }).press('Enter');
  const lines = (await readFile(await (await coming).path(), 'utf8')).trim().split('\n');
  const kinds = lines.map((line) => JSON.parse(line).kind);
  assert.ok(
    kinds.includes('member') && kinds.at(0) === 'org' && kinds.at(-1) === 'end',
    `${kinds}`,
  );

  await row('Bright Lamp').getByRole('button').press('Enter');
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
  await page.getByLabel('Type Bright Lamp to delete it').fill('bright lamp');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await page.getByRole('alert').getByText('that is not its name').waitFor();
  await page.getByLabel('Type Bright Lamp to delete it').fill('Bright Lamp');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await row('Bright Lamp').getByText('Is removed on').waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'platform-orgs-phone');
  await checkBarriers(page, 'orgs on a phone');
  await row('Bright Lamp').getByRole('button').press('Enter');
  await page.getByRole('menuitem', { name: 'Do not delete it' }).press('Enter');
  await row('Bright Lamp').getByText('Is removed on').waitFor({ state: 'detached' });
  await row('Bright Lamp').getByRole('button').press('Enter');
  await page.getByRole('menuitem', { name: 'Let it go on' }).press('Enter');
  await row('Bright Lamp').getByText('Suspended').waitFor({ state: 'detached' });
  await owner.reload();
  await owner.getByRole('heading', { name: 'Channels' }).waitFor();
  assert.equal(await owner.getByTestId('suspended').count(), 0);
  assert.deepEqual(errors, []);
});
