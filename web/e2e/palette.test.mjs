// Everything by keyboard: the command palette takes over, notes and closes, and the next who waits is one key away.

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

/** @param {string} text */
async function waits(text) {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say(text);
  await visitor.sees(text);
  return visitor;
}

/** Types into the palette and runs what stands first.
 * @param {Agent} agent @param {string} words @param {string} expected */
async function run({ page }, words, expected) {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: /^(Commands|Comandos)$/ });
  await palette.waitFor();
  await page.keyboard.type(words);
  const first = palette.getByRole('option', { selected: true });
  await first.getByText(expected, { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await palette.waitFor({ state: 'detached' });
}

test('a conversation is taken, noted and closed, and the next one opened, by the keyboard alone', async () => {
  const first = await waits('First in the queue');
  await waits('Second in the queue');
  const agent = await Agent.signIn(browser, hub, { bypassCSP: true });
  const { page } = agent;
  await agent.list.getByText('Second in the queue').waitFor();

  await run(agent, 'next wait', 'Next waiting conversation');
  await agent.sees('First in the queue');
  await page.keyboard.press('Control+k');
  await checkBarriers(page, 'command palette');
  await takePicture(page, 'palette');
  await page.keyboard.type('zzzz');
  await page.getByText('No command fits these words.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // A moment after the dialog has gone.
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'log');

  await run(agent, 'take', 'Take over');
  await page.getByTestId('responder').getByText('You answer').waitFor();
  await page.keyboard.type('I am here :thumb');
  await page.getByRole('listbox').getByText('👍').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await first.sees('I am here 👍');

  // Also while writing; what was typed stays.
  await page.keyboard.type('Half a sen');
  await run(agent, 'note', 'Write a note');
  await page.keyboard.type('Asked twice :)');
  await page.keyboard.press('Enter');
  await agent.sees('Asked twice :)');
  await run(agent, 'prio urg', 'Priority: Urgent');
  await agent.list.getByText('Urgent').first().waitFor();
  await run(agent, 'open the next', 'Switch on: After closing, open the next waiting one');
  await run(agent, 'reply', 'Write a reply');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Goodbye');
  await page.keyboard.press('Control+Shift+Enter');
  await first.sees('Goodbye');
  await agent.sees('Second in the queue');
  await first.log.getByText('The conversation has ended').waitFor();

  await page.keyboard.press('w');
  await page.getByText('Nobody else is waiting.').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('All commands').waitFor();
  await page.keyboard.press('Escape');
  await run(agent, 'close conv', 'Close the conversation');
  await page.getByTestId('undo').getByText('Closing').waitFor();
  await page.keyboard.press('z');
  await page.getByTestId('undo').getByText('Closing').waitFor({ state: 'detached' });
  await run(agent, 'espanol', 'Language: Español');
  await run(agent, 'bandeja cerr', 'Bandeja: Cerradas');
  await agent.list.getByText('Goodbye').first().waitFor();
  assert.deepEqual(agent.errors, []);
});
