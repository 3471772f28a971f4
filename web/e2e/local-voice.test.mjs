// A newcomer calls the demo's shop in a browser, asks aloud, and hears the right answer, with no provider anywhere.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { resample } from './alignment.mjs';
import { Hub } from './hub.mjs';
import { Agent, DESKTOP, openBrowser, takePicture, Visitor } from './people.mjs';
import { readHeard, tapCall } from './sound.mjs';
import { MICROPHONE_RATE, writeWav } from './wav.mjs';

const QUESTION = 'What are your opening hours?';
const ANSWER = 'We are open Monday to Friday';
/** Silence before the question, so that the greeting is over, and after it. */
const BEFORE_S = 9;
const AFTER_S = 14;
const WAV_HEADER_BYTES = 44;

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
let folder = '';

before(async () => {
  folder = await mkdtemp(`${tmpdir()}/switchboard-e2e-voice-`);
  const question = await say(QUESTION);
  const silence = (/** @type {number} */ seconds) => new Float32Array(seconds * MICROPHONE_RATE);
  const parts = [silence(BEFORE_S), question, silence(AFTER_S)];
  await writeWav(`${folder}/asks.wav`, Float32Array.from(parts.flatMap((part) => [...part])));
  browser = await openBrowser({ wav: `${folder}/asks.wav` });
  hub = await Hub.startDemo([], ['voice']);
});

after(async () => {
  await browser?.close();
  await hub?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A sentence spoken by a voice that is not the server's. @param {string} sentence */
async function say(sentence) {
  const file = `${folder}/said.wav`;
  await promisify(execFile)('flite', ['-voice', 'slt', '-t', sentence, '-o', file]);
  const bytes = await readFile(file);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + WAV_HEADER_BYTES));
  return resample(
    Array.from(samples, (sample) => sample / 32_768),
    bytes.readUInt32LE(24),
    MICROPHONE_RATE,
  );
}

test('a visitor asks aloud and hears what the shop knows', async () => {
  const visitor = await Visitor.visit(browser, hub, { bypassCSP: true });
  visitor.page.setDefaultTimeout(60_000);
  await visitor.openChat();
  await visitor.page.getByRole('button', { name: 'Start a voice call' }).click();
  await visitor.log.getByText('Voice call started').waitFor();
  await visitor.page
    .getByText('A basic voice answers: say one thing at a time.', { exact: true })
    .waitFor();
  await tapCall(visitor.page);
  await visitor.log.getByText(QUESTION).waitFor();
  await visitor.log.getByText(ANSWER, { exact: false }).waitFor();
  await takePicture(visitor.page, 'local-voice-widget');
  await visitor.page.waitForFunction((seconds) => {
    const { heardSound } = /** @type {{ heardSound: { rate_hz: number, samples: number[] } }} */ (
      /** @type {unknown} */ (window)
    );
    return heardSound.samples.length > seconds * heardSound.rate_hz;
  }, BEFORE_S + 10);
  await visitor.page.getByRole('button', { name: 'Hang up' }).click();
  const { rate_hz, samples } = await readHeard(visitor.page);

  // What the browser played, said to the same server by another caller, is what was written.
  const last = samples.slice(-12 * rate_hz);
  await writeWav(
    `${folder}/heard.wav`,
    Float32Array.from(resample(last, rate_hz, MICROPHONE_RATE)),
  );
  const words = await hub.callFromShell(`${folder}/heard.wav`, 20);
  const heard = words
    .split('\n')
    .filter((line) => line.startsWith('visitor:'))
    .join(' ');
  for (const word of ['Monday', 'Friday']) assert.ok(heard.includes(word), words);
});

test('the console says whose voice answers, and marks its calls', async () => {
  const agent = await Agent.signIn(browser, hub, { name: 'demo', viewport: DESKTOP });
  await agent.page.goto(`${hub.url}/console/assistant?part=voice`);
  await agent.page.getByText('Calls are answered by the basic voice of this server').waitFor();
  await agent.page.getByText('Costs nothing').waitFor();
  await takePicture(agent.page, 'local-voice-console');
  await agent.page.getByRole('link', { name: 'Try it' }).click();
  await agent.page.locator('iframe').scrollIntoViewIfNeeded();
  const preview = agent.page.frameLocator('iframe');
  await preview.getByRole('button', { name: 'Open chat' }).click();
  await preview.getByRole('button', { name: 'Start a voice call' }).click();
  await preview.getByText('Voice call started').waitFor();
  await preview.getByRole('button', { name: 'Hang up' }).click();
  await agent.page.goto(`${hub.url}/console/calls`);
  await agent.page.getByText('Basic voice').first().waitFor();
});
