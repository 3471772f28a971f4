// What agents do with keys: taking over and typing at once, nothing that ends by a single letter, and the way back.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
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

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** A visitor waits, and an agent has their conversation open.
 * @param {string} text */
async function waiting(text) {
  const agent = await Agent.signIn(browser, hub);
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say(text);
  await agent.openConversation(text);
  await agent.sees(text);
  return { agent, visitor };
}

/** @param {Agent} agent */
const eventsOf = (agent) => agent.log.locator('article[data-kind=event]').allInnerTexts();

for (const way of ['T', 'the button']) {
  test(`what is typed right after taking over by ${way} lands in the composer`, async () => {
    const { agent, visitor } = await waiting(`Take over by ${way}`);
    const button = agent.page.getByRole('button', { name: 'Take over', exact: true });
    if (way === 'T') await agent.page.keyboard.press('t');
    else await button.click();
    await agent.page.keyboard.type('Sure, I will look. Regards, Eve xgztmn');

    const area = agent.page.getByRole('textbox', { name: /^Reply to/ });
    assert.equal(await area.inputValue(), 'Sure, I will look. Regards, Eve xgztmn');
    await agent.page.keyboard.press('Enter');
    await visitor.sees('Sure, I will look. Regards, Eve xgztmn');
    await agent.page.getByTestId('responder').getByText('You answer').waitFor();
    assert.equal(await agent.page.getByRole('dialog').count(), 0);
    assert.equal(await agent.page.getByTestId('undo').innerText(), '');
    assert.ok(!(await eventsOf(agent)).some((it) => /closed|left|back/.test(it)));
    assert.deepEqual(agent.errors, []);
  });
}

test('a letter sent before the hub answered goes out when it has', async () => {
  const { agent, visitor } = await waiting('Quicker than the wire');
  await agent.page.keyboard.press('t');
  await agent.page.keyboard.type('Here I am');
  await agent.page.keyboard.press('Enter');

  await visitor.sees('Here I am');
  const area = agent.page.getByRole('textbox', { name: /^Reply to/ });
  assert.equal(await area.inputValue(), '');
});

test('no single letter ends, closes or gives away', async () => {
  const { agent } = await waiting('Cat on the keyboard');
  await agent.page.keyboard.press('t');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  for (const letter of 'abcdefghijklmopqsuvwxyz') {
    await agent.page.keyboard.press('Escape');
    await agent.page.keyboard.press(letter);
  }
  await agent.page.keyboard.press(' ');
  await agent.page.keyboard.press('Enter');

  assert.equal(await agent.page.getByTestId('undo').innerText(), '');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  assert.equal(await agent.page.getByRole('dialog').count(), 0);
});

test('R and N write, and Escape goes back to where the keys work', async () => {
  const { agent } = await waiting('Reply by key');
  await agent.page.keyboard.press('t');
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('n');
  await agent.page.keyboard.type('a note');
  const note = agent.page.getByRole('textbox', { name: /^A note only/ });
  assert.equal(await note.inputValue(), 'a note');
  await agent.page.keyboard.press('Escape');
  await agent.page.keyboard.press('r');
  await agent.page.keyboard.type('a reply');
  const reply = agent.page.getByRole('textbox', { name: /^Reply to/ });
  assert.equal(await reply.inputValue(), 'a reply');
});

test('closing can be taken back for six seconds and is done after them', async () => {
  const { agent, visitor } = await waiting('Close and undo');
  await agent.page.keyboard.press('t');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  await agent.page.keyboard.press('Control+Shift+E');
  const undo = agent.page.getByTestId('undo');
  await undo.getByText('Closing the conversation').waitFor();
  await takePicture(agent.page, 'acts-undo');
  await undo.getByRole('button', { name: 'Undo' }).click();
  await undo.getByText('Closing').waitFor({ state: 'detached' });
  await agent.reply('Still open');
  await visitor.sees('Still open');

  await agent.page.keyboard.press('Control+Shift+E');
  await undo.getByText('Closing').waitFor();
  assert.equal(await agent.page.getByText('This conversation is closed.').count(), 0);
  await agent.page.getByText('This conversation is closed.').waitFor();
  await visitor.log.getByText('The conversation has ended').waitFor();
});

test('what was decided is done at once when the page is left', async () => {
  const { agent, visitor } = await waiting('Close and leave');
  await agent.page.keyboard.press('t');
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  await agent.page.keyboard.press('Control+Shift+E');
  await agent.page.getByTestId('undo').getByText('Closing').waitFor();
  const leftAtMs = Date.now();
  await agent.leave();

  await visitor.log.getByText('The conversation has ended').waitFor();
  assert.ok(Date.now() - leftAtMs < 4_000);
});

test('a conversation goes to the queue, to the assistant or to a colleague, and the visitor reads to whom', async () => {
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  const { agent, visitor } = await waiting('Hand me over');
  await agent.takeOver();
  await agent.page.getByRole('button', { name: 'Hand back' }).click();
  await agent.page.getByRole('menuitem', { name: 'To Bea' }).waitFor();
  await takePicture(agent.page, 'acts-hand-back');
  await agent.page.getByRole('menuitem', { name: 'To Bea' }).click();
  await agent.page.getByTestId('undo').getByText('Handing over to Bea').waitFor();

  await agent.page.getByTestId('responder').getByText('Bea answers').waitFor();
  await visitor.page.getByText('Bea is', { exact: false }).first().waitFor();
  await bea.page.getByText('is yours now', { exact: false }).waitFor();
  await bea.openConversation('Hand me over');
  await bea.reply('Bea here');
  await visitor.sees('Bea here');
  await visitor.page.getByText('Bea is answering').waitFor();
});

test('a conversation is taken from a colleague: after a question while they are here, at once when they are gone', async () => {
  const { agent: ana, visitor } = await waiting('Held by Ana');
  await ana.takeOver();
  await ana.page.getByTestId('responder').getByText('You answer').waitFor();
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  await bea.openConversation('Held by Ana');
  await bea.page.getByTestId('responder').getByText('Ana answers').waitFor();
  await bea.page.keyboard.press('t');
  const question = bea.page.getByRole('dialog', { name: 'Take over from Ana?' });
  await question.waitFor();
  const focused = () => bea.page.evaluate(() => document.activeElement?.textContent);
  assert.equal(await focused(), 'Cancel');
  await takePicture(bea.page, 'acts-take-from');
  await bea.page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  await bea.page.getByTestId('responder').getByText('Ana answers').waitFor();

  await bea.page.getByRole('button', { name: 'Take over from Ana' }).first().click();
  await question.getByRole('button', { name: 'Take over' }).click();
  await bea.page.getByTestId('responder').getByText('You answer').waitFor();
  await bea.page.keyboard.type('I go on');
  await bea.page.keyboard.press('Enter');
  await visitor.sees('I go on');
  await ana.page.getByText('Bea took over your conversation', { exact: false }).waitFor();

  await bea.page.context().close();
  await visitor.page.getByText('Bea is away').waitFor();
  await takePicture(visitor.page, 'acts-away');
  await ana.page.getByTestId('responder').getByText('Bea answers, but is away').waitFor();
  await ana.page.getByRole('button', { name: 'Take over from Bea' }).first().click();
  await ana.page.getByTestId('responder').getByText('You answer').waitFor();
  await visitor.page.getByText('Ana is answering').waitFor();
});

test('an agent who looks at another conversation is not away', async () => {
  const { agent, visitor } = await waiting('The first of two');
  await agent.takeOver();
  await visitor.page.getByText('Ana is answering').waitFor();
  const other = await Visitor.visit(browser, hub);
  await other.openChat();
  await other.say('The second of two');
  await agent.openConversation('The second of two');
  await agent.sees('The second of two');
  await agent.page.reload();
  await agent.sees('The second of two');
  // As long as the grace for whoever has left, and a little longer.
  await visitor.page.waitForTimeout(11_000);

  await visitor.page.getByText('Ana is answering').waitFor();
});

test('single keys can be switched off, and work only where list or log has the focus', async () => {
  const { agent } = await waiting('Speech recognition');
  await agent.page
    .getByRole('button', { name: 'Details' })
    .or(agent.page.getByLabel('Labels'))
    .last()
    .focus();
  await agent.page.keyboard.press('Escape');
  await agent.page.getByRole('combobox', { name: 'Priority' }).focus();
  await agent.page.keyboard.press('t');
  await agent.page.getByRole('link', { name: 'Inbox' }).focus();
  await agent.page.keyboard.press('t');
  await agent.page.keyboard.press('?');
  assert.equal(await agent.page.getByRole('dialog').count(), 0);
  await agent.page.getByTestId('responder').getByText('Waiting for a person').waitFor();

  await agent.page.getByRole('button', { name: 'Account menu' }).click();
  await takePicture(agent.page, 'acts-account-menu');
  await agent.page.getByRole('menuitemcheckbox', { name: 'Single-key shortcuts' }).click();
  await agent.log.focus();
  await agent.page.keyboard.press('t');
  await agent.page.keyboard.press('j');
  await agent.page.getByTestId('responder').getByText('Waiting for a person').waitFor();
  await agent.page.reload();
  await agent.log.waitFor();
  await agent.log.focus();
  await agent.page.keyboard.press('t');
  await agent.page.getByTestId('responder').getByText('Waiting for a person').waitFor();
  await agent.page.keyboard.press('Control+Shift+E');
  await agent.page.getByTestId('undo').getByText('Closing').waitFor();
});

test('rows keep their place under the pointer, and a pill says how many moved', async () => {
  const first = await Visitor.visit(browser, hub);
  await first.openChat();
  await first.say('Aimed at');
  const agent = await Agent.signIn(browser, hub);
  const row = agent.list.getByText('Aimed at').first();
  await row.waitFor();
  await row.hover();
  const before = await row.boundingBox();
  const others = [];
  for (const text of ['Newcomer one', 'Newcomer two']) {
    const visitor = await Visitor.visit(browser, hub);
    await visitor.openChat();
    await visitor.say(text);
    others.push(visitor);
  }
  const pill = agent.page.getByRole('button', { name: '2 moved' });
  await pill.waitFor();
  await takePicture(agent.page, 'acts-frozen');
  assert.deepEqual(await row.boundingBox(), before);

  await agent.page.mouse.click((before?.x ?? 0) + 5, (before?.y ?? 0) + 5);
  await agent.sees('Aimed at');
  await pill.click();
  await agent.list.getByText('Newcomer two').waitFor();
  await pill.waitFor({ state: 'detached' });
});

test('waiting is ordered by the longest wait, and says how long', async () => {
  const agent = await Agent.signIn(browser, hub, { viewport: { width: 1440, height: 900 } });
  await agent.page.getByRole('tab', { name: /Waiting/ }).click();
  const rows = agent.list.locator('li');
  await rows.first().waitFor();
  const since = await agent.list
    .locator('time[data-waits]')
    .evaluateAll((times) => times.map((it) => it.getAttribute('datetime') ?? ''));
  assert.ok(since.length > 2);
  assert.deepEqual(since, [...since].sort());
  await takePicture(agent.page, 'acts-waiting');
  const phone = await Agent.signIn(browser, hub, {
    viewport: PHONE,
    locale: 'es-ES',
    colorScheme: 'dark',
  });
  await phone.list.locator('li').first().waitFor();
  await takePicture(phone.page, 'acts-waiting-390-es-dark');
});
