// The pages of the assistant: its test chat with what went into an answer, the words that hand over, its log, templates
// of instructions, and the way back through the history of settings.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Model } from './model.mjs';
import { Agent, DESKTOP, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {Model} */
let model;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
  model = await Model.start({ text: 'Shipping costs 3.90 euros [1].', word_delay_ms: 1 });
  await hub.call('POST', '/providers', {
    kind: 'compatible',
    name: 'Scripted',
    base_url: model.base_url,
    model: 'scripted',
    key: 'sk-scripted',
  });
});

after(async () => {
  await browser?.close();
  model?.stop();
  await hub?.stop();
});

/** @param {string} place @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(place, options = {}) {
  const owner = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true, ...options });
  await owner.page.goto(`${hub.url}/console/${place}`);
  await owner.page.getByRole('heading', { level: 1 }).waitFor();
  return owner;
}

/** @param {import('playwright-core').Page} page */
async function fitsIntoTheWindow(page) {
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.equal(overhang, 0);
}

const LOOKS = /** @type {const} */ ([
  ['1440-light-en', { viewport: DESKTOP, colorScheme: 'light', locale: 'en-GB' }],
  ['1440-dark-es', { viewport: DESKTOP, colorScheme: 'dark', locale: 'es-ES' }],
  ['390-light-es', { viewport: PHONE, colorScheme: 'light', locale: 'es-ES' }],
  ['390-dark-en', { viewport: PHONE, colorScheme: 'dark', locale: 'en-GB' }],
]);

test('an owner asks in the test chat and sees why', async () => {
  const owner = await open('assistant/test');
  const { page } = owner;
  await checkBarriers(page, 'empty test chat');
  await page.getByRole('textbox', { name: 'Question' }).fill('How much does shipping cost?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('log').getByText('Shipping costs 3.90 euros').waitFor();
  const debug = page.getByRole('region', { name: 'What went into the answer' });
  await debug.getByText('compatible · scripted').first().waitFor();
  await debug.getByText('Prompt', { exact: false }).click();
  await debug.getByText('You are', { exact: false }).first().waitFor();
  await checkBarriers(page, 'test chat with its prompt');

  await page.getByRole('textbox', { name: 'Question' }).fill('I want a human');
  await page.keyboard.press('Enter');
  await debug.getByText('Words that ask for a person').waitFor();
  await debug.getByText('human', { exact: true }).waitFor();
  assert.deepEqual(owner.errors, []);
});

test('a sentence is tested by words that are not saved yet, and then they are', async () => {
  const owner = await open('assistant/handoff');
  const { page } = owner;
  await page.getByText('The built-in words hold').waitFor();
  await checkBarriers(page, 'handoff words');
  await page.getByRole('textbox', { name: 'Words of this channel' }).fill('boss\nlawyer');
  await page.getByRole('textbox', { name: 'What a visitor might write' }).fill('I call my lawyers');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  const verdict = page.getByRole('status').filter({ hasText: 'Asks for a person' });
  await verdict.getByText('lawyer', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').first().waitFor();
  await page.getByRole('textbox', { name: 'What a visitor might write' }).fill('is there a human?');
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'The assistant answers' }).waitFor();
  await page.getByRole('button', { name: 'Use the inherited words' }).click();
  await page.getByText('The built-in words hold').waitFor();
  assert.deepEqual(owner.errors, []);
});

test('the log has every turn and leads to its conversation', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('How much does shipping cost?');
  await visitor.log.getByText('Shipping costs 3.90 euros').waitFor();
  const owner = await open('assistant/log');
  const { page } = owner;
  const rows = page.getByRole('main').getByRole('article');
  await page.getByLabel('Where').selectOption({ label: 'Conversations' });
  for (;;) {
    // Turns are stored behind the reply; there is no event to wait for.
    if ((await rows.filter({ hasText: 'Answered' }).count()) > 0) break;
    await page.waitForTimeout(200);
    await page.reload();
    await page.getByLabel('Where').selectOption({ label: 'Conversations' });
    await rows
      .first()
      .waitFor({ timeout: 2_000 })
      .catch(() => {});
  }
  await checkBarriers(page, 'assistant log');
  await page.getByLabel('Outcome').selectOption({ label: 'Failed' });
  await page.getByText('No turns').waitFor();
  await page.getByLabel('Outcome').selectOption({ label: 'Answered' });
  await rows.first().getByRole('link').click();
  await page.waitForURL(/\/inbox\//);
  assert.deepEqual(owner.errors, []);
});

test('a template is inserted beside what is there, and the history takes a change back', async () => {
  const owner = await open('assistant');
  const { page } = owner;
  const field = page.getByRole('textbox', { name: 'Instructions' });
  const before = await field.inputValue();
  await page.getByRole('button', { name: 'Insert a template' }).click();
  const dialog = page.getByRole('dialog', { name: 'Templates of instructions' });
  await dialog.getByLabel('For').selectOption({ label: 'Hotel' });
  await checkBarriers(page, 'templates');
  await takePicture(page, 'assistant-templates');
  await dialog.getByRole('button', { name: 'Insert' }).click();
  await page.waitForFunction(
    (text) =>
      document.activeElement instanceof HTMLTextAreaElement &&
      document.activeElement.value !== text,
    before,
  );
  const inserted = await field.inputValue();
  assert.ok(inserted.startsWith(before.trimEnd()) && inserted.includes('a hotel in'), inserted);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Set here').first().waitFor();
  await page.getByText('Otherwise:', { exact: false }).first().waitFor();
  await page.getByLabel('Only what is set here', { exact: false }).check();
  await takePicture(page, 'assistant-settings-own-only');
  await checkBarriers(page, 'settings of the assistant');

  await page.getByRole('button', { name: 'History' }).click();
  const history = page.getByRole('dialog', { name: 'History' });
  await history
    .getByRole('button', { name: 'Restore what Instructions was before' })
    .first()
    .click();
  await takePicture(page, 'assistant-history-restore');
  await checkBarriers(page, 'history');
  await history.getByRole('button', { name: 'Restore', exact: true }).first().click();
  await page.getByText('Restored').first().waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(
    (text) => [...document.querySelectorAll('textarea')].every((it) => it.value !== text),
    inserted,
  );
  assert.deepEqual(owner.errors, []);
});

for (const [name, options] of LOOKS) {
  test(`the pages as they look at ${name}`, async () => {
    const owner = await open('assistant/test', options);
    const { page } = owner;
    const isSpanish = options.locale === 'es-ES';
    const ask = async (/** @type {string} */ text) => {
      await page.getByRole('textbox', { name: isSpanish ? 'Pregunta' : 'Question' }).fill(text);
      await page.keyboard.press('Enter');
    };
    await ask(isSpanish ? '¿Cuánto cuesta el envío?' : 'How much does shipping cost?');
    await page.getByRole('log').getByText('Shipping costs 3.90 euros').waitFor();
    await page.getByText(/^Prompt, \d/).click();
    await takePicture(page, `assistant-test-${name}`);
    await fitsIntoTheWindow(page);
    await checkBarriers(page, `test chat at ${name}`);
    for (const place of ['handoff', 'log']) {
      await page.goto(`${hub.url}/console/assistant/${place}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(500);
      await takePicture(page, `assistant-${place}-${name}`);
      await fitsIntoTheWindow(page);
      await checkBarriers(page, `${place} at ${name}`);
    }
    await page.goto(`${hub.url}/console/assistant`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(500);
    await takePicture(page, `assistant-settings-${name}`);
    await fitsIntoTheWindow(page);
    assert.deepEqual(owner.errors, []);
  });
}
