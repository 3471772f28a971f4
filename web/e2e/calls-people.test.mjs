// What a visitor and an agent say to each other is written down: under their names, in order, and once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';
import { Simulator } from './simulator.mjs';
import { giveVoice, meterMoves, speak } from './sound.mjs';
import { makeSpeech } from './wav.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ id: string, who: string, text: string }} Words */
/** @typedef {{ floors: string[][], names: Set<string | null>, doubles: Set<string> }} Watched */

/** So different in length that the simulator's words tell them apart. */
const LONG_SPEECH = makeSpeech([3.2], 3);
const SHORT_SPEECH = makeSpeech([1], 5);
const VISITOR_TRACK = 0;
/** A machine that does much else is slow, and not wrong. */
const PATIENCE_MS = 60_000;

/** @type {Hub} */
let hub;
/** @type {Simulator} */
let simulator;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await openBrowser();
  simulator = await Simulator.start();
  hub = await Hub.startDemo(['--voice-simulator-url', simulator.v1_url]);
  const settings = { voice_enabled: true, voice_greets: false, voice_transcribe_people: true };
  await hub.call('PATCH', '/settings', { settings });
});

after(async () => {
  await browser?.close();
  await hub?.stop();
  await simulator?.stop();
});

/** Notes every floor, whose words grow under the log, and words that stand there twice.
 * @param {Page} page */
function watch(page) {
  return page.evaluate(() => {
    const root = document.querySelector('#switchboard-chat')?.shadowRoot ?? document;
    const watched = /** @type {Watched} */ ({ floors: [], names: new Set(), doubles: new Set() });
    const look = () => {
      const bar = root.querySelector('[data-floor]');
      const floor = bar?.getAttribute('data-floor');
      if (floor && floor !== watched.floors.at(-1)?.[0]) {
        watched.floors.push([floor, bar?.querySelector('[role=status]')?.textContent ?? '']);
      }
      for (const line of root.querySelectorAll('[data-entry]')) {
        const id = line.getAttribute('data-entry') ?? '';
        if (root.querySelector(`[data-row="${id}"]`)) watched.doubles.add(id);
        const name = line.getAttribute('aria-label') ?? line.querySelector('.font-semibold');
        watched.names.add(typeof name === 'string' ? name : (name?.textContent ?? null));
      }
    };
    const wanted = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(look).observe(root, wanted);
    Object.assign(window, { watched });
  });
}

/** @param {Page} page */
function readWatched(page) {
  return page.evaluate(() => {
    const { watched } = /** @type {{ watched: Watched }} */ (/** @type {unknown} */ (window));
    const { floors, names, doubles } = watched;
    return { floors, names: [...names], doubles: [...doubles] };
  });
}

/** The words of people as the widget shows them. @param {Visitor} visitor @returns {Promise<Words[]>} */
async function shownToVisitor(visitor) {
  const groups = visitor.log.locator('article.group:not(.live)');
  const all = await groups.evaluateAll((sections) =>
    sections.flatMap((section) =>
      [...section.querySelectorAll('[data-row]')].map((bubble) => ({
        id: bubble.getAttribute('data-row') ?? '',
        who: section.getAttribute('aria-label') ?? '',
        text: bubble.textContent.trim(),
      })),
    ),
  );
  return all.filter(({ who }) => who !== 'Assistant');
}

/** The same as the console does, where one name stands above what follows. @param {Agent} agent
 * @returns {Promise<Words[]>} */
async function shownToAgent(agent) {
  const rows = agent.log.locator('article[data-kind=message]');
  const all = await rows.evaluateAll((articles) => {
    let who = '';
    return articles.map((article) => {
      who = article.querySelector('.font-semibold')?.textContent ?? who;
      const text = article.querySelector('.prose-chat')?.textContent.trim() ?? '';
      return { id: article.getAttribute('data-row') ?? '', who, text };
    });
  });
  return all.filter(({ who }) => who !== 'Assistant');
}

/** Waits until so many words of this person stand in a log. @param {Visitor | Agent} person
 * @param {string} name @param {number} count */
function stands(person, name, count) {
  const place =
    person instanceof Visitor
      ? person.log
          .getByRole('article', { name, exact: true })
          .and(person.page.locator('article.group:not(.live)'))
      : person.log.locator('article', { hasText: name });
  const heard = place.filter({ hasText: '(simulated) I heard' });
  return heard.nth(count - 1).waitFor({ timeout: PATIENCE_MS });
}

/** The visitor is in a call that the agent has. @param {'light' | 'dark'} [colorScheme] */
async function talking(colorScheme = 'light') {
  const look = { colorScheme, bypassCSP: true };
  const agent = await Agent.signIn(browser, hub, { name: 'demo', ...look });
  await giveVoice(agent.page);
  await agent.page.goto(`${hub.url}/console/calls`);
  await agent.page.getByText('Nobody is on the phone').waitFor();
  const visitor = await Visitor.visit(browser, hub, { prepare: giveVoice, ...look });
  for (const { page } of [agent, visitor]) page.setDefaultTimeout(PATIENCE_MS);
  await visitor.openChat();
  await visitor.page.getByRole('button', { name: 'Start a voice call' }).click();
  const row = agent.page.getByTestId('running-calls');
  const name = await row.getByRole('link', { name: /^Guest-\d+$/ }).innerText();
  await agent.page.keyboard.press('v');
  await agent.page.getByTestId('call-bar').getByText(`${name} hears you`).waitFor();
  await visitor.page.getByText('You are talking to Demo').first().waitFor();
  await watch(agent.page);
  await watch(visitor.page);
  return { agent, visitor, name };
}

/** @param {Words[]} words */
function secondsOf(words) {
  return words.map(({ text }) => Number(/I heard (\d+\.\d) seconds/.exec(text)?.[1]));
}

/** One after the other, and then the agent into the visitor's words.
 * @param {{ agent: Agent, visitor: Visitor, name: string }} call */
async function talk({ agent, visitor, name }) {
  await speak(visitor.page, LONG_SPEECH);
  await stands(agent, name, 1);
  await stands(visitor, 'You', 1);
  await speak(agent.page, SHORT_SPEECH);
  await stands(visitor, 'Demo', 1);
  await stands(agent, 'Demo', 1);
  const said = speak(visitor.page, LONG_SPEECH);
  await meterMoves(agent.page, String(VISITOR_TRACK));
  await speak(agent.page, SHORT_SPEECH);
  await said;
  for (const person of [agent, visitor]) await stands(person, 'Demo', 2);
}

test('people read what they said to each other, under their names, in order and once', async () => {
  const call = await talking();
  const { agent, visitor, name } = call;
  await talk(call);
  await takePicture(agent.page, 'calls-people');
  await takePicture(visitor.page, 'calls-people-visitor');

  await agent.page.keyboard.press('Control+Shift+G');
  const note = agent.page.getByRole('textbox', { name: /Note for the assistant/ });
  assert.ok(await note.evaluate((area) => area === document.activeElement), 'ready to write in');
  await agent.page.getByRole('dialog').getByRole('button', { name: 'Give back' }).click();
  await agent.page.getByText('You are listening. Nobody hears you.').waitFor();
  await visitor.page.getByRole('button', { name: 'Hang up' }).click();
  await visitor.log.getByText('Call ended', { exact: false }).waitFor();
  await agent.log.getByText('the visitor hung up').waitFor();

  const written = await shownToAgent(agent);
  assert.deepEqual(
    written.map(({ who }) => who),
    [name, 'Demo', name, 'Demo'],
  );
  const [first = 0, second = 0, third = 0, fourth = 0] = secondsOf(written);
  assert.ok(first > second && third > fourth, `${secondsOf(written)}: long, short, long, short`);
  const seen = written.map((words) => ({ ...words, who: words.who === name ? 'You' : words.who }));
  assert.deepEqual(await shownToVisitor(visitor), seen);
  await checkWatched(call);

  await visitor.page.reload();
  await visitor.openChat();
  await visitor.log.getByText('Call ended', { exact: false }).waitFor();
  assert.deepEqual(await shownToVisitor(visitor), seen, 'the same after a reload');
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`a call has no known barriers in ${colorScheme}`, async () => {
    const { agent, visitor, name } = await talking(colorScheme);
    await speak(visitor.page, SHORT_SPEECH);
    await stands(agent, name, 1);
    await stands(visitor, 'You', 1);
    await checkBarriers(agent.page, 'console, talking');
    await checkBarriers(visitor.page, 'widget, talking');
    await visitor.page.getByRole('button', { name: 'Choose the microphone' }).click();
    await visitor.page.getByRole('button', { name: 'Mute the microphone' }).click();
    await checkBarriers(visitor.page, 'widget, muted, choosing a microphone');
    await agent.page.keyboard.press('Control+Shift+G');
    await agent.page.getByRole('dialog').waitFor();
    await checkBarriers(agent.page, 'console, giving back');
    await agent.page.getByRole('dialog').getByRole('button', { name: 'Give back' }).click();
    await agent.page.getByText('You are listening. Nobody hears you.').waitFor();
    await checkBarriers(agent.page, 'console, listening');
    await visitor.page.getByRole('button', { name: 'Hang up' }).click();
    await visitor.page.getByRole('button', { name: 'Call again' }).waitFor();
    await checkBarriers(visitor.page, 'widget, ended');
    const bar = visitor.page.getByRole('region', { name: 'Voice call' });
    assert.ok(await bar.evaluate((it) => it.matches(':focus-within')), 'the focus is not lost');
  });
}

/** @param {{ agent: Agent, visitor: Visitor, name: string }} call */
async function checkWatched({ agent, visitor, name }) {
  const theirs = await readWatched(visitor.page);
  const ours = await readWatched(agent.page);
  const releasing = [theirs, ours].map(({ floors }) => floors.find(([it]) => it === 'releasing'));
  assert.match(releasing[0]?.[1] ?? '', /^Assistant goes on…/);
  assert.match(releasing[1]?.[1] ?? '', /^The assistant takes the call back…/);
  assert.equal(theirs.floors.at(-1)?.[0], 'assistant');
  assert.deepEqual([...theirs.doubles, ...ours.doubles], [], 'no words stand twice at any time');
  const known = [name, 'You', 'Demo', 'Assistant', null];
  const unknown = [...theirs.names, ...ours.names].filter((it) => !known.includes(it));
  assert.deepEqual(unknown, [], 'words that grow have the name of who says them');
}
