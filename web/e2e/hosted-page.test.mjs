// A channel's chat as a page of its own, with the form that its owner made in the console.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, collectErrors, openBrowser, takePicture, Visitor } from './people.mjs';

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

/** @param {import('playwright-core').BrowserContextOptions} [options] */
async function openHosted(options) {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const errors = collectErrors(page);
  await page.goto(`${hub.url}/chat/${hub.channel_key}`);
  return new Visitor(page, errors);
}

test('the form that an owner makes is what visitors fill in, and agents read the answers', async () => {
  const owner = await Agent.signIn(browser, hub);
  await owner.page.goto(`${hub.url}/console/assistant`);
  await owner.page.getByRole('tab', { name: 'Widget' }).click();
  await owner.page.getByLabel('No form').uncheck();
  await owner.page.getByLabel('Required').check();
  await owner.page.getByRole('button', { name: 'Add a field' }).click();
  await owner.page.getByLabel('Field 2', { exact: true }).selectOption({ label: 'Choice' });
  await owner.page.getByLabel('What visitors read beside it').nth(1).fill('About');
  await owner.page.getByLabel('Attribute').fill('topic');
  await owner.page.getByLabel('Choices, one a line').fill('An order\nSomething else');
  await takePicture(owner.page, 'widget-form-editor');
  await owner.page.getByRole('button', { name: 'Save' }).click();
  await owner.page.getByText('Settings saved').waitFor();

  const visitor = await openHosted();
  await visitor.page.getByLabel('Email address').fill('ana@example.com');
  await visitor.page.getByLabel('About').selectOption('An order');
  await takePicture(visitor.page, 'hosted-form');
  await visitor.page.getByRole('button', { name: 'Start the chat' }).click();
  await visitor.composer.fill('Where is my order?');
  await visitor.page.keyboard.press('Enter');
  await visitor.log.getByText('Where is my order?').waitFor();
  await takePicture(visitor.page, 'hosted-chat');
  assert.equal(await visitor.page.title(), 'Bright Lamp & Sons');

  await owner.page.goto(`${hub.url}/console/inbox`);
  await owner.page.getByText('Where is my order?').first().click();
  await owner.page.getByText('ana@example.com').first().waitFor();
  await owner.page.getByText('An order', { exact: true }).waitFor();
  await takePicture(owner.page, 'visitor-attributes');

  await visitor.pick('End conversation');
  const dialog = visitor.page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'End conversation' }).click();
  await visitor.page.getByRole('radio', { name: 'Good', exact: true }).check({ force: true });
  await visitor.page
    .locator('#switchboard-chat .rating')
    .getByRole('button', { name: 'Send' })
    .click();
  await owner.page.getByText('Rated the conversation 4 of 5').first().waitFor();
  await takePicture(owner.page, 'visitor-rated');
  await owner.page.goto(`${hub.url}/console/usage`);
  await owner.page.getByRole('tab', { name: 'Ratings' }).click();
  await owner.page.getByText('of 5, from 1 rating').waitFor();
  await takePicture(owner.page, 'ratings-figures');
  assert.deepEqual(visitor.errors, []);
});

test('the page fills a phone, follows the channel and is framed by nobody who is not listed', async () => {
  const visitor = await openHosted({
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
    locale: 'he-IL',
  });
  const panel = visitor.page.locator('#switchboard-chat .panel');
  await panel.waitFor();
  const box = await panel.boundingBox();
  assert.deepEqual({ width: box?.width, height: box?.height }, { width: 360, height: 740 });
  await takePicture(visitor.page, 'hosted-phone-he');
  const answer = await fetch(`${hub.url}/chat/${hub.channel_key}`);
  assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'self'$/);
  assert.equal((await fetch(`${hub.url}/chat/nobody`)).status, 404);
});
