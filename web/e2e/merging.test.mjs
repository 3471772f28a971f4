// Two visitors are one person: merged and taken back by keyboard, and a closed conversation goes on in a new one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

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

/** A visitor whose browser is elsewhere.
 * @param {string} name @param {string} email @param {string} content */
async function writeAs(name, email, content) {
  /** @param {string} path @param {object} body @param {string} [token] */
  const post = async (path, body, token) => {
    const answer = await fetch(`${hub.url}/api/v1/widget${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  };
  const { visitor_token } = await post('/sessions', { channel_key: hub.channel_key });
  await post('/profile', { name, email }, visitor_token);
  const { session } = await post('/conversations', {}, visitor_token);
  await post(`/conversations/${session.id}/messages`, { content }, visitor_token);
}

/** @param {import('playwright-core').Page} page @param {string} words */
async function pickAct(page, words) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page
    .getByRole('option', { name: new RegExp(words) })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
}

test('who writes from another browser is merged with whom the team knows, by keyboard, and taken back', async () => {
  const agent = await Agent.signIn(browser, hub);
  const { page } = agent;
  await writeAs('Berta Kranz', 'berta@example.com', 'My lamp is order 4711');
  const stranger = await Visitor.visit(browser, hub);
  await stranger.openChat();
  await stranger.say('It is me again, from the phone');
  await agent.openConversation('It is me again');
  const found = page.getByRole('radio', { name: /Berta Kranz/ });

  await pickAct(page, 'Merge the visitor');
  await page.getByRole('searchbox', { name: /Name, email/ }).waitFor();
  await page.keyboard.type('nobodyatall');
  await page.getByText('Nobody else was found').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('berta@example.com');
  await found.waitFor();
  await takePicture(page, 'merge-dialog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');

  await page.getByText('Merged into Berta Kranz.').waitFor();
  await page.getByRole('heading', { name: /Berta Kranz/ }).waitFor();
  await agent.list.getByText('Berta Kranz').nth(1).waitFor();
  const history = page.getByRole('list', { name: 'Earlier conversations' });
  await history.getByText('My lamp is order 4711').waitFor();
  await takePicture(page, 'merged');
  assert.equal(await stranger.page.getByText('4711').count(), 0);

  await page
    .getByRole('list', { name: 'Merged visitors' })
    .getByRole('button', { name: 'Undo' })
    .focus();
  await page.keyboard.press('Enter');
  await page.getByText('They are two visitors again.').waitFor();
  await history.waitFor({ state: 'detached' });
  assert.deepEqual([...agent.errors, ...stranger.errors], []);
});

test('after the end the agent writes again, and the visitor reads it in a new conversation', async () => {
  const agent = await Agent.signIn(browser, hub, { viewport: PHONE });
  const { page } = agent;
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Thank you, that was all');
  await agent.openConversation('Thank you, that was all');
  await agent.takeOver();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('This conversation is closed.').waitFor();

  await takePicture(page, 'closed-write-again');
  await page.getByRole('button', { name: 'Write again' }).click();
  await page.getByRole('link', { name: 'Continues an earlier conversation' }).waitFor();
  await page
    .getByRole('button', { name: /Take over from|Reply to|Take over/ })
    .first()
    .click();
  await agent.reply('One more thing: the bulb is on its way');
  await takePicture(page, 'reopened');
  await visitor.sees('One more thing: the bulb is on its way');
  await takePicture(visitor.page, 'reopened-visitor');
  assert.deepEqual([...agent.errors, ...visitor.errors], []);
});
