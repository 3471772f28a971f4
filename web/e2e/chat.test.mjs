// A visitor and an agent talk: everything each may see appears, and nothing else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

test('a conversation from the first word to the end', async () => {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  await agent.page.getByText('No open conversations').waitFor();
  await takePicture(agent.page, 'talk-empty-inbox');

  await visitor.openChat();
  await visitor.say('Does the lamp come with a bulb?');
  await visitor.sees('Does the lamp come with a bulb?');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();

  await agent.openConversation('Does the lamp come with a bulb?');
  await agent.sees('Does the lamp come with a bulb?');

  await visitor.composer.pressSequentially('I mean the oak one');
  await agent.page.getByTestId('typing').getByText('I mean the oak one').waitFor();
  await takePicture(agent.page, 'talk-typing-preview');
  await visitor.composer.press('Enter');
  await agent.sees('I mean the oak one');
  await agent.page.getByTestId('typing').waitFor({ state: 'detached' });

  await agent.takeOver();
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  await visitor.page.getByText('Ana is answering', { exact: false }).waitFor();

  await agent.page.getByRole('textbox', { name: /^Reply to/ }).pressSequentially('Yes, ');
  await visitor.page.locator('#switchboard-chat .typing').waitFor();
  await agent.reply('Yes, a **warm** one: [see it](https://example.com/bulb)');
  await visitor.log.getByRole('link', { name: 'see it' }).waitFor();
  assert.equal(await visitor.log.getByRole('link').getAttribute('rel'), 'noopener noreferrer');
  await agent.log.locator('[data-delivery=read]').first().waitFor();

  await agent.note('A regular, be nice');
  await agent.sees('A regular, be nice');
  await agent.reply('Anything else?');
  await visitor.sees('Anything else?');
  assert.ok(!(await visitor.log.innerText()).includes('A regular, be nice'));
  await takePicture(agent.page, 'talk-taken-over');
  await takePicture(visitor.page, 'talk-visitor');

  await agent.page.getByRole('button', { name: 'Hand back' }).click();
  await agent.page.getByRole('menuitem', { name: 'Back to the queue' }).click();
  await visitor.log.getByText('left the conversation').waitFor();
  await agent.page.getByRole('button', { name: 'Close', exact: true }).click();
  await agent.page.getByText('This conversation is closed.').waitFor();
  await visitor.page.getByRole('button', { name: 'Start a new conversation' }).waitFor();
  await takePicture(visitor.page, 'talk-ended');

  await visitor.page.getByRole('button', { name: 'Start a new conversation' }).click();
  await visitor.composer.waitFor();
  const focused = await visitor.page.evaluate(
    () => document.activeElement?.shadowRoot?.activeElement?.tagName,
  );
  assert.equal(focused, 'TEXTAREA');
  await visitor.say('One more thing');
  await agent.list.getByText('One more thing').waitFor();
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

test('of two agents one holds the conversation, and the other is told who', async () => {
  const ana = await Agent.signIn(browser, hub);
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Is anybody there?');
  await ana.openConversation('Is anybody there?');
  await bea.openConversation('Is anybody there?');
  await ana.page.locator('header').getByText('Also here:').waitFor({ state: 'attached' });

  await ana.takeOver();

  await bea.page.getByText(/answers this conversation\. You can leave a note/).waitFor();
  await bea.page
    .getByRole('button', { name: 'Take over', exact: true })
    .waitFor({ state: 'detached' });
  await bea.page.getByRole('button', { name: 'Take over from Ana' }).first().waitFor();
  await takePicture(bea.page, 'talk-held-by-another');
});

test('a visitor asks for a person, ends the conversation and is forgotten', async () => {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('I want my money back');
  await visitor.page.getByRole('button', { name: 'Talk to a person' }).click();
  await visitor.log.getByText('You asked for a person').waitFor();
  await agent.openConversation('I want my money back');
  await agent.log.getByText('asked for a person').waitFor();
  await agent.page.goto(`${hub.url}/console/tickets`);
  await agent.page.getByRole('button', { name: 'Resolve' }).first().waitFor();
  await takePicture(agent.page, 'talk-tickets');

  await visitor.pick('End conversation');
  await visitor.page
    .getByRole('alertdialog')
    .getByRole('button', { name: 'End conversation' })
    .click();
  await visitor.log.getByText('You ended the conversation').waitFor();
  await visitor.page.getByRole('button', { name: /Forget me/ }).click();
  await visitor.composer.waitFor();
  assert.deepEqual(await visitor.messages(), []);
});

test('keys move through the inbox and act on the conversation', async () => {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Keyboard, please');
  await agent.list.getByText('Keyboard, please').waitFor();

  await agent.page.keyboard.press('j');
  await agent.page.keyboard.press('Enter');
  await agent.log.waitFor();
  await agent.sees('Keyboard, please');
  await agent.page.keyboard.press('t');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('n');
  await agent.page.getByRole('textbox', { name: /^A note only/ }).waitFor();
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('?');
  await agent.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await takePicture(agent.page, 'talk-keys');
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('Control+Shift+E');
  await agent.page.getByTestId('undo').getByText('Closing the conversation').waitFor();
});
