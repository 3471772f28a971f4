// The page of the server: its health and what helps, its nodes, its limits, a mail to try.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { MailServer } from './mail-server.mjs';
import { Agent, openBrowser, PHONE, takePicture } from './people.mjs';

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

after(async () => {
  await browser?.close();
  await hub?.stop();
  mails?.close();
});

test('whoever runs the server sees whether it is well, and tries its mail', async () => {
  const boss = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = boss;
  await page.goto(`${hub.url}/console/platform`);
  await page.getByRole('link', { name: 'Server' }).press('Enter');
  await page.getByRole('heading', { name: 'Server', level: 1 }).waitFor();
  await page.getByRole('article', { name: /^Node/ }).getByText('Answers this page').waitFor();
  await page.getByText('Nothing is broken.').waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Database' })
    .getByText('Well', { exact: true })
    .first()
    .waitFor();
  await page.getByRole('list', { name: 'What all orgs share' }).getByText('Connections').waitFor();
  await takePicture(page, 'server-1440');
  await checkBarriers(page, 'server');

  await page.getByRole('button', { name: 'Send a mail to try' }).press('Enter');
  await page.getByText('Sent to demo@example.com.').waitFor();
  // The first is about the sign-in on a new browser.
  const { text } = await mails.received(2);
  assert.match(text, /asked for this mail/);
  await page
    .getByRole('heading', { name: 'Limits', exact: true })
    .evaluate((it) => it.scrollIntoView());
  await takePicture(page, 'server-limits-1440');
  assert.deepEqual(boss.errors, []);
});

test('the catalogue of tools is kept for all orgs', async () => {
  const boss = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = boss;
  await page.goto(`${hub.url}/console/tools`);
  await page.getByRole('tab', { name: 'Of all orgs' }).click();
  const list = page.getByRole('list', { name: 'Of all orgs' });
  await list.getByRole('listitem').first().waitFor();
  await page.getByRole('button', { name: 'Add a tool' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('weather');
  await dialog.getByLabel('What it is for').fill('Says the weather of a town');
  await checkBarriers(page, 'adding a tool');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = list.getByRole('listitem').filter({ hasText: 'weather' });
  await row.getByLabel('On by default: weather').click();
  await row.locator('input:checked').waitFor();
  await takePicture(page, 'server-tools-1440');
  await checkBarriers(page, 'the catalogue of tools');
  await row.getByRole('button', { name: 'Delete weather for all orgs' }).click();
  await row.waitFor({ state: 'detached' });
  assert.deepEqual(boss.errors, []);
});

test('on a phone, in Spanish and in the dark nothing hangs over the edge', async () => {
  const boss = await Agent.signIn(browser, hub, {
    name: 'demo',
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
    bypassCSP: true,
  });
  const { page } = boss;
  await page.goto(`${hub.url}/console/platform/server`);
  await page.getByText('No hay nada averiado.').waitFor();
  await page.getByRole('heading', { name: 'Límites', exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  await takePicture(page, 'server-phone-es-dark');
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overhang, 0);
  await checkBarriers(page, 'server on a phone');
});
