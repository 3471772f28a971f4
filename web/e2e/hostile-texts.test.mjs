// A hundred hostile texts in names, attributes, titles, messages, forms and cards, by the page and by the wire: in the
// widget and in the console they are texts, and nothing else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { mustRunNothing, mustStayText, PAYLOADS, prepareTrap } from './payloads.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

const BATCH = 25;
const NAME_CHARS = 120;
/** What no text of the wire may hold is refused; all others are taken as they are. */
const isText = (/** @type {string} */ it) =>
  !it.includes('\0') && it === Buffer.from(it).toString();
const TEXTS = PAYLOADS.filter(isText);
const cut = (/** @type {string} */ it, /** @type {number} */ chars) =>
  [...it].slice(0, chars).join('');

/** Names are one line. */
const nameOf = (/** @type {string} */ it) => cut(it.replaceAll('\n', ' '), NAME_CHARS);

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

/** As a visitor, by the wire.
 * @param {string} path @param {unknown} body @param {string} [token] */
async function post(path, body, token) {
  const response = await fetch(`${hub.url}/api/v1/widget${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** A visitor who says all of it by the wire: name, attribute, title of the page, message, form.
 * @param {string} text @param {string} [title] */
async function comeByWire(text, title = text) {
  const page = { url: 'https://shop.example/', title: cut(title, 300), referrer: '' };
  const { body } = await post('/sessions', { channel_key: hub.channel_key, page });
  const token = body.visitor_token;
  const known = await post(
    '/profile',
    { name: nameOf(text), attributes: { said: cut(text, 500) } },
    token,
  );
  const { session } = (await post('/conversations', {}, token)).body;
  const said = await post(`/conversations/${session.id}/messages`, { content: text }, token);
  const form = {
    name: nameOf(text),
    email: 'a@example.com',
    message: text,
    consents: [text],
  };
  const sent = await post('/submissions', form, token);
  return [known.status, said.status, sent.status];
}

/** What the demo's owner sets, once for each batch: all that the widget says of itself.
 * @param {string[]} texts */
function setTexts(texts) {
  const some = texts.map((it) => it.replaceAll('\n', ' '));
  const options = some.slice(10).map((it) => cut(it, 100));
  const fields = some.slice(0, 10).map((it, at) => ({
    name: `field_${at}`,
    type: ['text', 'choice', 'consent'][at % 3],
    label: cut(it, 100),
    required: false,
    options: at % 3 === 1 ? [...new Set(options)] : [],
    link: null,
  }));
  return hub.call('PATCH', '/settings', {
    settings: {
      widget_greeting: cut(some.join(' '), 500),
      offline_text: cut(some.join(' '), 500),
      launcher_label: cut(some[0] ?? '', 60),
      assistant_name: cut(some[1] ?? '', 100),
      welcome_questions: some.slice(0, 6).map((it) => cut(it, 200)),
      prechat_form: { title: cut(some[2] ?? '', 100), fields },
    },
  });
}

test('a hundred hostile texts stay texts, in the widget and in the console', async () => {
  assert.equal(PAYLOADS.length, 100);
  for (const text of PAYLOADS.filter((it) => !isText(it))) {
    assert.deepEqual(await comeByWire(text, 'a title'), [400, 400, 400], text);
  }
  for (let from = 0; from < TEXTS.length; from += 10) {
    const answers = await Promise.all(TEXTS.slice(from, from + 10).map((it) => comeByWire(it)));
    assert.deepEqual(
      answers.flat().filter((status) => status >= 300),
      [],
    );
  }

  const console = await Agent.signIn(browser, hub, { name: 'demo' });
  await console.page.context().addInitScript(() => {
    const trapped = /** @type {unknown[]} */ ([]);
    Object.assign(window, { trapped, alert: (/** @type {unknown} */ it) => trapped.push(it) });
  });
  for (let from = 0; from < TEXTS.length; from += BATCH) {
    await meet(TEXTS.slice(from, from + BATCH), from, console);
  }
  await console.page.goto(`${hub.url}/console/submissions`);
  // The newest of a hundred, which came ten at once: which of the names is the last is not known.
  await console.page.getByText(/Ana </).first().waitFor();
  await mustStayText(console.page);
  assert.deepEqual(console.errors, []);
});

/** A visitor in a browser, whose page says all of it, and the agent who answers with cards.
 * @param {string[]} some @param {number} from @param {Agent} agent */
async function meet(some, from, agent) {
  await setTexts(some);
  const visitor = await Visitor.visit(browser, hub, { prepare: prepareTrap });
  const { page } = visitor;
  const mark = `batch ${from}`;
  await page.evaluate(
    (title) => {
      document.title = title;
    },
    cut(some.join(' '), 900),
  );
  await page.evaluate(
    (attributes) => /** @type {any} */ (window).Switchboard('setCustomAttributes', attributes),
    Object.fromEntries(some.slice(0, 15).map((it, at) => [`a${at}`, cut(it, 300)])),
  );
  await page.locator('#switchboard-chat .launcher').click();
  await page.locator('#switchboard-chat .form .strong').waitFor();
  await mustRunNothing(page);
  for (const [at, field] of (
    await page.locator('#switchboard-chat .form textarea').all()
  ).entries()) {
    await field.fill(some[at] ?? '');
  }
  await page.locator('#switchboard-chat .form .strong').click();
  await visitor.composer.waitFor();
  const opened = page.waitForResponse('**/widget/conversations');
  await page.evaluate((text) => /** @type {any} */ (window).Switchboard('sendMessage', text), mark);
  const { session } = await (await opened).json();
  await hub.call('POST', `/conversations/${session.id}/takeover`, {});
  for (let at = 0; at < some.length; at += 10) {
    const cards = some.slice(at, at + 10).map((it) => ({
      title: cut(it, 200),
      text: it,
      price: cut(it, 50),
      button: cut(it, 50),
      url: 'https://shop.example/lamp',
    }));
    const content = some.slice(at, at + 10).join('\n\n');
    await hub.call('POST', `/conversations/${session.id}/messages`, {
      content,
      metadata: { cards },
    });
  }
  const products = visitor.log.getByRole('list', { name: 'Products' });
  await products.nth(2).waitFor();
  await mustRunNothing(page);
  await takePicture(page, `hostile-widget-${from}`);

  await agent.page.goto(`${hub.url}/console/inbox/${session.id}`);
  await agent.log.getByRole('list', { name: 'Products' }).nth(2).waitFor();
  await agent.page.getByText('a14', { exact: true }).waitFor();
  await mustStayText(agent.page);
  await takePicture(agent.page, `hostile-console-${from}`);
  assert.deepEqual(visitor.errors, []);
  await page.context().close();
}
