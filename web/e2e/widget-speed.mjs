// Measures how the widget feels; not a test, as times belong to a machine.
//
//   SWITCHBOARD_BIN=../target/release/switchboard node e2e/widget-speed.mjs [messages]
//
// From the visitor's Enter to the frame in which an agent's screen shows the message, in two browsers; and what opening
// the chat costs a page whose processor is four times slower: tasks over 50 ms and layout shift.

import { Hub } from './hub.mjs';
import { Agent, openBrowser, Visitor } from './people.mjs';

const [count = 30] = process.argv.slice(2).map(Number);
const SLOWER = 4;
const ROUNDS = 5;

const hub = await Hub.start();
const [near, far] = await Promise.all([openBrowser(), openBrowser()]);

/** @param {number[]} values @param {number} share */
const at = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(values.length * share)];

async function timeMessages() {
  const visitor = await Visitor.visit(near, hub);
  await visitor.openChat();
  await visitor.say('first');
  const agent = await Agent.signIn(far, hub);
  await agent.list.getByText('first').first().click();
  await agent.log.getByText('first').waitFor();
  await visitor.page.evaluate(() => {
    addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Enter')
          Object.assign(window, { enteredAt: performance.timeOrigin + performance.now() });
      },
      true,
    );
  });
  const took = [];
  for (let number = 0; number < count; number += 1) {
    const text = `message number ${number}`;
    const shown = agent.page.evaluate(
      (wanted) =>
        new Promise((resolve) => {
          const look = () => {
            const isThere = document.querySelector('[role=log]')?.textContent?.includes(wanted);
            if (isThere) resolve(performance.timeOrigin + performance.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
      `${text}.`,
    );
    await visitor.composer.fill(`${text}.`);
    await visitor.composer.press('Enter');
    const enteredAt = await visitor.page.evaluate(() => Reflect.get(window, 'enteredAt'));
    took.push(Number(await shown) - Number(enteredAt));
  }
  return took;
}

async function watchOpening() {
  const visitor = await Visitor.visit(near, hub, {
    prepare: async (page) => {
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
      await page.addInitScript(() => {
        const seen = { tasks: /** @type {number[]} */ ([]), shift: 0 };
        Object.assign(window, { seen });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.tasks.push(Math.round(entry.duration));
        }).observe({ type: 'longtask', buffered: true });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.shift += Reflect.get(entry, 'value');
        }).observe({ type: 'layout-shift', buffered: true });
      });
    },
  });
  await visitor.page.waitForTimeout(1_000);
  const before = await visitor.page.evaluate(() => Reflect.get(window, 'seen').tasks.length);
  // By a click of the mouse, and without looking: what drives the browser runs scripts of its own in the page, whose tasks
  // are longer than those of the chat.
  const box = await visitor.page.locator('#switchboard-chat .launcher').boundingBox();
  await visitor.page.waitForTimeout(500);
  await visitor.page.evaluate(() => Reflect.get(window, 'seen').tasks.splice(0));
  await visitor.page.mouse.click((box?.x ?? 0) + 28, (box?.y ?? 0) + 28);
  await visitor.page.waitForTimeout(2_500);
  const seen = await visitor.page.evaluate(() => Reflect.get(window, 'seen'));
  const isOpen = await visitor.panel.isVisible();
  await visitor.page.context().close();
  if (!isOpen) throw new Error('the chat did not open');
  return { tasks: seen.tasks, before, shift: seen.shift };
}

const took = await timeMessages();
console.log(
  `Enter to the agent's screen, ms, of ${count}: p50 ${at(took, 0.5)?.toFixed(1)}, p95 ${at(took, 0.95)?.toFixed(1)}`,
);
const openings = [];
for (let round = 0; round < ROUNDS; round += 1) openings.push(await watchOpening());
const longest = openings.map(({ tasks }) => Math.max(0, ...tasks));
console.log(
  `opening on a processor ${SLOWER} times slower, ${ROUNDS} times: longest task over 50 ms, median ${at(longest, 0.5)} (each: ${JSON.stringify(openings.map(({ tasks }) => tasks))}; the page itself before: ${openings.map(({ before }) => before)} tasks), layout shift ${Math.max(...openings.map(({ shift }) => shift))}`,
);
await Promise.all([near.close(), far.close(), hub.stop()]);
