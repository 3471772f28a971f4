// What breaks on the way must not show in the conversation: reloads, a killed server, a lost network.

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

/** @param {string} opening */
async function beginTalk(opening) {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say(opening);
  await agent.openConversation(opening);
  await agent.takeOver();
  await agent.reply(`Answer to ${opening}`);
  await visitor.sees(`Answer to ${opening}`);
  return { agent, visitor };
}

test('both sides survive a reload', async () => {
  const { agent, visitor } = await beginTalk('Before the reload');

  await visitor.page.reload();
  await visitor.openChat();
  await visitor.sees('Answer to Before the reload');
  await agent.page.reload();
  await agent.sees('Before the reload');
  await visitor.say('After the reload');
  await agent.sees('After the reload');

  const expected = ['Before the reload', 'Answer to Before the reload', 'After the reload'];
  assert.deepEqual(await visitor.messages(), expected);
  assert.deepEqual(await agent.messages(), expected);
});

test('a reply while the chat is closed shows as an unread badge', async () => {
  const { agent, visitor } = await beginTalk('Badge');

  await visitor.page.keyboard.press('Escape');
  await agent.reply('Are you still there?');

  const launcher = visitor.page.locator('#switchboard-chat .launcher');
  await visitor.page.locator('.launcher[data-unread="1"]').waitFor();
  assert.equal(await launcher.getAttribute('aria-label'), 'Open chat, 1 unread message');
  await takePicture(visitor.page, 'survive-unread');
  await visitor.openChat();
  await visitor.page.locator('.launcher:not([data-unread])').waitFor({ state: 'attached' });
});

test('a server kill is shown, and what was written meanwhile arrives once and in order', async () => {
  const { agent, visitor } = await beginTalk('Before the kill');

  await hub.kill();
  await visitor.banner.waitFor();
  await agent.bar.waitFor();
  await visitor.say('Written while down 1');
  await visitor.say('Written while down 2');
  await agent.reply('Reply while down');
  await visitor.page.locator('.mark.sending').first().waitFor();
  await takePicture(visitor.page, 'survive-down-visitor');
  await takePicture(agent.page, 'survive-down-agent');
  await hub.serve();
  await visitor.sees('Reply while down');
  await agent.sees('Written while down 2');
  await visitor.banner.waitFor({ state: 'detached' });
  await visitor.page.locator('.mark.sending').first().waitFor({ state: 'detached' });

  for (const messages of [await visitor.messages(), await agent.messages()]) {
    const written = messages.filter((text) => text.startsWith('Written while down'));
    assert.deepEqual(written, ['Written while down 1', 'Written while down 2']);
    assert.equal(messages.filter((text) => text === 'Reply while down').length, 1);
  }
  assert.deepEqual(await visitor.messages(), await agent.messages());
});

test('a message written without a server survives a reload of the page', async () => {
  const { agent, visitor } = await beginTalk('Before the reload without server');

  await hub.kill();
  await visitor.banner.waitFor();
  await visitor.say('Kept in the browser');
  await visitor.page.locator('.mark.sending').first().waitFor();
  await hub.serve();
  await visitor.page.reload();
  await visitor.openChat();
  await visitor.sees('Kept in the browser');
  await agent.sees('Kept in the browser');

  const messages = await agent.messages();
  assert.equal(messages.filter((text) => text === 'Kept in the browser').length, 1);
});

test('a lost network is shown, and the conversation goes on after it', async () => {
  const { agent, visitor } = await beginTalk('Before the tunnel');

  await visitor.page.context().setOffline(true);
  await visitor.page.getByText('You are offline', { exact: false }).waitFor();
  await visitor.say('Written in the tunnel');
  await takePicture(visitor.page, 'survive-offline');
  await agent.reply('Answered while in the tunnel');
  await visitor.page.context().setOffline(false);
  await visitor.sees('Answered while in the tunnel');
  await agent.sees('Written in the tunnel');

  assert.deepEqual(await visitor.messages(), await agent.messages());
});
