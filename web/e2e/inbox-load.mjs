// Measures what a busy inbox costs the console's main thread; not a test, as it takes minutes.
//
//   SWITCHBOARD_BIN=../target/release/switchboard node e2e/inbox-load.mjs [rows] [messages a second] [seconds] [slowdown] [notch px]
//
// Makes that many conversations, loads all their rows by scrolling, lets visitors write at that rate by REST, and reads
// the browser's own count of busy time (`Performance.getMetrics`: TaskDuration, ScriptDuration, in processor time of
// the thread, as server and writers run on the same machine), on a processor that many times slower. With PROFILE=FILE the
// last part of it is profiled (.cpuprofile), with TRACE=FILE the scrolling is traced. Then the list is scrolled up and down for a sixth of the time, twenty notches of a wheel a second, while tasks over 50 ms are counted
// (`PerformanceObserver`, longtask). The heap is read after a collection, ten times in all.

import { writeFile } from 'node:fs/promises';
import { Hub } from './hub.mjs';
import { Agent, openBrowser } from './people.mjs';

const [rows = 2_300, rate = 50, seconds = 20, slowdown = 1, notchPx = 120] = process.argv
  .slice(2)
  .map(Number);
const AT_ONCE = 8;

const hub = await Hub.start();
const browser = await openBrowser();

/** @param {string} path @param {string | null} token @param {object} body */
async function post(path, token, body) {
  const response = await fetch(`${hub.url}/api/v1/widget${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: hub.url,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

async function makeVisitor() {
  const { visitor_token } = await post('/sessions', null, { channel_key: hub.channel_key });
  const { session } = await post('/conversations', visitor_token, {});
  const visitor = { token: visitor_token, id: session.id };
  await write(visitor, 'Hello, is the lamp in stock?');
  return visitor;
}

/** @param {{ token: string, id: string }} visitor @param {string} content */
const write = ({ token, id }, content) => post(`/conversations/${id}/messages`, token, { content });

/** @type {{ token: string, id: string }[]} */
const visitors = [];
const makers = Array.from({ length: AT_ONCE }, async () => {
  while (visitors.length < rows) visitors.push(await makeVisitor());
});
await Promise.all(makers);

const { page, list } = await Agent.signIn(browser, hub);
await list.locator('li').first().waitFor();
let height = 0;
for (;;) {
  const now = await list.evaluate((element) => {
    element.scrollTo(0, element.scrollHeight);
    return element.scrollHeight;
  });
  await page.waitForTimeout(150);
  if (now === height && (await list.getByText('Loading…').count()) === 0) break;
  height = now;
}
await list.evaluate((element) => element.scrollTo(0, 0));
await page.mouse.move(1_000, 500);

const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
const read = async () => {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
};
await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
let written = 0;
let failed = 0;
/** Lets visitors write for so long. @param {number} forMs */
async function load(forMs) {
  const startedMs = Date.now();
  let sent = 0;
  while (Date.now() - startedMs < forMs) {
    const due = Math.floor(((Date.now() - startedMs) / 1_000) * rate);
    for (; sent < due; sent += 1) {
      const visitor = visitors[Math.floor(Math.random() * visitors.length)];
      if (visitor) write(visitor, `message ${written}`).catch(() => failed++);
      written += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** In MiB, of what is still used. */
async function heapMib() {
  await devtools.send('HeapProfiler.collectGarbage');
  return Number(((await read()).JSHeapUsedSize / 1_048_576).toFixed(1));
}

async function startProfile() {
  await devtools.send('Profiler.enable');
  await devtools.send('Profiler.start');
}

/** @param {string} path */
async function storeProfile(path) {
  const { profile } = await devtools.send('Profiler.stop');
  await writeFile(path, JSON.stringify(profile));
}

const HEAPS = 10;
const heapsMib = [await heapMib()];
let [elapsedS, busy] = [0, /** @type {Record<string, number>} */ ({})];
for (let part = 1; part < HEAPS; part += 1) {
  const isProfiled = process.env.PROFILE !== undefined && part === HEAPS - 1;
  if (isProfiled) await startProfile();
  const [before, startedMs] = [await read(), Date.now()];
  await load((seconds * 1_000) / (HEAPS - 1));
  const after = await read();
  elapsedS += (Date.now() - startedMs) / 1_000;
  for (const name of ['TaskDuration', 'ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']) {
    busy[name] = (busy[name] ?? 0) + (after[name] ?? 0) - (before[name] ?? 0);
  }
  if (isProfiled) await storeProfile(process.env.PROFILE ?? '');
  heapsMib.push(await heapMib());
}

await page.evaluate(() => {
  const tasks = /** @type {number[]} */ ([]);
  Object.assign(window, { tasks });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
});
await list.hover();
const { TRACE } = process.env;
if (TRACE) await browser.startTracing(page, { path: TRACE });
const { PROFILE } = process.env;
if (PROFILE) await startProfile();
const scrollMs = (seconds * 1_000) / 6;
const scrolling = (async () => {
  const untilMs = Date.now() + scrollMs;
  for (let step = 0; Date.now() < untilMs; step += 1) {
    await page.mouse.wheel(0, Math.floor(step / 40) % 2 === 0 ? notchPx : -notchPx);
    await page.waitForTimeout(50);
  }
})();
await Promise.all([load(scrollMs), scrolling]);
if (TRACE) await browser.stopTracing();
if (PROFILE) await storeProfile(`${PROFILE}.scrolling`);
const tasksMs = await page.evaluate(() => /** @type {any} */ (window).tasks);

const share = (/** @type {string} */ name) =>
  `${(((busy[name] ?? 0) / elapsedS) * 100).toFixed(1)} %`;
console.log({
  rows: Math.round(height / 84),
  slowdown,
  messages: written,
  messages_a_second: rate,
  failed,
  main_thread: share('TaskDuration'),
  script: share('ScriptDuration'),
  layout: share('LayoutDuration'),
  style: share('RecalcStyleDuration'),
  tasks_over_50_ms_while_scrolling: tasksMs,
  heaps_mib: heapsMib,
});
await browser.close();
await hub.stop();
