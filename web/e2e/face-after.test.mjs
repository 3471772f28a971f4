// After the talk: the end is asked for, the conversation rated, kept as a file, read again later, and forgotten.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { changeChannel, refuse } from './look.mjs';
import { openBrowser, takePicture, Visitor } from './people.mjs';

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

/** @param {object} [options] */
function visit(options = {}) {
  return Visitor.visit(browser, hub, options);
}

/** @param {Visitor} visitor @param {string} text */
async function sayAndEnd(visitor, text) {
  await visitor.say(text);
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await visitor.pick('End conversation');
  await visitor.page
    .getByRole('alertdialog')
    .getByRole('button', { name: 'End conversation' })
    .click();
  await visitor.log.getByText('You ended the conversation').waitFor();
}

test('the end is asked for, and Escape keeps the conversation', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.openChat();
  await visitor.say('Still here');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await page.getByRole('button', { name: 'More' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Turn sound off' }).waitFor();
  for (let left = 4; left > 0; left -= 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await visitor.composer.waitFor();
  // The focus is where it came from.
  assert.equal(
    await page
      .locator('#switchboard-chat')
      .evaluate((host) => host.shadowRoot?.activeElement?.className),
    'tool menu',
  );
});

test('a rating is given with a comment, heard by the page, changed, and there after a reload', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await page.evaluate(() => {
    const rated = /** @type {unknown[]} */ ([]);
    Object.assign(window, { rated });
    /** @type {any} */ (window).Switchboard.on('rated', (/** @type {unknown} */ it) =>
      rated.push(it),
    );
  });
  await visitor.openChat();
  await sayAndEnd(visitor, 'Thanks for all');
  const rating = page.locator('#switchboard-chat .rating');
  await rating.getByRole('radio', { name: 'Good', exact: true }).check({ force: true });
  await rating.getByRole('textbox').fill('<img src=x onerror=alert(1)> quick');
  await rating.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Thank you for your rating.').waitFor();
  await visitor.log.getByText('You rated this conversation 4 of 5').waitFor();
  assert.deepEqual(await page.evaluate('rated'), [
    { score: 4, comment: '<img src=x onerror=alert(1)> quick' },
  ]);
  await takePicture(page, 'face-rated');

  // It begins from what was given, and outlives the panel.
  await page.getByRole('button', { name: 'Change it' }).click();
  assert.ok(await rating.getByRole('radio', { name: 'Good', exact: true }).isChecked());
  await rating.getByRole('textbox').fill('quick, but late');
  await page.keyboard.press('Escape');
  await page.locator('#switchboard-chat .launcher').click();
  assert.equal(await rating.getByRole('textbox').inputValue(), 'quick, but late');
  await rating.getByTitle('Very good').click();
  await rating.getByRole('button', { name: 'Send' }).click();
  await visitor.log.getByText('You rated this conversation 5 of 5').waitFor();
  await page.getByRole('button', { name: 'Change it' }).waitFor();
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes('late'));

  await page.getByRole('button', { name: 'Close chat' }).click();
  await page.clock.setFixedTime(Date.now() + 11 * 60_000);
  await page.locator('#switchboard-chat .launcher').click();
  await page.getByText('Thank you for your rating.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Change it' }).count(), 0);
  assert.deepEqual(visitor.errors, []);
});

test('what fails after the end is said in words of its own', async () => {
  const visitor = await visit({
    prepare: async (/** @type {import('playwright-core').Page} */ page) => {
      await refuse(page, 'session:rate', 'conflict');
      await page.route('**/transcript*', (route) => route.abort());
    },
  });
  const { page } = visitor;
  await visitor.openChat();
  await sayAndEnd(visitor, 'Nothing works');
  const rating = page.locator('#switchboard-chat .rating');
  await rating.getByRole('radio', { name: 'Okay' }).check({ force: true });
  await rating.getByRole('button', { name: 'Send' }).click();
  await rating.getByText('This conversation can no longer be rated.').waitFor();
  await page.getByRole('button', { name: 'Download the conversation' }).click();
  await page.getByText('This could not be loaded.').waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('a copy is asked for in the language of the chat, and too many are told apart', async () => {
  const error = { code: 'rate_limited', message: 'too many', retry: true };
  const visitor = await visit({
    prepare: async (/** @type {import('playwright-core').Page} */ page) => {
      await changeChannel(page, { mail: true });
      await page.route('**/transcript*', (route) =>
        route.fulfill({ status: 429, json: { error } }),
      );
    },
  });
  const { page } = visitor;
  await visitor.openChat();
  await sayAndEnd(visitor, 'A copy please');
  await page.getByRole('button', { name: 'Send me a copy' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send me a copy' });
  await dialog.getByRole('textbox').fill('ana@example.com');
  const asked = page.waitForRequest('**/transcript*');
  await dialog.getByRole('button', { name: 'Send' }).click();
  assert.equal(new URL((await asked).url()).searchParams.get('locale'), 'en');
  await dialog.getByText('That was sent often already.').waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('the conversation comes as a file', async () => {
  const visitor = await visit();
  await visitor.openChat();
  await visitor.say('Write this down');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const coming = visitor.page.waitForEvent('download');
  await visitor.pick('Download the conversation');
  const file = await coming;
  assert.match(file.suggestedFilename(), /^chat-\d{4}-\d\d-\d\d\.txt$/);
  assert.match(await readFile(await file.path(), 'utf8'), /Write this down/);
});

test('earlier conversations are listed and read, and one goes back', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.openChat();
  await sayAndEnd(visitor, 'The first of them');
  await page.getByRole('button', { name: 'Start a new conversation' }).click();
  await visitor.say('The second of them');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await visitor.pick('Earlier conversations');
  const rows = page.locator('#switchboard-chat .past li');
  await rows.nth(1).waitFor();
  await takePicture(page, 'face-past');
  assert.match(await rows.nth(0).innerText(), /The second of them/);
  await rows.nth(1).getByRole('button').click();
  await visitor.sees('The first of them');
  assert.equal(await visitor.composer.count(), 0);
  await page.getByRole('button', { name: 'Back' }).click();
  await rows.nth(0).getByRole('button').click();
  await visitor.sees('The second of them');
  await visitor.composer.waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('who is forgotten leaves nothing on the device', async () => {
  const visitor = await visit();
  const { page } = visitor;
  await visitor.openChat();
  await sayAndEnd(visitor, 'Forget this');
  await page.getByRole('button', { name: /Forget me/ }).click();
  await visitor.composer.waitFor();
  assert.deepEqual(await visitor.messages(), []);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!kept.includes('Forget this'), kept);
});
