// Measures what a busy inbox costs the console's main thread; not a test, as it takes minutes.
//
//   SWITCHBOARD_BIN=../target/release/switchboard node e2e/inbox-load.mjs [rows] [messages a second] [seconds]
//
// Makes that many conversations, loads all their rows by scrolling, lets visitors write at that rate by REST, and reads
// the browser's own count of busy time (`Performance.getMetrics`: TaskDuration, ScriptDuration).

import { Hub } from './hub.mjs';
import { Agent, openBrowser } from './people.mjs';

const [rows = 2_300, rate = 50, seconds = 20] = process.argv.slice(2).map(Number);
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
await devtools.send('Performance.enable');
const read = async () => {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
};
const before = await read();
const startedMs = Date.now();
let written = 0;
let failed = 0;
while (Date.now() - startedMs < seconds * 1_000) {
  const due = Math.floor(((Date.now() - startedMs) / 1_000) * rate);
  for (; written < due; written += 1) {
    const visitor = visitors[Math.floor(Math.random() * visitors.length)];
    if (visitor) write(visitor, `message ${written}`).catch(() => failed++);
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
const after = await read();
const elapsedS = (Date.now() - startedMs) / 1_000;
const share = (/** @type {string} */ name) =>
  `${((((after[name] ?? 0) - (before[name] ?? 0)) / elapsedS) * 100).toFixed(1)} %`;
console.log({
  rows: Math.round(height / 84),
  messages_a_second: written / elapsedS,
  failed,
  main_thread: share('TaskDuration'),
  script: share('ScriptDuration'),
  layout: share('LayoutDuration'),
  style: share('RecalcStyleDuration'),
});
await browser.close();
await hub.stop();
