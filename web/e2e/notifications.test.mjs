// What an agent is told of: by a sound and on the desktop in one of several tabs, behind the bell, as they chose, and by
// a push while no page is open.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub, PASSWORD } from './hub.mjs';
import { Agent, collectErrors, openBrowser, PHONE, takePicture, Visitor } from './people.mjs';

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

/** Counts the notes that are played, and keeps what is shown on the desktop.
 * @param {import('playwright-core').BrowserContext} context */
function record(context) {
  return context.addInitScript(() => {
    const page = /** @type {any} */ (window);
    page.heardCount = 0;
    page.shown = [];
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...given) {
      page.heardCount += 1;
      return start.apply(this, given);
    };
    page.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      /** @param {string} title */
      constructor(title) {
        page.shown.push({ title, click: () => /** @type {any} */ (this).onclick() });
      }
      close() {}
    };
  });
}

/** @param {import('playwright-core').Page} page */
const told = (page) =>
  page.evaluate(() => {
    const { heardCount, shown } = /** @type {any} */ (window);
    return [heardCount, shown.map((/** @type {any} */ it) => it.title)];
  });

/** @param {import('playwright-core').Page} page @param {number} count */
const unread = (page, count) =>
  page.getByRole('button', { name: `Notifications, ${count} unread` }).waitFor();

/** A visitor who writes, by the name that the server gave them.
 * @param {string} text */
async function write(text) {
  const visitor = await Visitor.visit(browser, hub);
  await visitor.openChat();
  await visitor.say(text);
  await visitor.sees(text);
  return visitor;
}

test('of several tabs the one that was used last tells, and a click opens the conversation', async () => {
  const agent = await Agent.signIn(browser, hub);
  const context = agent.page.context();
  await record(context);
  await agent.page.reload();
  const first = agent.page;
  const second = await context.newPage();
  const errors = collectErrors(second);
  await second.goto(`${hub.url}/console/inbox`);
  await second.getByRole('button', { name: 'Notifications' }).waitFor();
  await first.locator('body').click({ position: { x: 500, y: 5 } });
  await second.locator('body').click({ position: { x: 500, y: 5 } });

  const visitor = await write('The lamp is dark');
  await Promise.all([unread(first, 1), unread(second, 1)]);
  await second.waitForFunction(() => /** @type {any} */ (window).heardCount === 2);
  const [[firstHeard, firstShown], [, secondShown]] = [await told(first), await told(second)];
  assert.deepEqual([firstHeard, firstShown], [0, []]);
  assert.equal(secondShown.length, 1);
  assert.match(secondShown[0], /^Guest.* waits for a person$/);

  await second.evaluate(() => /** @type {any} */ (window).shown[0].click());
  await second.waitForURL(/\/console\/inbox\/[0-9a-f-]+/);
  await second.getByRole('log').waitFor();
  // Whoever looks at it has seen it.
  await first.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  await second.getByRole('button', { name: 'Take over', exact: true }).click();
  await second.getByRole('textbox', { name: /^Reply to/ }).waitFor();
  await visitor.say('Are you there?');
  await second.getByRole('log').getByText('Are you there?').waitFor();
  await second.goto(`${hub.url}/console/members`);
  await second.getByRole('heading', { name: 'Members' }).waitFor();
  await visitor.say('Hello?');
  await unread(first, 1);
  await first.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await first.getByRole('menuitem', { name: /wrote/ }).getByText('Hello?').waitFor();
  await takePicture(first, 'notifications-bell');
  await first.getByRole('menuitem', { name: 'Mark all as read' }).click();
  await second.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  assert.deepEqual([...agent.errors, ...errors], []);
  await context.close();
});

test('an agent chooses how they are told', async () => {
  const agent = await Agent.signIn(browser, hub, { bypassCSP: true });
  const { page } = agent;
  await record(page.context());
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('menuitem', { name: 'Notifications' }).click();
  const cell = page.getByRole('checkbox', { name: 'A visitor waits for a person: Sound' });
  assert.equal(await cell.isChecked(), true);
  await cell.focus();
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: 'Quiet hours every day' }).check();
  await page.getByLabel('From').fill('21:30');
  await page.getByLabel('Until').fill('06:15');
  await page.getByRole('checkbox', { name: 'All of Saturday and Sunday' }).check();
  await page.getByRole('checkbox', { name: 'Email me once a day' }).check();
  await page.getByLabel('At', { exact: true }).selectOption('17:00');
  await checkBarriers(page, 'notification choices');
  await takePicture(page, 'notification-choices');

  await page.reload();
  await cell.waitFor();
  assert.equal(await cell.isChecked(), false);
  assert.equal(await page.getByLabel('From').inputValue(), '21:30');
  assert.equal(await page.getByLabel('Until').inputValue(), '06:15');
  assert.equal(await page.getByLabel('At', { exact: true }).inputValue(), '17');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.waitForFunction(() => /** @type {any} */ (window).heardCount === 6);
  const volume = page.getByRole('slider', { name: 'Volume of sounds' });
  await volume.focus();
  await page.keyboard.press('Home');
  await page.getByText('Off', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Call', exact: true }).isDisabled(), true);
  await page.keyboard.press('End');

  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize(PHONE);
  await checkBarriers(page, 'notification choices on a phone');
  await takePicture(page, 'notification-choices-phone');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${width}`);
  await page.evaluate(() => localStorage.setItem('switchboard:console:language', 'es'));
  await page.reload();
  await page.getByRole('checkbox', { name: 'Una visita espera a una persona: Sonido' }).waitFor();
  await takePicture(page, 'notification-choices-phone-es');
  assert.deepEqual(agent.errors, []);
  await page.context().close();
});

test('a browser takes pushes, shows them and opens what they are about', async () => {
  const agent = await Agent.signIn(browser, hub, { permissions: ['notifications'] });
  const { page } = agent;
  const context = page.context();
  // A browser without its maker's services has no push service.
  await page.addInitScript(() => {
    const subscription = {
      unsubscribe: async () => true,
      toJSON: () => ({
        endpoint: 'https://push.example/1',
        keys: {
          p256dh:
            'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      }),
    };
    PushManager.prototype.subscribe = async () => /** @type {any} */ (subscription);
    PushManager.prototype.getSubscription = async () => null;
    Notification.requestPermission = async () => 'granted';
  });
  await page.goto(`${hub.url}/console/notifications`);
  await page.getByRole('button', { name: 'Turn on in this browser' }).click();
  await page.getByText(/\(this one\)/).waitFor();
  await page.getByText(/shows notifications even while no page/).waitFor();
  await takePicture(page, 'notification-push');
  await page.goto(`${hub.url}/console/members`);

  const session = await context.newCDPSession(page);
  const registered = new Promise((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find((it) => it.scopeURL.endsWith('/console/'));
      if (own) resolve(own.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = /** @type {string} */ (await registered);
  await write('Ring me, please');
  const { items } = await hub.call('GET', '/conversations?limit=1');
  const { id } = items[0];
  const push = { id: 'n1', kind: 'call', name: 'Ana', conversation_id: id, seq: 1, locale: 'es' };
  await session.send('ServiceWorker.deliverPushMessage', {
    origin: hub.url,
    registrationId,
    data: JSON.stringify(push),
  });
  await page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const shown = (await registration?.getNotifications()) ?? [];
    return shown.length === 1 && shown[0].title === 'Ana está llamando';
  });
  const worker = context.serviceWorkers().find((it) => it.url().endsWith('/push-worker.js'));
  assert.ok(worker, 'the worker runs');
  await worker.evaluate(async () => {
    const own = /** @type {any} */ (self);
    const [notification] = await own.registration.getNotifications();
    own.dispatchEvent(new own.NotificationEvent('notificationclick', { notification }));
  });
  await page.waitForURL(`**/console/inbox/${id}?at=1`);

  await page.goto(`${hub.url}/console/notifications`);
  const off = page.getByRole('button', { name: 'Turn off in this browser' });
  await off.waitFor();

  // Signing out ends it, and the next sign-in goes on with it.
  const signOut = () =>
    page.evaluate(() =>
      fetch('/api/v1/auth/logout', { method: 'POST', headers: { 'x-requested-with': 'test' } }),
    );
  const signIn = async () => {
    await page.goto(`${hub.url}/console/login`);
    await page.locator('input[name=email]').fill('ana@example.com');
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('button[type=submit]').click();
    await page.waitForURL('**/console/inbox');
    await page.goto(`${hub.url}/console/notifications`);
  };
  await signOut();
  await signIn();
  await off.waitFor();
  await off.click();
  await page.getByRole('button', { name: 'Turn on in this browser' }).waitFor();
  assert.deepEqual((await hub.call('GET', '/notifications/push')).browsers, []);
  assert.deepEqual(agent.errors, []);
  await context.close();
});
