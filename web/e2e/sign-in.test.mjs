// Signing in without the password: a new one by mail, a link by mail, and the list of where one is signed in.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { MailServer } from './mail-server.mjs';
import { collectErrors, openBrowser, takePicture } from './people.mjs';

const ADDRESS = 'demo@example.com';

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

/** Asks for a link by keyboard, and gives the page that the mail leads to.
 * @param {import('playwright-core').Page} page @param {string} button @param {number} mailCount */
async function askForLink(page, button, mailCount) {
  await page.goto(`${hub.url}/console/login`);
  await page.getByRole('link', { name: 'Forgot your password?' }).press('Enter');
  await page.getByRole('textbox', { name: 'Email' }).fill(ADDRESS);
  await checkBarriers(page, 'forgotten password');
  await takePicture(page, 'sign-in-forgot');
  await page.getByRole('button', { name: button }).press('Enter');
  await page.getByRole('status').getByText(ADDRESS).waitFor();
  const { head, text } = await mails.received(mailCount);
  assert.match(head, /^To: demo@example\.com$/m);
  const link = /http:\S+#token=\S+/.exec(text)?.[0] ?? '';
  assert.ok(link.startsWith(hub.url), link);
  return link;
}

test('a forgotten password is replaced, a link signs in, and sessions are ended', async () => {
  const context = await browser.newContext({ locale: 'en-US', bypassCSP: true });
  const page = await context.newPage();
  const errors = collectErrors(page);
  const choose = await askForLink(page, 'Mail me a link to choose a new password', 1);
  await page.goto(choose);
  await page.getByLabel('New password').fill('a quite new password');
  await page.getByRole('button', { name: 'Save password' }).press('Enter');
  await page.getByText('Your password is saved').waitFor();
  await page.goto(choose);
  await page.getByLabel('New password').fill('another new password');
  await page.getByRole('button', { name: 'Save password' }).press('Enter');
  await page.getByRole('alert').getByText('used already').waitFor();

  const link = await askForLink(page, 'Mail me a link to sign in', 2);
  await page.goto(link);
  await checkBarriers(page, 'link that signs in');
  await takePicture(page, 'sign-in-link');
  await page.getByRole('button', { name: 'Sign in' }).press('Enter');
  await page.getByRole('heading', { name: 'Inbox' }).waitFor();
  const told = await mails.received(3);
  assert.match(told.text, /not known before/);

  // Another browser, which this one puts out.
  const other = await browser.newContext({ locale: 'en-US' });
  const elsewhere = await other.newPage();
  await elsewhere.goto(`${hub.url}/console/login`);
  await elsewhere.getByLabel('Email').fill(ADDRESS);
  await elsewhere.getByLabel('Password').fill('a quite new password');
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  await elsewhere.getByRole('heading', { name: 'Inbox' }).waitFor();
  await page.getByRole('button', { name: 'Account menu' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Where I am signed in' }).press('Enter');
  const rows = page.getByRole('main').getByRole('listitem');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  await rows.filter({ hasText: 'This one' }).waitFor();
  await checkBarriers(page, 'sessions');
  await takePicture(page, 'sign-in-sessions');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await takePicture(page, 'sign-in-sessions-phone');
  await page.getByRole('button', { name: /^End the session of/ }).press('Enter');
  await rows.nth(1).waitFor({ state: 'detached' });
  await elsewhere.reload();
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.deepEqual(errors, []);
});

test('a server without mail says whom to ask', async () => {
  const silent = await Hub.startDemo();
  try {
    const page = await (await browser.newContext({ locale: 'es-ES', bypassCSP: true })).newPage();
    await page.goto(`${silent.url}/console/forgot`);
    await page.getByText('Este servidor no envía correos').waitFor();
    assert.equal(await page.getByRole('textbox').count(), 0);
    await checkBarriers(page, 'forgotten password without mail');
    await takePicture(page, 'sign-in-no-mail');
  } finally {
    await silent.stop();
  }
});
