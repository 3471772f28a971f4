// The assistant answers: from what the shop knows, with choices when unsure, word by word, until a person takes over.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Model } from './model.mjs';
import { Agent, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {(() => Promise<void> | void)[]} */
const endings = [];

const QUESTION = 'How much does shipping cost?';
const ANSWER = /Shipping costs 3\.90 euros/;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** Puts a scripted model at the head of the chain until the test ends.
 * @param {Parameters<typeof Model.start>[0]} script */
async function useModel(script) {
  const model = await Model.start(script);
  const { provider } = await hub.call('POST', '/providers', {
    kind: 'compatible',
    name: 'Scripted',
    base_url: model.base_url,
    model: 'scripted',
    key: 'sk-scripted',
  });
  endings.push(async () => {
    await hub.call('DELETE', `/providers/${provider.id}`);
    model.stop();
  });
  return model;
}

test('a visitor asks what the shop knows and gets the answer with its source', async () => {
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.page.getByText('is an AI and can be wrong', { exact: false }).waitFor();
  await takePicture(visitor.page, 'assistant-welcome');
  await visitor.say(QUESTION);

  await visitor.log.getByText(ANSWER).waitFor();
  await visitor.log.getByRole('list', { name: 'Sources' }).waitFor();
  await visitor.log.locator('.growing').waitFor({ state: 'detached' });
  await takePicture(visitor.page, 'assistant-answer');

  await agent.openConversation('Shipping costs');
  await agent.log.getByText(ANSWER).waitFor();
  await takePicture(agent.page, 'assistant-agent-watches');
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

test('one guess is a question to be answered with yes or no, and a second miss offers a person', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('shipping');
  await visitor.sees(`Do you mean: ${QUESTION}`);
  const choices = visitor.log.getByRole('group', { name: 'Possible answers' });
  await choices.waitFor();
  assert.deepEqual(await choices.getByRole('button').allInnerTexts(), ['Yes', 'No']);
  await takePicture(visitor.page, 'assistant-choices');

  await choices.getByRole('button', { name: 'Yes' }).click();

  await visitor.log.getByText(ANSWER).waitFor();
  assert.ok(await choices.getByRole('button').first().isDisabled());
  const isPressed = await choices
    .first()
    .getByRole('button', { name: 'Yes' })
    .getAttribute('aria-pressed');
  assert.equal(isPressed, 'true');
  await visitor.say('shipping');
  await choices.nth(1).waitFor();
  assert.deepEqual(await choices.nth(1).getByRole('button').allInnerTexts(), ['Yes', 'No']);
  await visitor.say('shipping please');
  await choices.nth(2).getByRole('button', { name: 'Ask a person' }).waitFor();
  await takePicture(visitor.page, 'assistant-second-miss');
  await choices.nth(2).getByRole('button', { name: 'Ask a person' }).click();
  await visitor.sees('Of course.');
  await visitor.log.getByText('A person was asked to join').waitFor();
  // It may show while the log still scrolls to the answer; it must not stay.
  await visitor.page.locator('#switchboard-chat .newest').waitFor({ state: 'detached' });
  await takePicture(visitor.page, 'assistant-chosen');
  assert.deepEqual(visitor.errors, []);
});

test('questions to begin with are asked with one press', async () => {
  await hub.call('PATCH', '/settings', {
    settings: { assistant_name: 'Lumi', welcome_questions: [QUESTION, 'How can I pay?'] },
  });
  endings.push(() =>
    hub.call('PATCH', '/settings', { settings: { assistant_name: null, welcome_questions: null } }),
  );
  const visitor = await Visitor.visit(browser, hub, { viewport: PHONE, colorScheme: 'dark' });
  await visitor.openChat();
  await visitor.page.getByText('Lumi · AI assistant').waitFor();
  await takePicture(visitor.page, 'assistant-questions-390-dark');

  await visitor.log.getByRole('button', { name: QUESTION }).click();

  await visitor.log.getByText(ANSWER).waitFor();
  assert.equal(
    await visitor.log.getByRole('group', { name: 'Questions to begin with' }).count(),
    0,
  );
});

test('an agent watches a reply being written and takes over in the middle of it', async () => {
  const words = Array.from({ length: 400 }, (_, at) => `word${at}`).join(' ');
  await useModel({ text: `It takes **two to three** days. ${words}`, word_delay_ms: 40 });
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Tell me about the lamp in the window');
  await visitor.log.locator('.growing').getByText('word3', { exact: false }).waitFor();
  assert.equal(await visitor.log.locator('.growing strong').innerText(), 'two to three');
  await takePicture(visitor.page, 'assistant-growing');

  await agent.openConversation('Tell me about the lamp');
  await agent.page.getByTestId('reply').getByText('word6', { exact: false }).waitFor();
  await takePicture(agent.page, 'assistant-agent-growing');
  await agent.takeOver();

  await visitor.log.getByText('A colleague has taken over').waitFor();
  await visitor.log.getByText('joined the conversation').waitFor();
  await visitor.log.locator('.growing').waitFor({ state: 'detached' });
  await agent.log.getByText('Cut off by the takeover').waitFor();
  const cut = await visitor.log.locator('.bubble').last().innerText();
  await agent.reply('A person here');
  await visitor.sees('A person here');
  assert.ok(await visitor.log.getByText(cut).count());
  await takePicture(visitor.page, 'assistant-taken-over');
  await takePicture(agent.page, 'assistant-agent-taken-over');
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

test('who joins in the middle of a reply sees it whole, and it ends in its place', async () => {
  const text = `😀 ${Array.from({ length: 120 }, (_, at) => `part${at}`).join(' ')} done`;
  await useModel({ text, word_delay_ms: 30 });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Tell me a long story about lamps');
  await visitor.log.locator('.growing').getByText('part10', { exact: false }).waitFor();

  await visitor.page.reload();
  await visitor.openChat();
  const growing = visitor.log.locator('.growing');
  await growing.getByText('part20', { exact: false }).waitFor();
  assert.ok((await growing.innerText()).includes('😀 part0 part1 part2'));

  await visitor.log.getByText('part119 done', { exact: false }).waitFor();
  await growing.waitFor({ state: 'detached' });
  const bubbles = await visitor.messages();
  assert.equal(bubbles.at(-1), text);
  assert.equal(bubbles.length, 2);
});

test('a reply that fails says so, and another try answers', async () => {
  const { provider } = await hub.call('POST', '/providers', {
    kind: 'compatible',
    name: 'Away',
    base_url: 'http://127.0.0.1:9/v1',
    model: 'scripted',
  });
  endings.push(() => hub.call('DELETE', `/providers/${provider.id}`));
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Tell me about beans');
  const failure = visitor.log.getByRole('alert');
  await failure.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 60_000 });
  await takePicture(visitor.page, 'assistant-failed');

  const model = await Model.start({ text: 'Beans are seeds.' });
  endings.push(() => model.stop());
  await hub.call('PATCH', `/providers/${provider.id}`, { base_url: model.base_url });
  await failure.getByRole('button', { name: 'Try again' }).click();

  await visitor.log.getByText('Beans are seeds.').waitFor({ timeout: 60_000 });
  await failure.waitFor({ state: 'detached' });
});

test('an agent who points at a reply sees what it cost', async () => {
  await useModel({ text: 'Five litres fit into it.', first_delay_ms: 1_500 });
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('How much water fits into the tank?');
  await agent.openConversation('How much water fits');
  await agent.page.getByTestId('reply').waitFor();
  await takePicture(agent.page, 'assistant-agent-thinking');
  const answer = agent.log.locator('article', { hasText: 'Five litres fit into it.' });
  await answer.hover();
  await answer
    .getByTestId('usage')
    .getByText(/tokens in/)
    .waitFor();
  await takePicture(agent.page, 'assistant-agent-usage');
});

test('an unhappy visitor gets a person, and leaves a brief for whoever comes', async () => {
  const agent = await Agent.signIn(browser, hub, { name: 'demo' });
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('This is terrible, I am very angry, I want my money back!');
  await visitor.page.getByText('Waiting for a person').waitFor();
  await agent.list.getByRole('link').filter({ hasText: 'Unhappy' }).first().click();

  const brief = agent.log.locator('article[data-kind=brief]');
  await brief.getByText('What was said so far').waitFor();
  await agent.page.getByTestId('insight').getByText('Unhappy').waitFor();
  await takePicture(agent.page, 'assistant-brief');
  assert.ok(!(await visitor.log.innerText()).includes('What was said so far'));
  assert.deepEqual(agent.errors, []);
});
