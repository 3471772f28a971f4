// Tools, webhooks and submissions: set up, tried out and marked in the console.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { freePort, Hub } from './hub.mjs';
import { Agent, DESKTOP, openBrowser, PHONE, takePicture } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('node:http').Server} */
let receiver;
let receiverUrl = '';
/** @type {{ path: string, signature: string, body: Record<string, any> }[]} */
const received = [];
const news = new EventEmitter();

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
  const port = await freePort();
  receiverUrl = `http://127.0.0.1:${port}`;
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const signature = String(request.headers['x-switchboard-signature']);
      received.push({ path: request.url ?? '', signature, body: JSON.parse(text) });
      news.emit('received');
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ found: true, status: 'shipped' }));
    });
  });
  await new Promise((resolve) => receiver.listen(port, '127.0.0.1', () => resolve(null)));
});

after(async () => {
  await browser?.close();
  receiver?.close();
  await hub?.stop();
});

/** @param {string} place @param {import('playwright-core').BrowserContextOptions} [options] */
async function open(place, options = {}) {
  const agent = await Agent.signIn(browser, hub, { name: 'demo', ...options });
  await agent.page.goto(`${hub.url}/console/${place}`);
  await agent.page.getByRole('heading', { level: 1 }).waitFor();
  return agent;
}

test('a tool gets an address, shows its secret once, and is tried out', async () => {
  const agent = await open('tools');
  const { page } = agent;
  const row = page
    .getByTestId('tools')
    .getByRole('listitem')
    .filter({ hasText: 'get_order_status' });
  await row.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('combobox', { name: 'The assistant may use it' }).selectOption('true');
  await page.getByRole('textbox', { name: 'Address' }).fill(`${receiverUrl}/order`);
  await page.getByRole('button', { name: 'Save' }).click();

  await page.getByRole('dialog', { name: 'The secret' }).waitFor();
  await takePicture(page, 'connections-tool-secret');
  const secret = await page.getByRole('dialog').locator('code').innerText();
  assert.ok(secret.length >= 16);
  await page.keyboard.press('Escape');
  await row.getByText('In use').waitFor();
  assert.ok(!(await page.content()).includes(secret), 'the secret is gone');

  await row.getByRole('button', { name: 'Test' }).click();
  const box = page.getByRole('dialog').getByRole('textbox');
  await box.fill('[1]');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('This is no JSON object').waitFor();
  await box.fill('{"order_number": "4711"}');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByText(/ms, 1 try/)
    .waitFor();
  await takePicture(page, 'connections-tool-test');
  const posted = received.find((it) => it.path === '/order');
  assert.equal(posted?.body.test, true);
  assert.deepEqual(posted?.body.arguments, { order_number: '4711' });

  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.getByText(/ms, 1 try/).waitFor();
  assert.deepEqual(agent.errors, []);
});

test('a webhook is added, tested, delivered and sent again', async () => {
  const agent = await open('webhooks');
  const { page } = agent;
  await page.getByText('No webhooks yet').waitFor();
  await takePicture(page, 'connections-webhooks-empty');
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByRole('textbox', { name: 'Address' }).fill(`${receiverUrl}/hook`);
  await page.getByRole('checkbox', { name: 'A conversation begins' }).check();
  await takePicture(page, 'connections-webhook-new');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'The secret' }).waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Send a test' }).click();
  await page.getByRole('tab', { name: 'Deliveries' }).click();
  await arrives(1);
  await delivered(page, 1);
  await page.getByRole('button', { name: 'Send again' }).first().click();
  await arrives(2);
  await delivered(page, 2);
  await takePicture(page, 'connections-deliveries');
  const [first, second] = received.filter((it) => it.path === '/hook');
  assert.equal(first?.body.event, 'webhook.test');
  assert.equal(first?.body.id, second?.body.id);
  assert.match(String(first?.signature), /^sha256=[0-9a-f]{64}$/);

  await page.getByRole('tab', { name: 'Webhooks' }).click();
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No webhooks yet').waitFor();
  assert.deepEqual(agent.errors, []);
});

/** @param {number} count */
async function arrives(count) {
  const patience = AbortSignal.timeout(20_000);
  while (received.filter((it) => it.path === '/hook').length < count) {
    await once(news, 'received', { signal: patience });
  }
}

/** The list is asked for again by itself while something in it is on its way.
 * @param {import('playwright-core').Page} page @param {number} count */
function delivered(page, count) {
  return page
    .locator('main li')
    .getByText('Delivered', { exact: true })
    .nth(count - 1)
    .waitFor();
}

test('a submission is marked as done and moves to its tab', async () => {
  const enquiry = {
    name: 'Eva',
    email: 'eva@example.com',
    subject: 'Lamps for a hotel',
    message: 'Forty of them, please.',
  };
  await hub.call('POST', '/tools/send_enquiry/test', { arguments: enquiry });
  const agent = await open('submissions');
  const { page } = agent;
  const row = page.getByRole('article').filter({ hasText: 'Lamps for a hotel' });
  await row.waitFor();
  await takePicture(page, 'connections-submissions');
  await row.getByRole('button', { name: 'Mark as done' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Done' }).click();
  await row.getByRole('button', { name: 'Open again' }).waitFor();
  assert.deepEqual(agent.errors, []);
});

test('the pages fit both themes, widths and languages', async () => {
  for (const place of ['tools', 'webhooks', 'submissions', 'calls']) {
    for (const viewport of [DESKTOP, PHONE]) {
      const isPhone = viewport === PHONE;
      const colorScheme = isPhone ? 'light' : 'dark';
      const agent = await open(place, {
        viewport,
        colorScheme,
        locale: isPhone ? 'es-ES' : 'en-US',
      });
      await agent.page.waitForFunction(() => !document.querySelector('main .animate-spin'));
      await takePicture(agent.page, `connections-${place}-${viewport.width}-${colorScheme}`);
      const over = await agent.page.evaluate(
        () => document.documentElement.scrollWidth - innerWidth,
      );
      assert.ok(over <= 0, `${place} is ${over} px too wide`);
      assert.deepEqual(agent.errors, []);
      await agent.page.context().close();
    }
  }
});
