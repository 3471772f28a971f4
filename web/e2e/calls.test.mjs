// A visitor calls, the assistant answers, and an agent listens, whispers, takes the call and gives it back.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, afterEach, before, test } from 'node:test';
import { alignWindows, firstDifference, judge, judgeBest, resample } from './alignment.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';
import { Simulator } from './simulator.mjs';
import {
  giveVoice,
  keepSentFrames,
  meterMoves,
  readHeard,
  readSentFrames,
  speak,
  takeSoundAsItIs,
  tapCall,
} from './sound.mjs';
import { makeSpeech, MICROPHONE_RATE, writeWav } from './wav.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */

const WIRE_RATE = 24_000;
const VISITOR_SPEECH = makeSpeech([2], 7);
/** Talks without a pause, so that every moment of it can be found again. */
const AGENT_SPEECH = makeSpeech([7], 9);
const TALKER_SPEECH = makeSpeech([1.5, -1, 2, -1.2, 1.8, -0.9], 11);
const FIRST_WORDS = /^This is a/;
/** A machine that does much else is slow, and not wrong. */
const PATIENCE_MS = 60_000;
/** Pieces that are listened to until one is good, and how long they are. */
const PIECES = 4;
const PIECE_SECONDS = 6;

/** @type {Hub} */
let hub;
/** @type {Simulator} */
let simulator;
/** @type {Record<'agent' | 'talker', Browser>} */
let browsers;
let folder = '';

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/switchboard-e2e-wav-`);
  const speeches = { agent: AGENT_SPEECH, talker: TALKER_SPEECH };
  const opened = Object.entries(speeches).map(async ([name, speech]) => {
    const wav = `${folder}/${name}.wav`;
    await writeWav(wav, speech);
    return [name, await openBrowser({ wav })];
  });
  browsers = Object.fromEntries(await Promise.all(opened));
  simulator = await Simulator.start();
  hub = await Hub.startDemo(['--voice-simulator-url', simulator.v1_url]);
  await hub.call('PATCH', '/settings', { settings: { voice_enabled: true } });
});

afterEach(async () => {
  for (const browser of Object.values(browsers)) {
    for (const context of browser.contexts()) await context.close();
  }
});

after(async () => {
  for (const browser of Object.values(browsers ?? {})) await browser.close();
  await hub?.stop();
  await simulator?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A visitor whose call has begun. @param {(page: Page) => Promise<void>} [prepare] */
async function call(prepare = async () => {}) {
  const visitor = await Visitor.visit(browsers.talker, hub, { bypassCSP: true, prepare });
  visitor.page.setDefaultTimeout(PATIENCE_MS);
  await visitor.openChat();
  await visitor.page.getByRole('button', { name: 'Start a voice call' }).click();
  await visitor.log.getByText('Voice call started').waitFor();
  return visitor;
}

/** @param {Visitor} visitor */
async function hangUp(visitor) {
  await visitor.page.getByRole('button', { name: 'Hang up' }).click();
  await visitor.log.getByText('Call ended', { exact: false }).waitFor();
}

/** Waits until the tap has recorded this much. @param {Page} page @param {number} seconds */
async function hear(page, seconds) {
  await page.waitForFunction((wanted) => {
    const { heardSound } = /** @type {{ heardSound: { rate_hz: number, samples: number[] } }} */ (
      /** @type {unknown} */ (window)
    );
    return heardSound.samples.length >= wanted * heardSound.rate_hz;
  }, seconds);
  return readHeard(page);
}

/** Waits until the tap has recorded more than silence. @param {Page} page */
function hearSomebody(page) {
  return page.waitForFunction(() => {
    const { heardSound } = /** @type {{ heardSound: { samples: number[] } }} */ (
      /** @type {unknown} */ (window)
    );
    return heardSound.samples.some((sample) => Math.abs(sample) > 0.05);
  });
}

test('the assistant is heard, and an interruption leaves only what was heard in the log', async () => {
  const visitor = await call(giveVoice);
  await tapCall(visitor.page);
  await hearSomebody(visitor.page);
  await visitor.log.getByText(FIRST_WORDS).waitFor();
  await speak(visitor.page, VISITOR_SPEECH);

  await visitor.log.getByText('(simulated) I heard', { exact: false }).first().waitFor();
  const agent = await Agent.signIn(browsers.agent, hub, { name: 'demo' });
  await agent.openConversation('Guest-');
  const cut = agent.log.locator('article', { hasText: 'Cut off: the visitor began to speak' });
  await cut.first().waitFor();
  const words = await cut.first().locator('.prose-chat').innerText();

  assert.match(words, FIRST_WORDS);
  assert.ok(!words.includes('behind it'), `"${words}" was not heard to its end`);
  assert.equal((await visitor.messages())[0], words);
  const [connection] = await simulator.log();
  const item = connection?.items.find((it) => it.truncated_ms !== null);
  assert.ok(item && item.truncated_ms !== null && item.truncated_ms < item.sent_ms);
  assert.deepEqual(connection?.violations, []);
  await takePicture(agent.page, 'calls-interrupted');
  await hangUp(visitor);
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

test('an agent listens, whispers, takes the call by voice and gives it back', async () => {
  const agent = await Agent.signIn(browsers.agent, hub, { name: 'demo' });
  await takeSoundAsItIs(agent.page);
  await agent.page.goto(`${hub.url}/console/calls`);
  await agent.page.getByText('Nobody is on the phone').waitFor();
  const visitor = await call();
  await agent.page.getByTestId('running-calls').getByText('Simulated').waitFor();
  await takePicture(agent.page, 'calls-now');

  await agent.page.keyboard.press('l');
  const bar = agent.page.getByTestId('call-bar');
  await bar.getByText('You are listening. Nobody hears you.').waitFor();
  await visitor.page.getByText('A colleague is listening', { exact: false }).first().waitFor();
  await meterMoves(agent.page, '0');
  await meterMoves(agent.page, '1');
  await takePicture(agent.page, 'calls-listening');

  await agent.page.keyboard.press('w');
  await agent.page.keyboard.type('Offer free shipping');
  await agent.page.keyboard.press('Enter');
  await agent.page.keyboard.press('Escape');
  await agent.log.getByText('whispered to the assistant').waitFor();
  const whispers = await whispersUpstream();
  assert.deepEqual(
    whispers.map((it) => it.includes('Offer free shipping')),
    [true],
  );

  // Words for the assistant's voice, taken back before they are heard.
  await agent.page.keyboard.press('s');
  await agent.page.keyboard.type('Your refund is on its way');
  await agent.page.keyboard.press('Enter');
  await agent.page.keyboard.press('Escape');
  const waiting = agent.page.getByTestId('waiting-words').locator('li');
  await waiting.getByText('not heard yet').waitFor();
  await takePicture(agent.page, 'calls-say-waits');
  await agent.page.keyboard.press('z');
  await waiting.getByText('Taken back, nobody heard it').waitFor();

  await takes(agent, visitor);
  assert.ok((await visitor.panel.innerText()).includes('joined the conversation'));
  assert.ok(!(await visitor.panel.innerText()).includes('Offer free shipping'));

  await agent.page.keyboard.press('h');
  await bar.getByText('waits on hold').waitFor();
  await visitor.page.getByText('On hold', { exact: false }).first().waitFor();
  await takePicture(agent.page, 'calls-hold');
  await agent.page.keyboard.press('h');
  await bar.getByText(/^Guest-\d+ hears you/).waitFor();
  await agent.page.keyboard.press('Control+Shift+G');
  await agent.page.getByRole('textbox', { name: /Note for the assistant/ }).fill('Refund agreed');
  await takePicture(agent.page, 'calls-give-back');
  await agent.page.getByRole('dialog').getByRole('button', { name: 'Give back' }).click();
  await bar.getByText('You are listening. Nobody hears you.').waitFor();
  await meterMoves(agent.page, '1');

  await hangUp(visitor);
  await agent.log.getByText(/Call ended, \d+:\d\d: the visitor hung up/).waitFor();
  await bar.waitFor({ state: 'detached' });
  await agent.page.goto(`${hub.url}/console/calls`);
  await agent.page.getByTestId('ended-calls').getByText('Visitor hung up').first().waitFor();
  await takePicture(agent.page, 'calls-ended');
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

/** The visitor's page plays what the agent's microphone hears. @param {Agent} agent @param {Visitor} visitor */
async function takes(agent, visitor) {
  await agent.page.keyboard.press('v');
  await agent.page
    .getByTestId('call-bar')
    .getByText(/^Guest-\d+ hears you/)
    .waitFor();
  await visitor.page.getByText('You are talking to Demo').first().waitFor();
  await meterMoves(agent.page, 'microphone');
  await tapCall(visitor.page);
  const found = await hearAgent(visitor.page);
  await takePicture(agent.page, 'calls-taken');
  await takePicture(visitor.page, 'calls-taken-visitor');

  console.log('agent to visitor:', found);
  assert.ok(found.windows >= 40, `${found.windows} windows hold sound`);
  assert.ok(found.share >= 0.9, `${found.share} of the windows are the agent's words`);
}

/** How well the agent is heard in the first piece that is good, or else in the best. @param {Page} page */
async function hearAgent(page) {
  const original = resample(AGENT_SPEECH, MICROPHONE_RATE, WIRE_RATE);
  let best = { windows: 0, share: 0, jumps: 0 };
  for (let piece = 0; piece < PIECES && best.share < 0.9; piece += 1) {
    const { rate_hz, samples } = await hear(page, (piece + 1) * PIECE_SECONDS);
    const from = piece * PIECE_SECONDS * rate_hz;
    const part = samples.slice(from, from + PIECE_SECONDS * rate_hz);
    const fits = alignWindows(resample(part, rate_hz, WIRE_RATE), original, WIRE_RATE);
    const found = judge(fits, WIRE_RATE);
    if (found.share >= best.share) best = found;
  }
  return best;
}

/** System items of the newest connection that came during the call. */
async function whispersUpstream() {
  const connection = (await simulator.log()).at(-1);
  const system = connection?.items.filter((it) => it.role === 'system') ?? [];
  return system.map((it) => it.text).filter((text) => text.includes('shipping'));
}

test("the visitor's words arrive upstream as they were spoken", async () => {
  const index = (await simulator.log()).length;
  const visitor = await call(async (page) => {
    await keepSentFrames(page);
    await takeSoundAsItIs(page);
  });
  await visitor.log.getByText('(simulated) I heard', { exact: false }).nth(2).waitFor();
  await hangUp(visitor);
  const frames = (await readSentFrames(visitor.page)).filter((frame) => frame.kind === 1);
  const sent = Int16Array.from(frames.flatMap((frame) => frame.samples));
  const arrived = await simulator.heard(index);

  assert.ok(arrived.length > 6 * WIRE_RATE, `${arrived.length} samples arrived`);
  assert.deepEqual(
    frames.map((frame) => frame.seq),
    frames.map((_, at) => at),
  );
  assert.equal(firstDifference(arrived, sent), -1, 'what arrived is what was sent');
  const original = resample(TALKER_SPEECH, MICROPHONE_RATE, WIRE_RATE);
  const heard = Float32Array.from(arrived, (sample) => sample / 32_768);
  const found = judgeBest(alignWindows(heard, original, WIRE_RATE), 40, WIRE_RATE);
  console.log('visitor to upstream:', found);
  assert.equal(found.windows, 40, 'enough windows hold sound');
  assert.ok(found.share >= 0.95, `${found.share} of the windows are the visitor's words`);
});

test('a call survives the page, and the next page goes on with it by one tap', async () => {
  const visitor = await call();
  await visitor.page.locator('.launcher[data-call="true"]').waitFor({ state: 'attached' });
  await visitor.page.reload();
  await visitor.page.getByText('You are still in a call.').waitFor();
  await takePicture(visitor.page, 'call-left');
  assert.equal((await hub.call('GET', '/calls?state=active')).items.length, 1);

  await visitor.page.getByRole('button', { name: 'Rejoin' }).click();
  await visitor.page.getByRole('button', { name: 'Hang up' }).waitFor();

  const { items } = await hub.call('GET', '/calls?state=active');
  assert.equal(items.length, 1, 'it is the same call');
  await takePicture(visitor.page, 'call-rejoined');
  await visitor.page.getByRole('button', { name: 'Hang up' }).click();
  await visitor.log.getByText(/^Call ended/).waitFor();
  assert.equal(await visitor.log.getByText('Voice call started').count(), 1);
  await visitor.page.reload();
  await visitor.sees('Voice call started');
  await visitor.page.getByText('You are still in a call.').waitFor({ state: 'detached' });
});

test('a call that a page left can be hung up on the next one', async () => {
  const visitor = await call();
  await visitor.page.reload();
  await visitor.page.getByText('You are still in a call.').waitFor();
  await visitor.page.getByRole('button', { name: 'Hang up' }).click();

  await visitor.log.getByText(/^Call ended/).waitFor();
  assert.equal((await hub.call('GET', '/calls?state=active')).items.length, 0);
  await visitor.page.getByText('You are still in a call.').waitFor({ state: 'detached' });
});
