// Everything a machine can check of accessibility, in both themes and every state that is easy to reach.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
let axe = '';

const PLACES = [
  'tickets',
  'members',
  'calls',
  'tools',
  'webhooks',
  'submissions',
  // The last one: its button is pressed next.
  'channels',
];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** @param {import('playwright-core').Page} page @param {string} where */
async function check(page, where) {
  // Colours fade in; halfway they are not what they will be.
  await page.waitForTimeout(300);
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then((result) =>
      result.violations.map((it) => [it.id, it.nodes[0].target.join(' '), it.nodes[0].failureSummary].join(': ')))`,
  );
  assert.deepEqual(found, [], where);
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`widget and console have no known barriers in ${colorScheme}`, async () => {
    const visitor = await Visitor.visit(browser, hub, { colorScheme, bypassCSP: true });
    await visitor.openChat();
    await check(visitor.page, 'widget, empty');
    await visitor.say('Is **this** the [right place](https://example.com)?');
    await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
    await check(visitor.page, 'widget, talking');

    const agent = await Agent.signIn(browser, hub, { colorScheme, bypassCSP: true });
    await check(agent.page, 'inbox');
    await agent.openConversation('Is this the right place?');
    await agent.takeOver();
    await agent.note('A note');
    await agent.reply('A reply');
    await visitor.sees('A reply');
    await check(agent.page, 'conversation');
    for (const place of PLACES) {
      await agent.page.goto(`${hub.url}/console/${place}`);
      await agent.page.getByRole('heading', { level: 1 }).waitFor();
      await check(agent.page, place);
    }
    await agent.page.getByRole('button', { name: 'New channel' }).click();
    await check(agent.page, 'channel dialog');
    await visitor.page.getByRole('button', { name: 'End conversation' }).click();
    await check(visitor.page, 'widget, ending');
    await agent.page.goto(`${hub.url}/console/login`);
    await check(agent.page, 'login');
    await agent.page.goto(hub.url);
    await agent.page.getByRole('heading', { level: 1 }).waitFor();
    await check(agent.page, 'page at the root');
  });
}
