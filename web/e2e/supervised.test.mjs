// Supervised replies in the browser: an agent on two pages and a visitor, by keyboard, with countdown and approval.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

const OPENING = 'What are your opening hours?';

const GREETING = 'Hello there';

/** A visitor talks to the assistant, and an agent supervises it.
 * @param {string} mode */
async function supervised(mode) {
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say(GREETING);
  await visitor.log.getByText(/automatic assistant/).waitFor();
  await openNewest(agent);
  await agent.page.getByRole('button', { name: /^Replies of the assistant/ }).click();
  await agent.page.getByRole('menuitemradio', { name: mode }).click();
  await agent.page.getByText(`set replies to: ${mode}`).waitFor();
  await visitor.say(OPENING);
  await agent.page.getByTestId('waiting-reply').waitFor();
  return { agent, visitor, bar: agent.page.getByTestId('supervised') };
}

/** Opens the conversation that changed last.
 * @param {Agent} agent */
async function openNewest(agent) {
  await agent.list
    .getByText(/automatic assistant|opening hours/)
    .first()
    .click();
  await agent.sees(GREETING);
}

/** @param {Visitor} visitor */
const answersOf = (visitor) => visitor.log.getByText(/open Monday/).count();

test('a reply is held on one page, changed by key, and shown on the other page of the agent', async () => {
  const { agent, visitor, bar } = await supervised('Hold first');
  const other = await Agent.signIn(browser, hub, { name: 'demo' });
  await openNewest(other);
  await other.page.getByTestId('supervised').waitFor();
  await bar.getByText(/Goes out in \d+ s/).waitFor();
  assert.equal(await answersOf(visitor), 0, 'the visitor sees nothing of it');
  await takePicture(agent.page, 'supervised-countdown');

  await agent.log.focus();
  await agent.page.keyboard.press('e');
  const field = bar.getByRole('textbox');
  await field.waitFor();
  await other.page.getByTestId('supervised').getByText('You hold it').waitFor();
  await agent.page.keyboard.type(' Come by!');
  await agent.page.keyboard.press('Enter');

  await visitor.log.getByText(/Come by!/).waitFor();
  await bar.waitFor({ state: 'detached' });
  await other.page.getByTestId('supervised').waitFor({ state: 'detached' });
  await agent.page
    .getByTestId('approval')
    .getByText(/^Changed by/)
    .waitFor();
  assert.deepEqual([...agent.errors, ...other.errors, ...visitor.errors], []);
});

test('a reply that nobody holds goes out by itself', async () => {
  await hub.call('PATCH', '/settings', { settings: { reply_hold_seconds: 2 } });
  const { agent, visitor, bar } = await supervised('Hold first');
  await visitor.log.getByText(/open Monday/).waitFor();
  await bar.waitFor({ state: 'detached' });
  await agent.page.getByTestId('approval').getByText('Sent after its countdown').waitFor();
});

test('a reply is stopped, another one approved, and a third taken as a draft, all by key', async () => {
  const { agent, visitor, bar } = await supervised('Approve first');
  await agent.log.focus();
  await agent.page.keyboard.press('Delete');
  await agent.log.getByText(/stopped a reply/).waitFor();
  await bar.waitFor({ state: 'detached' });
  assert.equal(await answersOf(visitor), 0);

  await visitor.say(`${OPENING} Please`);
  await bar.waitFor();
  await agent.log.focus();
  await agent.page.keyboard.press('y');
  await visitor.log.getByText(/open Monday/).waitFor();
  await agent.page
    .getByTestId('approval')
    .getByText(/^Approved by/)
    .waitFor();

  await visitor.say(`${OPENING} Again`);
  await bar.waitFor();
  await agent.log.focus();
  await agent.page.keyboard.press('d');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  const composer = agent.page.getByRole('textbox', { name: /^Reply to/ });
  assert.match(await composer.inputValue(), /open Monday/);
  assert.equal(await answersOf(visitor), 1, "the draft is the agent's own");
  assert.deepEqual([...agent.errors, ...visitor.errors], []);
});
