// While one talks: what the composer and the log offer, and what tells a visitor who is elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';
import { mustRunNothing, PAYLOADS, prepareTrap } from './payloads.mjs';

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

/** @param {Visitor} visitor @param {string} text */
async function sayAndArrive(visitor, text) {
  await visitor.say(text);
  await visitor.log.locator('.mark.sent, .mark.delivered').last().waitFor();
}

test('an emoji goes where the caret is, by pointer and by keyboard', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await visitor.openChat();
  await visitor.composer.fill('Good day');
  await visitor.composer.evaluate((area) =>
    /** @type {HTMLTextAreaElement} */ (area).setSelectionRange(4, 4),
  );
  await page.getByRole('button', { name: 'Emoji' }).click();
  await page.getByRole('button', { name: '🎉' }).click();
  assert.equal(await visitor.composer.inputValue(), 'Good🎉 day');
  await page.getByRole('button', { name: '😀' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  assert.equal(await visitor.composer.inputValue(), 'Good🎉😃 day');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Emoji' }).waitFor({ state: 'detached' });
  await visitor.panel.waitFor();
});

test('the panel grows and shrinks, also over a change of page', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  const heightNow = () =>
    visitor.panel.evaluate((it) => /** @type {HTMLElement} */ (it).offsetHeight);
  const small = await heightNow();
  await visitor.pick('Expand');
  assert.ok((await heightNow()) > small + 100);
  await visitor.page.reload();
  await visitor.openChat();
  assert.ok((await heightNow()) > small + 100);
  await visitor.pick('Make smaller');
  assert.equal(await heightNow(), small);
});

test('Markdown tables and code are drawn, and scroll in themselves', async () => {
  const visitor = await Visitor.visit(browser, hub, { viewport: { width: 360, height: 740 } });
  await visitor.openChat();
  const wide = Array.from({ length: 12 }, (_, at) => `Column ${at}`);
  await visitor.say(
    `| ${wide.join(' | ')} |\n|${wide.map(() => '---').join('|')}|\n| ${wide.map(() => '<b>x</b>').join(' | ')} |\n\n\`\`\`\n${'x'.repeat(200)}\n\`\`\``,
  );
  const table = visitor.log.getByRole('table');
  await table.waitFor();
  assert.equal(await table.getByRole('columnheader').count(), 12);
  assert.equal(await visitor.log.locator('b').count(), 0);
  const log = await visitor.log.evaluate((it) => [it.scrollWidth, it.clientWidth]);
  assert.equal(log[0], log[1], 'the log itself does not scroll sideways');
  await takePicture(visitor.page, 'face-table-360');
});

test('who is elsewhere is told by a bubble and in the title, and sees what is new', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await visitor.openChat();
  await sayAndArrive(visitor, 'Is anybody there?');
  const agent = await Agent.signIn(browser, hub);
  await agent.openConversation('Is anybody there?');
  await agent.takeOver();
  await visitor.log.getByText('Ana joined').waitFor();
  await page.getByRole('button', { name: 'Close chat' }).first().click();
  await agent.reply('Yes, **I am** here. How can I help you today?');

  const peek = page.locator('#switchboard-chat .peek');
  await peek.getByText('Yes, I am here. How can I help you today?').waitFor();
  await takePicture(page, 'face-peek');
  await peek.getByRole('button', { name: 'Dismiss' }).click();
  await peek.waitFor({ state: 'detached' });

  // A tab in the background says of itself that it is hidden.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await agent.reply('Hello?');
  await page.waitForFunction(() => document.title === '(1) Ana: Hello?');
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.waitForFunction(() => document.title === 'Desk lamp Nor');
  await page.locator('#switchboard-chat .launcher').click();
  await visitor.log.locator('.news').waitFor();
  await takePicture(page, 'face-news');
  const news = await visitor.log.evaluate((log) => {
    const row = log.querySelector('.news');
    return row?.nextElementSibling?.textContent;
  });
  assert.match(news ?? '', /Yes, I am here/);
  assert.deepEqual(visitor.errors, []);
});

test('another tab of the same visitor follows into a new conversation', async () => {
  const first = await Visitor.visit(browser, hub);
  await first.openChat();
  await sayAndArrive(first, 'In the first tab');
  const page = await first.page.context().newPage();
  await page.goto(hub.shopPage());
  const second = new Visitor(page, []);
  await second.openChat();
  await second.sees('In the first tab');

  await first.pick('End conversation');
  await first.page
    .getByRole('alertdialog')
    .getByRole('button', { name: 'End conversation' })
    .click();
  await second.page.getByRole('button', { name: 'Start a new conversation' }).waitFor();
  await first.page.getByRole('button', { name: 'Start a new conversation' }).click();
  await sayAndArrive(first, 'A new one');
  await second.sees('A new one');
  assert.deepEqual(await second.messages(), ['A new one']);
});

test('the sound is off for good once it is off', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.pick('Turn sound off');
  await visitor.page.reload();
  await visitor.openChat();
  await visitor.page.locator('#switchboard-chat .tool.menu').click();
  await visitor.page.getByRole('menuitem', { name: 'Turn sound on' }).waitFor();
});

test('a message is copied where the page may', async () => {
  const visitor = await Visitor.visit(browser, hub, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await visitor.openChat();
  await sayAndArrive(visitor, 'Copy **me**');
  await visitor.log.locator('.bubble').first().hover();
  await visitor.log.getByRole('button', { name: 'Copy' }).click();
  await visitor.log.getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await visitor.page.evaluate('navigator.clipboard.readText()'), 'Copy **me**');
});

test('a document goes to the agent and comes back as a download', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await visitor.openChat();
  const picker = page.locator('#switchboard-chat input[type=file]');
  const pdf = Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
  );
  const name = '<img src=x onerror=alert(1)>.pdf';
  await picker.setInputFiles({ name, mimeType: 'application/pdf', buffer: pdf });
  await page.getByRole('list', { name: 'Files to send' }).getByText(name).waitFor();
  await takePicture(page, 'face-document-tray');
  await visitor.say('The bill');
  const card = visitor.log.getByRole('button', { name: /^Download / });
  await card.waitFor();
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const coming = page.waitForEvent('download');
  await card.click();
  assert.match((await coming).suggestedFilename(), /\.pdf$/);
  await takePicture(page, 'face-document');
  assert.deepEqual(visitor.errors, []);
});

test('product cards show what they may, and hostile ones run nothing', async () => {
  const visitor = await Visitor.visit(browser, hub, { prepare: prepareTrap });
  const { page } = visitor;
  const asked = /** @type {string[]} */ ([]);
  page.on('request', (request) => asked.push(request.url()));
  await visitor.openChat();
  await sayAndArrive(visitor, 'Show me lamps');
  const cards = [
    {
      title: 'Desk lamp Nor',
      text: 'Oak, two metres of cord.',
      picture: 'https://elsewhere.example/nor.png',
      price: '49 €',
      url: 'https://shop.example/nor',
      button: 'To the shop',
    },
    ...PAYLOADS.slice(0, 9).map((it) => ({
      title: it,
      text: it,
      picture: it,
      price: it,
      url: it,
      button: it,
    })),
  ];
  await page.evaluate((metadata) => /** @type {any} */ (window).tellWidget(metadata), { cards });
  const list = visitor.log.getByRole('list', { name: 'Products' });
  await list.getByText('Desk lamp Nor').waitFor();
  assert.equal(await list.getByRole('listitem').count(), 10);
  await takePicture(page, 'face-cards');
  const links = await list
    .getByRole('link')
    .evaluateAll((all) => all.map((it) => /** @type {HTMLAnchorElement} */ (it).href));
  for (const href of links) assert.match(href, /^https?:/);
  assert.ok(!asked.some((url) => url.includes('elsewhere.example')), 'no picture of another host');
  await mustRunNothing(page);
});
