// Agents pick many conversations and act on all of them, filter and save what they see, and hand over with a note.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {string[]} */
let made = [];

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  for (const id of made) await hub.call('POST', `/conversations/${id}/end`, {});
  made = [];
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** Conversations of visitors with these names.
 * @param {string[]} names */
async function begin(...names) {
  const { items } = await hub.call('GET', '/channels');
  for (const name of names) {
    const { conversation } = await hub.call('POST', '/conversations', {
      channel_id: items[0].id,
      visitor: { name },
    });
    made.push(conversation.id);
  }
  return made.slice(-names.length);
}

/** @param {string} id @returns {Promise<any>} */
const stateOf = async (id) => (await hub.call('GET', `/conversations/${id}`)).conversation.state;

/** @param {Agent} agent @param {string} name */
const boxOf = (agent, name) => agent.page.getByRole('checkbox', { name: `Pick ${name}` });

test('what is picked is assigned, and undoing gives each what it had before', async () => {
  const [one, two, three] = await begin('Uma', 'Ugo', 'Ute');
  const agent = await Agent.signIn(browser, hub, { bypassCSP: true });
  const { page, list } = agent;
  await list.getByText('Uma').waitFor();
  await list.getByText('Uma').hover();
  await boxOf(agent, 'Uma').click();
  await page.getByText('1 picked').waitFor();
  await boxOf(agent, 'Ute').click({ modifiers: ['Shift'] });
  await page.getByText('3 picked').waitFor();
  await takePicture(page, 'picking');
  await checkBarriers(page, 'picking');

  await page.getByRole('button', { name: 'Assign' }).click();
  await page.getByRole('menuitem', { name: 'Bea' }).click();
  await page.getByTestId('bulk').getByText('3 conversations assigned to Bea').waitFor();
  for (const id of [one, two, three]) assert.equal((await stateOf(id)).assignee.name, 'Bea');
  await hub.call('POST', `/conversations/${two}/assign`, { agent_id: null });
  await takePicture(page, 'picked-assigned');
  await page.getByTestId('bulk').getByRole('button', { name: 'Undo' }).click();
  await page.getByTestId('bulk').getByText('2 conversations are as they were before').waitFor();
  await page.getByTestId('bulk').getByText('1 has changed meanwhile').waitFor();
  assert.equal((await stateOf(one)).assignee, null);
  assert.deepEqual(agent.errors, []);
});

test('labels come and go by keys alone, and others stay', async () => {
  const [one, two] = await begin('Lea', 'Leo');
  await hub.call('PATCH', `/conversations/${one}`, { labels: ['own'] });
  const agent = await Agent.signIn(browser, hub);
  const { page, list } = agent;
  await list.getByText('Leo').waitFor();
  await list.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('1 picked').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('bulk-bar').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+a');
  await page.getByText('2 picked').waitFor();
  await page.getByRole('button', { name: 'Label' }).click();
  await page.getByRole('textbox', { name: 'Add a label' }).fill('vip');
  await page.keyboard.press('Enter');
  await page.getByTestId('bulk').getByText('2 conversations labelled').waitFor();
  assert.deepEqual((await stateOf(one)).labels, ['own', 'vip']);
  assert.deepEqual((await stateOf(two)).labels, ['vip']);
  await list.focus();
  await page.keyboard.press('z');
  await page.getByTestId('bulk').getByText('2 conversations are as they were before').waitFor();
  assert.deepEqual((await stateOf(one)).labels, ['own']);
  assert.deepEqual((await stateOf(two)).labels, []);
  assert.deepEqual(agent.errors, []);
});

test('a close waits, can be taken back, and does nothing when the page is closed meanwhile', async () => {
  const [one, two] = await begin('Cleo', 'Cem');
  const agent = await Agent.signIn(browser, hub);
  const { page, list } = agent;
  await list.getByText('Cem').waitFor();
  const closeAll = async () => {
    await list.focus();
    await page.keyboard.press('Control+a');
    await page.getByTestId('bulk-bar').getByRole('button', { name: 'Close', exact: true }).click();
    await page
      .getByTestId('bulk')
      .getByText(/Closing 2 conversations in \d s/)
      .waitFor();
  };
  await closeAll();
  await takePicture(page, 'picked-closing');
  await page.getByTestId('bulk').getByRole('button', { name: 'Cancel' }).click();
  await page.getByTestId('bulk').getByText('Closing').waitFor({ state: 'detached' });
  assert.equal((await stateOf(one)).status, 'waiting');

  await closeAll();
  await page.close();
  const again = await Agent.signIn(browser, hub);
  await again.list.getByText('Cem').waitFor();
  for (const id of [one, two]) assert.equal((await stateOf(id)).status, 'waiting');

  await again.list.focus();
  await again.page.keyboard.press('Control+a');
  await again.page
    .getByTestId('bulk-bar')
    .getByRole('button', { name: 'Close', exact: true })
    .click();
  await again.page.getByTestId('bulk').getByText('2 conversations closed').waitFor();
  for (const id of [one, two]) assert.equal((await stateOf(id)).status, 'closed');
  assert.equal(
    await again.page.getByTestId('bulk').getByRole('button', { name: 'Undo' }).count(),
    0,
  );
  assert.deepEqual(again.errors, []);
});

test('a filter narrows the list live, is saved for the team, and is counted', async () => {
  const [one] = await begin('Vera', 'Viktor');
  await hub.call('PATCH', `/conversations/${one}`, { labels: ['vip'] });
  const agent = await Agent.signIn(browser, hub);
  const { page, list } = agent;
  await list.getByText('Viktor').waitFor();
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByRole('textbox', { name: 'Label' }).fill('vip');
  await page.keyboard.press('Enter');
  await list.getByText('Viktor').waitFor({ state: 'detached' });
  await list.getByText('Vera').waitFor();
  await page.getByRole('button', { name: 'Saved views' }).click();
  await takePicture(page, 'views-empty');
  await page.getByRole('menuitem', { name: 'Save what is shown…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Very important');
  await page.getByRole('checkbox', { name: 'For the whole team' }).check();
  await takePicture(page, 'view-saving');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Very important' }).waitFor();

  const bea = await Agent.signIn(browser, hub, { name: 'bea', bypassCSP: true });
  await bea.list.getByText('Viktor').waitFor();
  await bea.page.getByRole('button', { name: 'Saved views' }).click();
  await bea.page.getByRole('menuitem', { name: /Very important 1/ }).waitFor();
  await takePicture(bea.page, 'views');
  await bea.page.getByRole('menuitem', { name: /Very important/ }).click();
  await bea.list.getByText('Viktor').waitFor({ state: 'detached' });
  await hub.call('PATCH', `/conversations/${made[1]}`, { labels: ['vip'] });
  await bea.list.getByText('Viktor').waitFor();
  await bea.page.getByRole('button', { name: 'Very important' }).click();
  await bea.page.getByRole('menuitem', { name: /Very important 2/ }).waitFor();
  assert.equal(await bea.page.getByRole('menuitem', { name: 'Delete the view' }).count(), 0);
  await checkBarriers(bea.page, 'views');
  await bea.page.keyboard.press('Escape');
  await bea.page.getByRole('tab', { name: /Closed/ }).click();
  await bea.page.getByRole('button', { name: 'Saved views' }).waitFor();

  await page.getByRole('button', { name: 'Very important' }).click();
  await page.getByRole('menuitem', { name: 'Delete the view' }).click();
  await page.getByRole('button', { name: 'Delete the view' }).click();
  await page.getByRole('button', { name: 'Saved views' }).waitFor();
  await list.getByText('Viktor').waitFor();
  assert.deepEqual([...agent.errors, ...bea.errors], []);
});

test('a conversation is handed over with a note, which the colleague finds among their mentions', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('The lamp hums');
  const agent = await Agent.signIn(browser, hub);
  const bea = await Agent.signIn(browser, hub, { name: 'bea' });
  await agent.openConversation('The lamp hums');
  await agent.takeOver();
  await agent.page.getByTestId('responder').getByText('You answer').waitFor();
  await agent.page.getByRole('button', { name: 'More actions' }).click();
  await agent.page.getByRole('menuitem', { name: 'Follow the conversation' }).click();
  await agent.page.getByText('You are told of what the visitor writes here').waitFor();
  await agent.page.getByRole('button', { name: 'More actions' }).click();
  await agent.page.getByRole('menuitem', { name: 'Follow the conversation no longer' }).waitFor();
  await agent.page.getByRole('menuitem', { name: 'Hand over to a colleague…' }).click();
  await agent.page.getByRole('combobox', { name: 'To' }).selectOption({ label: 'Bea · Online' });
  await agent.page.getByRole('textbox', { name: 'Note' }).fill('She wants a refund');
  await takePicture(agent.page, 'handing-over');
  await agent.page.getByRole('button', { name: 'Hand over', exact: true }).click();
  await agent.sees('She wants a refund');
  await agent.page.getByTestId('responder').getByText('Bea answers').waitFor();

  await bea.page.getByRole('tab', { name: /Mentions 1/ }).click();
  await bea.list.getByText('The lamp hums').waitFor();
  await takePicture(bea.page, 'mentions');
  await bea.openConversation('The lamp hums');
  await bea.sees('She wants a refund');
  await bea.page.getByText('Nobody mentions you').waitFor();
  await visitor.page.close();
  assert.deepEqual([...agent.errors, ...bea.errors], []);
});

for (const [name, options] of /** @type {const} */ ([
  ['phone', { viewport: PHONE, hasTouch: true, isMobile: true }],
  ['dark-es', { colorScheme: 'dark', locale: 'es-ES' }],
  ['phone-dark-es', { viewport: PHONE, hasTouch: true, colorScheme: 'dark', locale: 'es-ES' }],
])) {
  test(`picking and views fit on the screen (${name})`, async () => {
    await begin(...Array.from({ length: 14 }, (_, at) => `Visitor with a long name ${at + 1}`));
    const agent = await Agent.signIn(browser, hub, { ...options, bypassCSP: true });
    const { page, list } = agent;
    await list.getByText('Visitor with a long name 14').waitFor();
    await takePicture(page, `inbox-${name}`);
    await page
      .getByRole('button', { name: /^(Pick conversations|Elegir conversaciones)$/ })
      .click();
    await page.getByRole('checkbox').nth(1).click();
    await page.getByRole('checkbox').nth(2).click();
    await takePicture(page, `picking-${name}`);
    await checkBarriers(page, `picking ${name}`);
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(isWide, false);
    await page.getByRole('button', { name: /^(Label|Etiquetar)$/ }).click();
    await takePicture(page, `labelling-${name}`);
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /^(Pick conversations|Elegir conversaciones)$/ })
      .click();
    await page.getByRole('button', { name: /^(Filter|Filtrar)$/ }).click();
    await takePicture(page, `filtering-${name}`);
    assert.deepEqual(agent.errors, []);
  });
}
