// The page around the widget: early calls are kept, events are told, settings apply.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, Visitor } from './people.mjs';

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

test('calls made before the script came are carried out, and events are told', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.page.addInitScript(() => {
    const queue = /** @type {unknown[]} */ ([]);
    const stub = (/** @type {unknown[]} */ ...call) => queue.push(call);
    const heard = /** @type {string[]} */ ([]);
    Object.assign(window, { Switchboard: Object.assign(stub, { q: queue }), heard });
    for (const event of [
      'ready',
      'opened',
      'closed',
      'message',
      'conversation-started',
      'agent-joined',
    ]) {
      stub('on', event, () => heard.push(event));
    }
    stub('open');
  });

  await visitor.page.reload();
  await visitor.composer.waitFor();
  await visitor.page.evaluate('Switchboard.sendMessage("From the page")');
  await visitor.sees('From the page');
  const agent = await Agent.signIn(browser, hub);
  await agent.openConversation('From the page');
  await agent.takeOver();
  await visitor.log.getByText('Ana joined').waitFor();
  await visitor.page.evaluate('Switchboard("close")');
  await visitor.panel.waitFor({ state: 'detached' });

  const heard = await visitor.page.evaluate('heard');
  assert.deepEqual(heard, [
    'ready',
    'opened',
    'conversation-started',
    'message',
    'agent-joined',
    'closed',
  ]);
  assert.deepEqual(visitor.errors, []);
});

test('attributes on the script tag set language, place, theme, colour and greeting', async () => {
  const data =
    'data-lang="es" data-position="top-left" data-theme="dark" data-color="#7a1f5c" data-greeting="¡Buenas!"';
  const visitor = await Visitor.visit(browser, hub, { data });
  await visitor.openChat();
  await visitor.page.getByRole('textbox', { name: 'Su mensaje' }).waitFor();
  await visitor.sees('¡Buenas!');

  const host = visitor.page.locator('#switchboard-chat');
  assert.equal(await host.getAttribute('data-theme'), 'dark');
  const box = await visitor.panel.boundingBox();
  assert.ok(box && box.x < 40 && box.y < 40, 'the panel is at the top left');
  const header = visitor.page.locator('#switchboard-chat .header');
  const color = await header.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.equal(color, 'rgb(122, 31, 92)');
});

test('older messages are fetched on the way up', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  for (let number = 1; number <= 70; number += 1) await visitor.say(`Line ${number}`);
  await visitor.page.locator('.mark.sending').first().waitFor({ state: 'detached' });
  await visitor.page.reload();
  await visitor.openChat();
  await visitor.sees('Line 70');

  const below = (/** @type {Element} */ log) => log.scrollHeight - log.scrollTop - log.clientHeight;
  await visitor.page.waitForTimeout(300);
  assert.ok((await visitor.log.evaluate(below)) < 5, 'the newest is in view');
  await visitor.log.evaluate((log) => log.scrollTo(0, 0));
  await visitor.log.getByText('Line 1', { exact: true }).waitFor({ state: 'attached' });

  const expected = Array.from({ length: 70 }, (_, index) => `Line ${index + 1}`);
  assert.deepEqual(await visitor.messages(), expected);
});

test('focus goes into the chat, and back to the button on Escape', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  const focused = () =>
    visitor.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName);
  assert.equal(await focused(), 'TEXTAREA');

  await visitor.page.keyboard.press('Escape');
  await visitor.panel.waitFor({ state: 'detached' });

  assert.equal(await focused(), 'BUTTON');
});
