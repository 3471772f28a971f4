// Everything a machine can check of accessibility, in both themes and every state that is easy to reach.

import { after, before, test } from 'node:test';
import { checkBarriers as check } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

const PLACES = [
  'tickets',
  'members',
  'calls',
  'tools',
  'webhooks',
  'submissions',
  // The last one: its button is pressed next.
  'channels',
];

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`widget and console have no known barriers in ${colorScheme}`, async () => {
    const visitor = await Visitor.visit(browser, hub, { colorScheme, bypassCSP: true });
    await visitor.openChat();
    await check(visitor.page, 'widget, empty');
    await visitor.say('Is **this** the [right place](https://example.com)?');
    await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
    await check(visitor.page, 'widget, talking');

    const agent = await Agent.signIn(browser, hub, { colorScheme, bypassCSP: true });
    await check(agent.page, 'inbox');
    await agent.openConversation('Is this the right place?');
    await agent.takeOver();
    await agent.note('A note');
    await agent.reply('A reply');
    await visitor.sees('A reply');
    await check(agent.page, 'conversation');
    for (const place of PLACES) {
      await agent.page.goto(`${hub.url}/console/${place}`);
      await agent.page.getByRole('heading', { level: 1 }).waitFor();
      await check(agent.page, place);
    }
    await agent.page.getByRole('button', { name: 'New channel' }).click();
    await check(agent.page, 'channel dialog');
    await visitor.pick('End conversation');
    await check(visitor.page, 'widget, ending');
    await agent.page.goto(`${hub.url}/console/login`);
    await check(agent.page, 'login');
    await agent.page.goto(hub.url);
    await agent.page.getByRole('heading', { level: 1 }).waitFor();
    await check(agent.page, 'page at the root');
  });
}
