// Who views and who types, as colleagues see it in the list and over the conversation.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test('a colleague who views, and a visitor who types, are seen in the list', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Is the lamp in stock?');
  const ana = await Agent.signIn(browser, hub, { bypassCSP: true });
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  const row = ana.list.locator('li').first();
  await row.getByText('Is the lamp in stock?').waitFor();

  await bea.openConversation('Is the lamp in stock?');
  await row.getByTestId('viewers').waitFor();
  assert.match((await row.getByTestId('viewers').getAttribute('title')) ?? '', /Bea/i);
  await visitor.composer.pressSequentially('And the red one');
  await row.getByTestId('row-typing').waitFor();
  await checkBarriers(ana.page, 'signs in the list');
  await takePicture(ana.page, 'signs-list');
  await visitor.composer.fill('');
  await row.getByTestId('row-typing').waitFor({ state: 'detached' });

  await ana.openConversation('Is the lamp in stock?');
  const header = ana.page.locator('header').filter({ hasText: 'Also here' });
  await header.waitFor();
  await takePicture(ana.page, 'signs-header');
  await bea.page.goto(`${hub.url}/console/tickets`);
  await header.waitFor({ state: 'detached' });
  await row.getByTestId('viewers').waitFor({ state: 'detached' });
  assert.deepEqual([...ana.errors, ...bea.errors, ...visitor.errors], []);
});
