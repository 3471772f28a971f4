// A conversation is put aside in plain words, is out of the way, and comes back when the visitor writes.

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

test('what is put aside leaves the lists of the day and comes back when the visitor writes', async () => {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  const { page } = agent;
  await visitor.openChat();
  await visitor.say('The lamp flickers');
  await agent.openConversation('The lamp flickers');
  await agent.takeOver();
  await page.getByRole('tab', { name: /My turn/ }).click();
  await agent.list.getByText('The lamp flickers').waitFor();

  await page.getByRole('button', { name: 'Snooze', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Another time…' }).click();
  await page.getByRole('textbox', { name: 'When it comes back' }).fill('someday');
  await page.getByText('This names no time within a year').waitFor();
  await page.getByRole('textbox', { name: 'When it comes back' }).fill('tomorrow 9');
  await page.getByText(/Comes back .*9:00/).waitFor();
  await page.keyboard.press('Enter');
  await agent.log.getByText(/snoozed it until/).waitFor();
  await page.getByText('Nothing waits for you').waitFor();
  await page.getByRole('tab', { name: /Snoozed 1/ }).click();
  await agent.list.getByText('The lamp flickers').waitFor();
  await takePicture(page, 'snoozed');

  await visitor.say('Now it smokes');
  await page.getByText('Nothing is snoozed').waitFor();
  await page.getByRole('tab', { name: /My turn/ }).click();
  await agent.list.getByText('Now it smokes').waitFor();
  await page.getByRole('button', { name: 'Snooze', exact: true }).waitFor();
  assert.deepEqual([...agent.errors, ...visitor.errors], []);
});
