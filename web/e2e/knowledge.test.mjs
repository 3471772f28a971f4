// An owner sets the assistant up: what it is told, what it knows, which models it asks, and what they cost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Model } from './model.mjs';
import { Agent, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

const PLACES = ['assistant', 'knowledge', 'providers', 'usage'];

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** @param {Agent} owner @param {string} place */
async function go(owner, place) {
  await owner.page.goto(`${hub.url}/console/${place}`);
  await owner.page.getByRole('heading', { level: 1 }).waitFor();
}

test('settings are inherited, set, refused in words, reset and remembered', async () => {
  const owner = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = owner;
  await go(owner, 'assistant');
  await page.getByLabel('Name', { exact: true }).fill('Lumi');
  await page.getByLabel('Instructions').fill('You speak for ');
  await page.getByRole('button', { name: '{{org_name}}' }).click();
  assert.equal(await page.getByLabel('Instructions').inputValue(), 'You speak for {{org_name}}');
  await page.getByLabel('People are always there').uncheck();
  await page.getByLabel('Monday from').fill('08:30');
  await takePicture(page, 'setup-assistant');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings saved').waitFor();
  const { settings } = await hub.call('GET', '/settings');
  const value = (/** @type {string} */ name) =>
    settings.find((/** @type {{ name: string }} */ it) => it.name === name).value;
  assert.equal(value('assistant_name'), 'Lumi');
  assert.deepEqual(value('hours').days.mon, [['08:30', '18:00']]);

  await page.getByLabel('Instructions').fill('Hello {{nobody}}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByText(/nobody/)
    .nth(1)
    .waitFor();
  await takePicture(page, 'setup-assistant-refused');
  await page.getByRole('button', { name: 'Discard' }).click();

  await page.getByLabel('Settings of').selectOption({ label: 'Channel Demo site' });
  await page.getByText('From the organisation').first().waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Nori');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Reset' }).waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Lumi');

  await page.getByRole('button', { name: 'History' }).click();
  const history = page.getByRole('dialog', { name: 'History' });
  await history.getByText('Nori').first().waitFor();
  await takePicture(page, 'setup-assistant-history');
  await checkBarriers(page, 'history of settings');
  assert.deepEqual(owner.errors, []);
});

test('knowledge is added, found, and what nobody could answer is answered for all', async () => {
  const owner = await Agent.signIn(browser, hub, { name: 'demo' });
  const { page } = owner;
  await go(owner, 'knowledge');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Markdown' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Warranty');
  await dialog.getByLabel('Text').fill('# Warranty\n\nEvery grinder has a warranty of five years.');
  await takePicture(page, 'setup-knowledge-add');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'Warranty' });
  await row.getByText('Ready').waitFor();
  await takePicture(page, 'setup-knowledge-sources');

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'File' }).click();
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('The workshop repairs espresso machines on Thursdays.'),
  });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('listitem').filter({ hasText: 'notes.txt' }).getByText('Ready').waitFor();

  await page.getByRole('tab', { name: 'Try it out' }).click();
  await page.getByLabel('Question').fill('How much does shipping cost?');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByTestId('verdict').getByText('Sure').waitFor();
  await takePicture(page, 'setup-knowledge-try');

  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Do you engrave birthday wishes?');
  await visitor.log.getByText(/no answer to that/).waitFor();
  await page.getByRole('tab', { name: /Unanswered/ }).click();
  await page.reload();
  await page.getByRole('tab', { name: /Unanswered/ }).click();
  await page.getByText('Do you engrave birthday wishes?').waitFor();
  await takePicture(page, 'setup-knowledge-unanswered');
  await page.getByRole('button', { name: 'Add answer' }).click();
  await dialog.getByLabel('Answer').fill('Yes, up to twenty letters.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Everything was answered').waitFor();

  const next = await Visitor.visit(browser, hub);
  await next.openChat();
  await next.say('Do you engrave birthday wishes?');
  await next.log.getByText('Yes, up to twenty letters.').waitFor();
  assert.deepEqual(owner.errors, []);
});

test('a provider is added with a key that never comes back, tested, moved and metered', async () => {
  const model = await Model.start({ text: 'Pong, and a bit more.', word_delay_ms: 5 });
  try {
    const owner = await Agent.signIn(browser, hub, { name: 'demo' });
    const { page } = owner;
    await go(owner, 'providers');
    await page.getByText('No provider yet').waitFor();
    await takePicture(page, 'setup-providers-empty');
    await page.getByRole('button', { name: 'Add provider' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Provider', { exact: true }).selectOption({ label: 'vLLM' });
    await dialog.getByLabel('Address').fill(model.base_url);
    await dialog.getByLabel('Model', { exact: true }).fill('scripted');
    await dialog.getByLabel('Voice model').fill('scripted-voice');
    await dialog.getByLabel('Key').fill('sk-secret-scripted-key-aBcD');
    await takePicture(page, 'setup-provider-dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const card = page.getByRole('article', { name: 'vLLM' });
    await card.getByText(/aBcD/).waitFor();
    const [kept] = (await hub.call('GET', '/providers?level=org')).providers;
    assert.equal(kept.voice_model, 'scripted-voice');
    assert.ok(!(await page.content()).includes('sk-secret-scripted-key'));
    await card.getByRole('button', { name: 'Test' }).click();
    await card.getByText(/Answered in/).waitFor();
    await takePicture(page, 'setup-providers');

    await card.getByRole('button', { name: 'Edit vLLM' }).click();
    await dialog.getByLabel('Address').fill('http://127.0.0.1:1/v1');
    await dialog.getByText(/drops the saved key/).waitFor();
    await takePicture(page, 'setup-provider-loses-key');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    const visitor = await Visitor.visit(browser, hub);
    await visitor.openChat();
    await visitor.say('Ping?');
    await visitor.log.getByText('Pong, and a bit more.').waitFor();
    await go(owner, 'usage');
    await page.getByRole('img', { name: /Bars by day/ }).waitFor();
    await takePicture(page, 'setup-usage');
    await page.getByRole('tab', { name: 'Single uses' }).click();
    await page.getByRole('cell', { name: 'scripted' }).first().waitFor();
    await takePicture(page, 'setup-usage-events');
    await page.getByRole('tab', { name: 'Prices' }).click();
    await page.getByRole('cell', { name: 'gpt-4o-mini' }).waitFor();
    await page.getByRole('button', { name: 'Set a price' }).click();
    await dialog.getByLabel('Model').fill('scripted');
    await dialog.getByLabel('Input', { exact: true }).fill('1000');
    await dialog.getByLabel('Output').fill('2000');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'scripted' }).waitFor();
    assert.deepEqual(owner.errors, []);
  } finally {
    const { providers } = await hub.call('GET', '/providers');
    for (const { id } of providers) await hub.call('DELETE', `/providers/${id}`);
    model.stop();
  }
});

test('the pages fit phones, both themes and both languages, without known barriers', async () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const owner = await Agent.signIn(browser, hub, { name: 'demo', colorScheme, bypassCSP: true });
    for (const place of PLACES) {
      await go(owner, place);
      await owner.page.waitForLoadState('networkidle');
      await takePicture(owner.page, `setup-${place}-1440-${colorScheme}`);
      await checkBarriers(owner.page, `${place} ${colorScheme}`);
    }
    assert.deepEqual(owner.errors, []);
  }
  const options = { name: 'demo', viewport: PHONE, locale: 'es-ES' };
  const phone = await Agent.signIn(browser, hub, options);
  await phone.page.getByRole('button', { name: 'Más' }).click();
  await phone.page.getByRole('menuitem', { name: 'Consumo' }).click();
  await phone.page.waitForURL('**/console/usage');
  for (const place of PLACES) {
    await go(phone, place);
    await phone.page.waitForLoadState('networkidle');
    await takePicture(phone.page, `setup-${place}-390-es`);
    const over = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${place} is ${over} px too wide`);
  }
});

test('the widget with an assistant has no known barriers in either theme', async () => {
  await hub.call('PATCH', '/settings', { settings: { welcome_questions: ['How can I pay?'] } });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    const options = { colorScheme, bypassCSP: true, locale: 'es-ES' };
    const visitor = await Visitor.visit(browser, hub, options);
    await visitor.openChat();
    await visitor.log.getByRole('button', { name: 'How can I pay?' }).waitFor();
    await checkBarriers(visitor.page, `widget, questions, ${colorScheme}`);
    await visitor.say('shipping');
    await visitor.log.getByText('How much does shipping cost?').waitFor();
    await checkBarriers(visitor.page, `widget, choices, ${colorScheme}`);
    await visitor.log.getByRole('button', { name: 'Sí' }).click();
    await visitor.log.getByRole('list', { name: 'Fuentes' }).waitFor();
    await visitor.page.locator('#switchboard-chat input[type=file]').setInputFiles({
      name: 'a.exe',
      mimeType: 'application/x-msdownload',
      buffer: Buffer.from('x'),
    });
    await visitor.page.getByText('a.exe no es un archivo', { exact: false }).waitFor();
    await checkBarriers(visitor.page, `widget, answered, ${colorScheme}`);
    await takePicture(visitor.page, `setup-widget-es-${colorScheme}`);
    assert.deepEqual(visitor.errors, []);
  }
});
