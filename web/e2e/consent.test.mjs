// What visitors agree to before their first message: asked by the widget, kept with its time, seen by agents.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test('a visitor agrees before they write, and agents see to what and when', async () => {
  await hub.setUp({
    consent_text: 'I agree to how my data is used.',
    consent_link: 'https://example.com/privacy',
  });
  const visitor = await Visitor.visit(browser, hub, { bypassCSP: true });
  const { page } = visitor;
  await page.locator('#switchboard-chat .launcher').click();
  const form = page.locator('#switchboard-chat .form');
  await form.getByRole('button', { name: 'Start the chat' }).click();
  assert.equal(await form.locator('[aria-invalid=true]').count(), 1, 'it is asked for');
  await takePicture(page, 'consent-asked');
  await form.getByLabel('I agree to how my data is used.').check();
  await form.getByRole('button', { name: 'Start the chat' }).click();
  await visitor.composer.waitFor();
  await visitor.say('My card is 4111 1111 1111 1111');
  await visitor.log.getByText('My card is').waitFor();

  const agent = await Agent.signIn(browser, hub, { bypassCSP: true });
  await agent.page.getByText('•••• •••• •••• 1111').first().waitFor();
  await agent.page.getByText('•••• •••• •••• 1111').first().click();
  await agent.page.getByRole('list', { name: 'Agreed to' }).getByText('I agree to how').waitFor();
  await takePicture(agent.page, 'consent-agent');
  await checkBarriers(agent.page, 'a conversation with a consent');
  assert.deepEqual([...visitor.errors, ...agent.errors], []);
});
