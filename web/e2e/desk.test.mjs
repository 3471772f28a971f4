// What an agent keeps at their desk: canned replies by a slash, taking a message back, drafts, and finding things again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, Visitor } from './people.mjs';

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

/** @param {Agent} agent */
const composer = (agent) => agent.page.getByRole('textbox', { name: /^Reply to/ });

/** @param {Agent} agent @param {Record<string, string>} fields */
async function addCannedReply(agent, fields) {
  await agent.page.getByRole('button', { name: 'New canned reply' }).first().click();
  const dialog = agent.page.getByRole('dialog');
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Writes messages in the open conversation, faster than by typing.
 * @param {Agent} agent @param {number} count */
async function writeMany({ page }, count) {
  await page.evaluate(async (count) => {
    const path = location.pathname.replace('/console/inbox/', '/api/v1/conversations/');
    const headers = { 'X-Requested-With': 'switchboard', 'Content-Type': 'application/json' };
    for (let number = 0; number < count; number += 1) {
      const body = JSON.stringify({ content: `Filler ${number}` });
      await fetch(`${path}/messages`, { method: 'POST', headers, body });
    }
  }, count);
}

/** Adds a file to a canned reply: first one that lies about itself, which is refused and taken out.
 * @param {Agent} agent @param {string} shortcut
 * @param {{ name: string, mimeType: string, buffer: Buffer }} file */
async function addFile(agent, shortcut, file) {
  const row = agent.page.locator('li').filter({ hasText: `/${shortcut}` });
  await row.getByRole('button', { name: /^Change/ }).click();
  const dialog = agent.page.getByRole('dialog');
  const input = dialog.getByTestId('canned-file');
  await input.setInputFiles({
    ...file,
    name: 'lie.pdf',
    buffer: Buffer.from('MZ\x90\0 a program'),
  });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('button', { name: 'Remove lie.pdf' }).click();
  await input.setInputFiles(file);
  await checkBarriers(agent.page, 'canned reply with a file');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await row.getByText('1 file').waitFor();
}

test('canned replies, a message taken back, drafts and search', async () => {
  const agent = await Agent.signIn(browser, hub, { undoSend: true, bypassCSP: true });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('The red lámpara is broken');
  await visitor.sees('The red lámpara is broken');

  // The page: made, refused twice, found.
  await agent.page.goto(`${hub.url}/console/canned-replies`);
  await addCannedReply(agent, {
    Shortcut: 'hi',
    Title: 'Greeting',
    Text: 'Hi {{visitor.name|there}}, {{agent.name}} here.',
  });
  await addFile(agent, 'hi', {
    name: 'prices.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\nprices\n%%EOF'),
  });
  await addCannedReply(agent, {
    Shortcut: '/refund',
    Title: 'Refund',
    Folder: 'Returns',
    Text: 'We write to {{visitor.email}}.',
  });
  await agent.page.getByRole('button', { name: 'New canned reply' }).click();
  const dialog = agent.page.getByRole('dialog');
  for (const label of ['Shortcut', 'Title', 'Text']) await dialog.getByLabel(label).fill('hi');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').waitFor();
  await checkBarriers(agent.page, 'canned reply dialog');
  await agent.page.keyboard.press('Escape');
  await agent.page.getByRole('button', { name: 'Import' }).click();
  const csv = (/** @type {string} */ text) => ({
    name: 'replies.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  });
  const file = dialog.locator('input[type=file]');
  await file.setInputFiles(csv('shortcut,title,body\nNo!,A,b\n'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/line 2, column "shortcut"/)
    .waitFor();
  await file.setInputFiles(csv('shortcut;title;body\nhours;Hours;From 9 to 18\n'));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await agent.page.getByText('Imported: 1 new, 0 replaced').waitFor();
  await checkBarriers(agent.page, 'canned replies');

  // The slash: by keys alone.
  await agent.page.goto(`${hub.url}/console/inbox`);
  await agent.openConversation('The red lámpara is broken');
  await agent.takeOver();
  const area = composer(agent);
  await area.pressSequentially('and/or /ref');
  const picker = agent.page.getByRole('listbox', { name: 'Canned replies' });
  await picker.getByRole('option', { name: /refund/ }).waitFor();
  assert.equal(await picker.getByRole('option').count(), 1);
  await checkBarriers(agent.page, 'canned replies in the composer');
  await area.press('Enter');
  assert.equal(await area.inputValue(), 'and/or We write to {{visitor.email}}.');
  const selected = await area.evaluate((it) => {
    const field = /** @type {HTMLTextAreaElement} */ (it);
    return field.value.slice(field.selectionStart, field.selectionEnd);
  });
  assert.equal(selected, '{{visitor.email}}');
  await area.press('Enter');
  await agent.page.getByRole('alert').getByText('Press Enter again').waitFor();
  assert.equal(await agent.page.locator('[data-held]').count(), 0, 'nothing has gone');
  await area.fill('/');
  await picker.waitFor();
  await area.press('Escape');
  await picker.waitFor({ state: 'detached' });
  await area.fill('');
  await area.pressSequentially('/hi');
  await picker.getByRole('option', { name: /hi/ }).first().waitFor();
  await area.press('Tab');
  assert.equal(await area.inputValue(), 'Hi there, Ana here.');
  const tray = agent.page.getByRole('list', { name: 'Files to send' });
  await tray.getByText('prices.pdf').waitFor();
  await tray.getByRole('progressbar').waitFor({ state: 'detached' });

  // Taken back, and sent at once by going elsewhere.
  await area.press('Enter');
  await agent.page.locator('[data-held]').getByText('Sending in').waitFor();
  await area.press('Control+z');
  assert.equal(await area.inputValue(), 'Hi there, Ana here.');
  await agent.page.locator('[data-held]').waitFor({ state: 'detached' });
  await area.press('Enter');
  await agent.page.locator('[data-held]').waitFor();
  await agent.page.locator('a[href$="/console/tickets"]').first().click();
  await visitor.sees('Hi there, Ana here.');
  await visitor.log.getByText('prices.pdf').waitFor();

  // Closing the page sends what is held, too.
  await agent.page.goBack();
  await area.fill('Sent by leaving');
  await area.press('Enter');
  await agent.page.locator('[data-held]').waitFor();
  await agent.page.goto('about:blank');
  await visitor.sees('Sent by leaving');

  // A tab that is killed leaves it as a draft, and one that nobody sees sends it.
  await agent.page.goto(`${hub.url}/console/inbox`);
  await agent.openConversation('Sent by leaving');
  const kept = () =>
    agent.page.evaluate(async () => {
      const answer = await fetch('/api/v1/drafts');
      return (await answer.json()).drafts.map((/** @type {{ text: string }} */ it) => it.text);
    });
  const whenStored = () =>
    agent.page.waitForResponse((it) => it.url().endsWith('/draft') && it.ok());
  const held = whenStored();
  await area.fill('Sent by hiding');
  await area.press('Enter');
  await held;
  assert.deepEqual(await kept(), ['Sent by hiding']);
  const sent = whenStored();
  await agent.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
    Reflect.deleteProperty(document, 'visibilityState');
  });
  await agent.page.locator('[data-held]').waitFor({ state: 'detached' });
  await visitor.sees('Sent by hiding');
  await sent;
  assert.deepEqual(await kept(), []);

  // A draft is on the next computer.
  const stored = agent.page.waitForResponse((it) => it.url().endsWith('/draft') && it.ok());
  await area.fill('Half a sentence');
  await stored;
  const elsewhere = await Agent.signIn(browser, hub, { bypassCSP: true });
  await elsewhere.list.getByText('Draft:').waitFor();
  await elsewhere.list.getByText('Half a sentence').click();
  assert.equal(await composer(elsewhere).inputValue(), 'Half a sentence');
  const removed = elsewhere.page.waitForResponse((it) => it.url().endsWith('/draft') && it.ok());
  await composer(elsewhere).press('Enter');
  await visitor.sees('Half a sentence');
  await removed;
  await elsewhere.list.getByText('Draft:').waitFor({ state: 'detached' });

  // Found by words of the log, and opened there.
  await writeMany(elsewhere, 60);
  await visitor.sees('Filler 59');
  await elsewhere.page.goto(`${hub.url}/console/inbox`);
  await elsewhere.list.waitFor();
  await elsewhere.page.keyboard.press('/');
  await elsewhere.page.keyboard.type('LAMPARA brok');
  const results = elsewhere.page.getByTestId('search-results');
  await results.locator('mark').first().waitFor();
  assert.deepEqual(await results.locator('mark').allInnerTexts(), ['lámpara', 'broken']);
  await checkBarriers(elsewhere.page, 'search');
  await elsewhere.page.keyboard.press('ArrowDown');
  await elsewhere.page.keyboard.press('Enter');
  const marked = elsewhere.log.locator('[data-marked]');
  await marked.getByText('The red lámpara is broken').waitFor();
  await elsewhere.page.waitForFunction(() => {
    const row = document.querySelector('[data-marked]')?.getBoundingClientRect();
    const log = document.querySelector('[role=log]')?.getBoundingClientRect();
    return row && log && row.top >= log.top && row.bottom <= log.bottom;
  });
  const field = elsewhere.page.getByRole('searchbox');
  await field.fill('nowhere');
  await elsewhere.page.getByText('Nothing found for “nowhere”').waitFor();
  await field.fill('Filler');
  await results.locator('mark').first().waitFor();
  await elsewhere.page.getByRole('button', { name: 'Kind' }).click();
  await elsewhere.page.getByRole('menuitemradio', { name: 'Note' }).click();
  await elsewhere.page.getByText('Nothing found for “Filler”').waitFor();
  await elsewhere.page.getByRole('button', { name: 'Remove filter: Kind' }).click();
  await results.locator('mark').first().waitFor();
  await field.press('Escape');
  await elsewhere.list.waitFor();
  assert.deepEqual([...agent.errors, ...visitor.errors, ...elsewhere.errors], []);
});

test('a colleague who is mentioned in a note finds it behind the bell', async () => {
  const ana = await Agent.signIn(browser, hub);
  const bea = await Agent.signIn(browser, hub, { name: 'bea', bypassCSP: true });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Is anybody there?');
  await ana.openConversation('Is anybody there?');
  await ana.page.getByRole('tab', { name: 'Note' }).click();
  const area = ana.page.getByRole('textbox', { name: /^A note only/ });
  await area.pressSequentially('@b');
  const colleagues = ana.page.getByRole('listbox', { name: 'Colleagues' });
  await colleagues.getByRole('option', { name: 'Bea' }).waitFor();
  await area.press('Tab');
  assert.equal(await area.inputValue(), '@Bea ');
  await area.pressSequentially('please look');
  await area.press('Enter');

  const bell = bea.page.getByRole('button', { name: 'Notifications, 1 unread' });
  await bell.click();
  const item = bea.page.getByRole('menuitem', { name: /Ana mentioned you/ });
  await item.getByText('@Bea please look').waitFor();
  await checkBarriers(bea.page, 'notifications');
  await item.click();
  await bea.log.locator('[data-marked]').getByText('@Bea please look').waitFor();
  await bea.page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  assert.deepEqual([...ana.errors, ...bea.errors, ...visitor.errors], []);
});
