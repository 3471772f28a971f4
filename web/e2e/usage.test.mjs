// The page of usage: charts by what a reader asks for, limits with modes of their own, the price of unpriced models.

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
/** @type {Model} */
let model;

before(async () => {
  model = await Model.start({ text: 'At nine.', word_delay_ms: 5 });
  hub = await Hub.startDemo();
  browser = await openBrowser();
  await hub.call('POST', '/providers', {
    kind: 'compatible',
    name: 'vLLM',
    base_url: model.base_url,
    model: 'scripted',
    key: 'sk-secret-scripted-key-aBcD',
  });
});

after(async () => {
  await browser?.close();
  await hub?.stop();
  model?.stop();
});

test('usage is charted by what a reader asks for, and taken along as CSV', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('When do you open?');
  await visitor.log.getByText('At nine.').waitFor();
  const owner = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = owner;
  await page.goto(`${hub.url}/console/usage`);
  await page.getByRole('img', { name: /Bars by day/ }).waitFor();
  await takePicture(page, 'usage-1440');
  await checkBarriers(page, 'usage by day');
  await page.getByLabel('By', { exact: true }).selectOption('hour');
  await page.getByRole('img', { name: /Bars by hour of the day/ }).waitFor();
  await page.getByLabel('By', { exact: true }).selectOption('model');
  await page.getByRole('table').getByRole('cell', { name: 'scripted' }).waitFor();
  await page.getByLabel('By', { exact: true }).selectOption('address');
  await page.getByRole('table').getByRole('cell', { name: '127.0.0.1' }).waitFor();
  await page.getByLabel('By', { exact: true }).selectOption('person');
  await page.getByRole('table', { name: 'Usage by person' }).waitFor();
  await takePicture(page, 'usage-person-1440');
  await checkBarriers(page, 'usage by person');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export single uses as CSV' }).click();
  const file = await (await download).createReadStream();
  let csv = '';
  for await (const part of file) csv += part;
  assert.match(csv, /127\.0\.0\.1,chat,compatible,scripted/);
  await page.getByRole('tab', { name: 'Single uses' }).click();
  await page.getByRole('cell', { name: '127.0.0.1' }).first().waitFor();
  assert.deepEqual(owner.errors, []);
});

test('limits with modes of their own, and the fallback price, are set on the page', async () => {
  const owner = await Agent.signIn(browser, hub, { name: 'demo', bypassCSP: true });
  const { page } = owner;
  await page.goto(`${hub.url}/console/usage`);
  await page.getByRole('tab', { name: 'Limits' }).click();
  await page.getByLabel('Call minutes a month', { exact: true }).fill('500');
  await page.getByLabel('At the limit: Call minutes a month').selectOption('soft');
  await checkBarriers(page, 'limits');
  await takePicture(page, 'usage-limits-1440');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Limits saved').waitFor();
  const { settings } = await hub.call('GET', '/settings');
  const of = (/** @type {string} */ name) =>
    settings.find((/** @type {{ name: string }} */ it) => it.name === name);
  assert.equal(of('max_voice_minutes_per_month').value, 500);
  assert.equal(of('max_voice_minutes_per_month_mode').value, 'soft');
  assert.equal(of('daily_budget_usd').source, 'default', 'what nobody touched is inherited');

  await page.getByRole('tab', { name: 'Prices' }).click();
  await page.getByLabel('Input (USD)').fill('7');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Prices saved').waitFor();
  await checkBarriers(page, 'prices');
  await takePicture(page, 'usage-prices-1440');
  assert.deepEqual(owner.errors, []);
});

test('on a phone, in Spanish and in the dark nothing hangs over the edge', async () => {
  const owner = await Agent.signIn(browser, hub, {
    name: 'demo',
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
    bypassCSP: true,
  });
  const { page } = owner;
  await page.goto(`${hub.url}/console/usage`);
  for (const tab of ['Gráficos', 'Usos', 'Límites', 'Precios']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.waitForLoadState('networkidle');
    await page.getByRole('tab', { name: tab }).evaluate((it) => it.scrollIntoView());
    await takePicture(page, `usage-phone-es-dark-${tab}`);
    const overhang = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overhang, 0, tab);
    await checkBarriers(page, `usage on a phone: ${tab}`);
  }
});
