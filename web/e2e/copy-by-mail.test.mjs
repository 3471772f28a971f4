// A copy of the conversation by mail, from the menu to the mailbox, and the page that stops such mails and resumes them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { MailServer } from './mail-server.mjs';
import { Agent, collectErrors, openBrowser, takePicture, Visitor } from './people.mjs';

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

/** Asks for a copy, and waits for the words about it.
 * @param {Visitor} visitor @param {string | RegExp} words */
async function askForCopy(visitor, words) {
  await visitor.pick('Send me a copy');
  const dialog = visitor.page.getByRole('dialog', { name: 'Send me a copy' });
  await dialog.getByRole('textbox').fill('ana@example.com');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText(words).waitFor();
  await dialog.getByRole('button', { name: 'Back' }).click();
}

test('a copy comes by mail, is stopped by its link, and comes again once that is taken back', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Keep this: https://evil.example/pay');
  await visitor.log.locator('.group:not(.mine) .bubble').first().waitFor();
  await askForCopy(visitor, /ana@example\.com/);
  const { head, text } = await mails.received(1);
  assert.match(head, /^To: ana@example\.com$/m);
  assert.match(text, /Keep this: evil\. example\/pay/);

  const link = /http:\S+\/mail\/stop#\S+/.exec(text)?.[0] ?? '';
  const page = await visitor.page.context().newPage();
  const errors = collectErrors(page);
  await page.goto(link);
  await page.getByRole('button', { name: 'Stop these mails' }).click();
  await page.getByText('Done. You will get no more of these mails.').waitFor();
  await takePicture(page, 'mail-stopped');
  await askForCopy(visitor, 'That did not work. Please try again.');

  await page.getByRole('button', { name: 'Get them again' }).press('Enter');
  await page.getByText('Done. You will get these mails again.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Stop these mails' }).isVisible());
  await askForCopy(visitor, /ana@example\.com/);
  assert.match((await mails.received(2)).head, /^To: ana@example\.com$/m);
  assert.deepEqual([...errors, ...visitor.errors], []);
});

test('an agent downloads and mails a transcript, blocks the visitor and takes it back', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Where is my lamp');
  await visitor.sees('Where is my lamp');
  const agent = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = agent;
  await agent.list.getByRole('link').first().click();
  await agent.sees('Where is my lamp');
  const pick = async (/** @type {string} */ name) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name }).click();
  };

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    pick('Download the transcript'),
  ]);
  assert.match(file.suggestedFilename(), /^chat-\d{4}-\d\d-\d\d\.txt$/);
  assert.match(await readFile(await file.path(), 'utf8'), /Where is my lamp/);
  await pick('Mail the transcript');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Email address').fill('bea@example.com');
  await checkBarriers(page, 'transcript dialog');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('The transcript is on its way.').waitFor();
  // The house may be told of the question too.
  let count = 3;
  let mail = await mails.received(count);
  while (!/^To: bea@example\.com$/m.test(mail.head)) {
    count += 1;
    mail = await mails.received(count);
  }
  assert.match(mail.text, /Where is my lamp/);

  await pick('Block the visitor');
  await dialog.getByLabel('Reason').fill('Sells lamps of his own');
  await takePicture(page, 'block');
  await dialog.getByRole('button', { name: 'Block', exact: true }).click();
  const details = page.getByRole('complementary');
  await details.getByText('Sells lamps of his own').waitFor();
  await takePicture(page, 'blocked');
  await visitor.say('Can you read this');
  await visitor.log.getByText('Not sent', { exact: false }).first().waitFor();
  assert.ok(!(await agent.messages()).includes('Can you read this'));
  await takePicture(visitor.page, 'blocked-visitor');

  await details.getByRole('button', { name: 'Unblock' }).click();
  await details.getByText('Sells lamps of his own').waitFor({ state: 'detached' });
  await visitor.say('And this');
  await agent.sees('And this');
  assert.deepEqual(agent.errors, []);
});
