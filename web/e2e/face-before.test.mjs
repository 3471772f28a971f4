// Before the first word: who is there, the forms, and the choice between the assistant and a person.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { changeChannel, CLOSED, FORM, refuse } from './look.mjs';
import { mustRunNothing, PAYLOADS, prepareTrap } from './payloads.mjs';
import { openBrowser, takePicture, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** @param {Record<string, unknown>} look what the owner has set @param {object} [options] */
async function visit(look, options = {}) {
  await hub.setUp(look);
  const visitor = await Visitor.visit(browser, hub, { prepare: prepareTrap, ...options });
  await visitor.page.locator('#switchboard-chat .launcher').click();
  return visitor;
}

/** To whom the hub says something else than is so.
 * @param {Record<string, unknown>} change */
function visitChanged(change) {
  return visit(
    {},
    {
      prepare: async (/** @type {import('playwright-core').Page} */ page) => {
        await prepareTrap(page);
        await changeChannel(page, change);
      },
    },
  );
}

test('what is said of who is there is true', async () => {
  const facts = { online: 2, is_open: true, reopens_at: null, usual_wait_seconds: 130 };
  const cases = [
    [facts, 'We usually answer in 2 minutes'],
    [{ ...facts, usual_wait_seconds: null }, 'We are here now'],
    [{ ...facts, online: 0 }, 'The team is away'],
    [{ ...facts, is_open: false }, 'The team is away'],
  ];
  for (const [availability, text] of cases) {
    const visitor = await visitChanged({ availability });
    await visitor.log.getByText(String(text)).waitFor();
    await visitor.page.context().close();
  }
  const reopens = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const visitor = await visitChanged({
    availability: { ...facts, is_open: false, reopens_at: reopens },
  });
  await visitor.log.getByText(/^Back \w{3}/).waitFor();
});

test('a visitor chooses the assistant, or a person', async () => {
  const first = await visit({ first_choice: true });
  await first.page.getByRole('button', { name: 'Ask the assistant' }).click();
  await first.page.getByRole('button', { name: 'What are your opening hours?' }).waitFor();

  const second = await visit({ first_choice: true });
  await second.page.getByRole('button', { name: 'Talk to a person' }).click();
  await second.log.getByText('You asked for a person').waitFor();
  assert.deepEqual(second.errors, []);
});

test('a person who cannot be asked for is told of', async () => {
  const visitor = await visit(
    { first_choice: true },
    {
      prepare: (/** @type {import('playwright-core').Page} */ page) =>
        refuse(page, 'handoff:request', 'rate_limited'),
    },
  );
  await visitor.page.getByRole('button', { name: 'Talk to a person' }).click();
  await visitor.page.getByText('That did not work. Please try again.').first().waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('a film that does not move by itself can be reached', async () => {
  for (const isStill of [true, false]) {
    const visitor = await visit(
      { widget_video: 'https://films.example/film.mp4' },
      {
        reducedMotion: isStill ? 'reduce' : 'no-preference',
        // It never comes, and so does not fail.
        prepare: (/** @type {import('playwright-core').Page} */ page) =>
          page.route('**/film.mp4', () => {}),
      },
    );
    const film = visitor.page.locator('#switchboard-chat video');
    await film.waitFor();
    assert.equal((await film.getAttribute('aria-hidden')) === 'true', !isStill);
    assert.equal(await film.evaluate((it) => /** @type {any} */ (it).controls), isStill);
    await visitor.page.context().close();
  }
});

test('the form comes before the first word, says what is wrong, and is asked once', async () => {
  const visitor = await visit({ prechat_form: FORM });
  const { page } = visitor;
  const form = page.locator('#switchboard-chat .form');
  const start = form.getByRole('button', { name: 'Start the chat' });
  await start.waitFor();
  assert.equal(await visitor.composer.count(), 0);
  await start.click();
  assert.equal(await form.locator('[aria-invalid=true]').count(), 4);
  await takePicture(page, 'face-prechat');

  await form.getByLabel('Your name').fill('Ana');
  await form.getByLabel('Email').fill('ana@');
  await form.getByLabel('What is it about?').selectOption('A product');
  await form.getByLabel('I have read').check();
  await start.click();
  await form.getByText('That is not an email address.').waitFor();
  await form.getByLabel('Email').fill('ana@example.com');
  const sent = page.waitForRequest('**/widget/profile');
  await form.getByLabel('Email').press('Enter');
  assert.deepEqual((await sent).postDataJSON(), {
    name: 'Ana',
    email: 'ana@example.com',
    attributes: { topic: 'A product', terms: true },
  });
  await visitor.composer.waitFor();

  await page.reload();
  await visitor.openChat();
  assert.equal(await form.count(), 0);
  assert.deepEqual(visitor.errors, []);
});

test('out of hours a message can be left, and the chat stays open to whoever wants it', async () => {
  const change = { hours: CLOSED, offline_text: 'Closed.' };
  // Where an assistant answers at all hours the form is offered; else it comes first.
  const assisted = await visit(change);
  await assisted.page.getByRole('button', { name: 'Leave us a message' }).click();
  await assisted.page.locator('#switchboard-chat .form').waitFor();

  const visitor = await visit({ ...change, assistant: false });
  const { page } = visitor;
  const form = page.locator('#switchboard-chat .form');
  await form.getByLabel('Your email address').fill('ana@example.com');
  await form.getByLabel('Your message').fill('Please call me.');
  await form.getByRole('button', { name: 'Send the message' }).click();
  await page.getByText('Thank you. We will write to ana@example.com.').waitFor();
  await takePicture(page, 'face-offline-sent');
  const { items } = await hub.call('GET', '/submissions');
  assert.ok(
    items.some((/** @type {{ body: string }} */ it) => it.body.includes('Please call me.')),
  );
  await page.getByRole('button', { name: 'Write in the chat instead' }).click();
  await visitor.composer.waitFor();
  assert.deepEqual(visitor.errors, []);
});

test('what is written into a form outlives the panel and the page, until it is sent', async () => {
  const visitor = await visit({ hours: CLOSED, assistant: false });
  const { page } = visitor;
  const launcher = page.locator('#switchboard-chat .launcher');
  const message = page.locator('#switchboard-chat .form').getByLabel('Your message');
  await message.fill('A long message');
  await message.press('Escape');
  await launcher.click();
  assert.equal(await message.inputValue(), 'A long message');
  await page.getByRole('button', { name: 'Close chat' }).click();
  await launcher.click();
  assert.equal(await message.inputValue(), 'A long message');
  await visitor.pick('Earlier conversations');
  await page.getByText('There are no earlier conversations.').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  assert.equal(await message.inputValue(), 'A long message');
  await page.reload();
  await message.waitFor();
  assert.equal(await message.inputValue(), 'A long message');

  // Another tab of the visitor begins to talk: who writes a message goes on writing it.
  const other = await page.context().newPage();
  await other.goto(page.url());
  const talk = new Visitor(other, []);
  await other.locator('#switchboard-chat .launcher').click();
  await other.getByRole('button', { name: 'Write in the chat instead' }).click();
  await talk.say('From another tab');
  await talk.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  await page.bringToFront();
  await message.fill('A longer message');
  await page.getByLabel('Your email address').fill('ana@example.com');
  await page.getByRole('button', { name: 'Send the message' }).click();
  await page.getByText('Thank you. We will write to ana@example.com.').waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.ok(!kept.includes('A longer message'), kept);
  await page.getByRole('button', { name: 'Write in the chat instead' }).click();
  await visitor.sees('From another tab');
  assert.deepEqual(visitor.errors, []);
});

test('who rather writes in the chat is not asked for a message again', async () => {
  const visitor = await visit({ hours: CLOSED, assistant: false });
  const { page } = visitor;
  await page.getByRole('button', { name: 'Write in the chat instead' }).click();
  await visitor.composer.press('Escape');
  await visitor.openChat();
  assert.equal(await page.locator('#switchboard-chat .form').count(), 0);
  assert.deepEqual(visitor.errors, []);
});

test('a name from the form is the author’s from the first word on', async () => {
  const visitor = await visit({ prechat_form: FORM });
  const { page } = visitor;
  await page.evaluate(() => {
    const authors = /** @type {string[]} */ ([]);
    Object.assign(window, { authors });
    /** @type {any} */ (window).Switchboard.on('message', (/** @type {any} */ it) => {
      if (it.role === 'visitor') authors.push(it.author.name);
    });
  });
  const form = page.locator('#switchboard-chat .form');
  await form.getByLabel('Your name').fill('Ana Núñez');
  await form.getByLabel('Email').fill('ana@example.com');
  await form.getByLabel('What is it about?').selectOption('An order');
  await form.getByLabel('I have read').check();
  await form.locator('.strong').click();
  await visitor.composer.waitFor();
  await visitor.say('It is me');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  assert.deepEqual(await page.evaluate('authors'), ['Ana Núñez']);
  assert.deepEqual(visitor.errors, []);
});

test('a form that the hub cannot take in whole says so and lets the visitor through', async () => {
  const visitor = await visit({ prechat_form: FORM });
  const { page } = visitor;
  const form = page.locator('#switchboard-chat .form');
  await form.waitFor();
  // The page has used up the room that attributes have.
  const answered = page.waitForResponse('**/widget/profile');
  const full = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`of_the_page_${at}`, at]));
  await page.evaluate(
    (it) => /** @type {any} */ (window).Switchboard.setCustomAttributes(it),
    full,
  );
  assert.equal((await answered).status(), 200);

  await form.getByLabel('Your name').fill('Ana');
  await form.getByLabel('Email').fill('ana@example.com');
  await form.getByLabel('What is it about?').selectOption('An order');
  await form.getByLabel('I have read').check();
  await form.locator('.strong').click();
  await form.getByText('a visitor has at most 50 attributes').waitFor();
  await form.locator('.strong').click();
  await visitor.composer.waitFor();
  const token = await page.evaluate(
    (key) => localStorage.getItem(`switchboard:token:${key}`),
    hub.channel_key,
  );
  const response = await fetch(`${hub.url}/api/v1/widget/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: new URL(page.url()).origin },
    body: JSON.stringify({ channel_key: hub.channel_key, visitor_token: token }),
  });
  const { visitor: known } = await response.json();
  assert.equal(known.name, 'Ana');
  assert.equal(known.email, 'ana@example.com');
  assert.deepEqual(visitor.errors, []);
});

test('the chat is as its owner set it up, and what the form asks is known to agents', async () => {
  const look = {
    widget_color: '#7a1f5c',
    widget_language: 'he',
    widget_position: 'bottom-left',
    widget_theme: 'dark',
    widget_greeting: 'ברוכים הבאים',
    launcher_label: 'שאלות?',
    prechat_form: FORM,
  };
  await hub.setUp(look);
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  const answered = page.waitForResponse('**/api/v1/widget/sessions');
  await page.locator('#switchboard-chat .launcher').click();
  const session = await (await answered).json();
  const panel = page.locator('#switchboard-chat .panel[dir=rtl]');
  await panel.waitFor();
  await panel.getByText('ברוכים הבאים').waitFor();
  // At the left, once it has come to rest.
  await page.waitForFunction(() => {
    const host = document.querySelector('#switchboard-chat');
    return host?.shadowRoot?.querySelector('.panel')?.getBoundingClientRect().x === 20;
  });
  assert.equal(await page.locator('#switchboard-chat').getAttribute('data-theme'), 'dark');
  const header = page.locator('#switchboard-chat .header');
  const color = await header.evaluate((it) => getComputedStyle(it).backgroundColor);
  assert.equal(color, 'rgb(122, 31, 92)');
  const form = page.locator('#switchboard-chat .form');
  await form.getByLabel('Your name').fill('Ana Núñez');
  await form.getByLabel('Email').fill('ana@example.com');
  await form.getByLabel('What is it about?').selectOption('An order');
  await form.getByLabel('I have read').check();
  await takePicture(page, 'face-set-up');
  await form.locator('.strong').click();
  await visitor.composer.waitFor();
  const { visitor: known } = await hub.call('GET', `/visitors/${session.visitor.id}`);
  assert.equal(known.name, 'Ana Núñez');
  assert.equal(known.email, 'ana@example.com');
  assert.deepEqual(known.attributes, { topic: 'An order', terms: true });
  assert.deepEqual(visitor.errors, []);
});

test('a hundred payloads in names, labels, questions and fields are only text', async () => {
  const fields = PAYLOADS.slice(0, 20).map((it, at) => ({
    name: `field_${at}`,
    type: at % 5 === 4 ? 'consent' : at % 5 === 3 ? 'choice' : 'text',
    label: it,
    required: false,
    options: PAYLOADS.slice(20, 26),
    link: it,
  }));
  for (let from = 0; from < PAYLOADS.length; from += 25) {
    const some = PAYLOADS.slice(from, from + 25);
    const text = some.join(' ').slice(0, 900);
    const visitor = await visitChanged({
      name: some[0],
      greeting: text,
      offline_text: text,
      launcher_label: some[1],
      welcome: { picture: some[2], video: null, questions: some },
      prechat_form: { title: some[3], fields },
      assistant: { name: some[4], picture: null },
      color: some[5],
      position: some[6],
      theme: some[7],
      locale: some[8],
    });
    const { page } = visitor;
    await page.locator('#switchboard-chat .form .strong').waitFor();
    await mustRunNothing(page);
    const links = await page
      .locator('#switchboard-chat .form a')
      .evaluateAll((all) => all.map((it) => /** @type {HTMLAnchorElement} */ (it).protocol));
    for (const protocol of links) assert.match(protocol, /^https?:$/);
    for (const [at, payload] of some.slice(0, 3).entries()) {
      await page.locator('#switchboard-chat .form textarea').nth(at).fill(payload);
    }
    const sent = page.waitForRequest('**/widget/profile');
    await page.locator('#switchboard-chat .form .strong').click();
    await sent;
    await visitor.composer.waitFor();
    await mustRunNothing(page);
    await takePicture(page, `face-payloads-${from}`);
    assert.deepEqual(visitor.errors, []);
    await page.context().close();
  }
});
