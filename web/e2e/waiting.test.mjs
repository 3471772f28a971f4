// What a visitor reads who waits for a person: what the hub says by itself, and each case with facts put into its frames.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { Agent, DESKTOP, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

/** @typedef {{ online: number, usual_wait_seconds: number | null, position: number, reopens_at: string | null }} Facts */

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.start();
  browser = await openBrowser();
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** A visitor who waits, and what they are told about it.
 * @param {Facts} facts @param {object} [options] */
async function waiting(facts, options = {}) {
  const visitor = await Visitor.visit(browser, hub, {
    ...options,
    prepare: (page) =>
      page.routeWebSocket(/\/ws$/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((text) => {
          const frame = JSON.parse(String(text));
          for (const holder of [frame.data, frame.data?.session]) {
            if (holder?.state?.status === 'waiting') holder.state.waiting = facts;
          }
          socket.send(JSON.stringify(frame));
        });
      }),
  });
  await visitor.openChat();
  await visitor.say('I need somebody');
  await visitor.log.locator('.waiting').waitFor();
  return visitor;
}

// First of all: an agent who was there counts as there for a while.
test('who asks for a person hears within a second what is true, under the name of the house', async () => {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say('Anybody at home?');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const askedAtMs = Date.now();
  await visitor.page.getByRole('button', { name: 'Talk to a person' }).click();
  await visitor.log.getByText(/^Nobody of the team is here right now/).waitFor();
  assert.ok(Date.now() - askedAtMs < 1_000, `${Date.now() - askedAtMs} ms`);
  const card = visitor.log.locator('.waiting');
  await card.getByRole('textbox', { name: 'Leave your email' }).fill('ana@example.com');
  await visitor.page.keyboard.press('Enter');
  await card.getByText('The team can contact you at ana@example.com.').waitFor();
  await visitor.log.getByText('Bright Lamp & Sons').first().waitFor();
  assert.ok(!(await visitor.log.innerText()).includes('Switchboard'));
  await takePicture(visitor.page, 'waiting-told-nobody');

  await Agent.signIn(browser, hub);
  const other = await Visitor.visit(browser, hub);
  await other.openChat();
  await other.say('And now?');
  await other.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await other.page.getByRole('button', { name: 'Talk to a person' }).click();
  await other.log.getByText(/One person is here/).waitFor();
  await other.log.locator('.waiting').getByRole('button', { name: 'Leave your email' }).waitFor();
  await takePicture(other.page, 'waiting-told-somebody');
});

test('who waits reads how many are there, how long it takes and their place in line', async () => {
  const facts = { online: 2, usual_wait_seconds: 130, position: 3, reopens_at: null };
  const visitor = await waiting(facts);
  const card = visitor.log.locator('.waiting');
  await card.getByText('Getting a person…').waitFor();
  await card.getByText('2 people are here. Usually it takes 2 minutes. You are no. 3.').waitFor();
  assert.equal(await card.getByRole('textbox').count(), 0);
  await card.getByRole('button', { name: 'Leave your email instead' }).click();
  await card.getByRole('textbox', { name: 'Leave your email' }).waitFor();
  await checkBarriers(visitor.page, 'widget, waiting');

  const agent = await Agent.signIn(browser, hub);
  await agent.openConversation('I need somebody');
  await agent.takeOver();
  await card.waitFor({ state: 'detached' });
});

test('who waits for nobody reads until when, and leaves an address by keyboard', async () => {
  const facts = {
    online: 0,
    usual_wait_seconds: null,
    position: 1,
    reopens_at: new Date(Date.now() + 3 * 86_400_000).toISOString(),
  };
  const visitor = await waiting(facts);
  const card = visitor.log.locator('.waiting');
  await card.getByText(/^Nobody is here until \w{3},? \d+:\d\d/).waitFor();
  await visitor.page.getByText('The team is away').waitFor();
  const field = card.getByRole('textbox', {
    name: 'Leave your email and the team can contact you.',
  });
  await field.focus();
  await visitor.page.keyboard.type('nonsense');
  await visitor.page.keyboard.press('Enter');
  await card.getByRole('alert').getByText('That is not an email address.').waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await takePicture(visitor.page, 'waiting-nobody-wrong');
  await field.fill('jörg@bücher.example');
  await visitor.page.keyboard.press('Enter');
  await card.getByText('The team can contact you at jörg@bücher.example.').waitFor();
  await takePicture(visitor.page, 'waiting-nobody-kept');
  await card.getByRole('button', { name: 'Change' }).click();
  await field.waitFor();
  assert.ok(!(await visitor.log.innerText()).includes('Switchboard'), 'the house signs');
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const viewport of [DESKTOP, PHONE]) {
    const locale = viewport === PHONE ? 'es-ES' : 'en-US';
    test(`the card at ${viewport.width} in ${colorScheme}, ${locale}`, async () => {
      const open = { online: 1, usual_wait_seconds: 45, position: 1, reopens_at: null };
      const busy = await waiting(open, { colorScheme, viewport, locale });
      await takePicture(busy.page, `waiting-here-${viewport.width}-${colorScheme}`);
      const shut = { online: 0, usual_wait_seconds: null, position: 1, reopens_at: null };
      const away = await waiting(shut, { colorScheme, viewport, locale });
      await takePicture(away.page, `waiting-nobody-${viewport.width}-${colorScheme}`);
      await checkBarriers(away.page, `widget, waiting for nobody, ${colorScheme}`);
      assert.deepEqual([...busy.errors, ...away.errors], []);
    });
  }
}
