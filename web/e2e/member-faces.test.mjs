// Faces of the team: set in the console, seen by colleagues and by visitors, initials where there is none.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

const PICTURE = fileURLToPath(new URL('../../src/pictures/testdata/baseline.jpg', import.meta.url));
const HOST = '#switchboard-chat';
/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

test('a face that an agent sets is seen in the console and by visitors, until it is removed', async () => {
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const { page } = agent;
  const menu = page.getByRole('button', { name: 'Account menu' });
  await menu.click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: 'Set picture' }).click();
  await (await choosing).setFiles(PICTURE);
  await menu.locator('img:visible').waitFor();
  await takePicture(page, 'face-of-a-member');

  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('I want to talk to a human');
  const waiting = visitor.log.locator('.waiting');
  await waiting.locator('.people .avatar img:visible').waitFor();
  await takePicture(visitor.page, 'face-waiting');
  await agent.openConversation('I want to talk to a human');
  await agent.takeOver();
  await agent.reply('Hello, how can I help?');
  await visitor.page.locator(`${HOST} .header .avatar img:visible`).waitFor();
  await visitor.log.locator('.event .avatar img:visible').waitFor();
  await visitor.log.locator('.author .avatar img:visible').waitFor();
  await takePicture(visitor.page, 'face-answering');
  // As large as the initials were.
  const { width, height } =
    (await visitor.page.locator(`${HOST} .header .avatar`).boundingBox()) ?? {};
  assert.deepEqual([width, height], [38, 38]);

  await menu.click();
  await page.getByRole('menuitem', { name: 'Remove picture' }).click();
  await menu.locator('img').waitFor({ state: 'detached' });
  const other = await Visitor.visit(browser, hub);
  await other.openChat();
  await other.say('I want to talk to a human too');
  await other.log.locator('.waiting .people .avatar').waitFor();
  assert.equal(await other.log.locator('.waiting .people .avatar img:visible').count(), 0);
  assert.match(await other.log.locator('.waiting .people .avatar').innerText(), /^\p{L}{1,2}$/u);
  for (const { errors } of [agent, visitor, other]) assert.deepEqual(errors, []);
});
