// The hub below a path of a host that serves other things too: widget, sockets, console and sign-in.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { PathProxy } from './path-proxy.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
});

for (const isCut of [true, false]) {
  test(`below /support, where the proxy ${isCut ? 'cuts the path off' : 'passes the path on'}`, async () => {
    const hub = await Hub.start(new PathProxy('/support', isCut));
    try {
      const agent = await Agent.signIn(browser, hub);
      const visitor = await Visitor.visit(browser, hub);
      await visitor.openChat();
      await visitor.say('Do you have it in oak?');
      await agent.openConversation('Do you have it in oak?');
      await agent.takeOver();
      await agent.reply('Yes, in oak and in ash.');
      await visitor.sees('Yes, in oak and in ash.');

      await agent.page.reload();
      await agent.sees('Yes, in oak and in ash.');
      assert.match(agent.page.url(), /\/support\/console\/inbox\/./);
      const cookies = await agent.page.context().cookies();
      assert.deepEqual([...new Set(cookies.map(({ path }) => path))], ['/support']);
      // A page that is loaded only when it is opened, with its own style sheet.
      await agent.page.goto(`${hub.url}/console/channels`);
      await agent.page.getByText(`${hub.url}/widget.js`).waitFor();
      await agent.page.goto(`${hub.url}/console/usage`);
      await agent.page.getByRole('heading', { level: 1 }).waitFor();
      await takePicture(agent.page, `below-a-path-${isCut ? 'cut' : 'kept'}`);
      await agent.page.goto(`${hub.url}/`);
      await agent.page
        .getByRole('link', { name: /console/i })
        .first()
        .click();
      await agent.page.waitForURL('**/support/console/inbox');
      assert.deepEqual([...agent.errors, ...visitor.errors], []);
    } finally {
      await hub.stop();
    }
  });
}
