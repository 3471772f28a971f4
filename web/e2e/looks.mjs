// How every state looks: narrow and wide, light and dark, in English, Spanish and Hebrew; nothing keeps people out, and
// nothing is wider than the screen.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBarriers } from './barriers.mjs';
import { Hub } from './hub.mjs';
import { CLOSED, FORM } from './look.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 800 };
/** Each theme and each width once; the other two pairs on demand, with LOOKS=all.
 * @type {['light' | 'dark', { width: number, height: number }][]} */
const SCREENS = [
  ['light', NARROW],
  ['dark', WIDE],
];
if (process.env.LOOKS === 'all') SCREENS.push(['light', WIDE], ['dark', NARROW]);
const HOST = '#switchboard-chat';

/** @typedef {(visitor: Visitor) => Promise<void>} Act */

/** @param {Visitor} visitor */
async function talk(visitor) {
  await visitor.openChat();
  await visitor.say('What are your opening hours?');
  await visitor.page.locator(`${HOST} .vote`).first().waitFor();
}

/** @param {Visitor} visitor */
async function end(visitor) {
  await visitor.page.locator(`${HOST} .tool.menu`).click();
  await visitor.page.getByRole('menuitem').last().click();
  await visitor.page.getByRole('alertdialog').waitFor();
}

/** By name: what the owner has set, and how one gets there.
 * @type {Record<string, [change: Record<string, unknown>, act: Act]>} */
const STATES = {
  welcome: [{}, (visitor) => visitor.openChat()],
  prechat: [
    { prechat_form: FORM },
    async ({ page }) => {
      await page.locator(`${HOST} .launcher`).click();
      await page.locator(`${HOST} .form .strong`).click();
      await page.locator(`${HOST} [aria-invalid=true]`).first().waitFor();
    },
  ],
  offline: [
    { assistant: false, hours: CLOSED },
    async ({ page }) => {
      await page.locator(`${HOST} .launcher`).click();
      await page.locator(`${HOST} .form .strong`).waitFor();
    },
  ],
  talk: [{}, talk],
  menu: [
    {},
    async (visitor) => {
      await talk(visitor);
      await visitor.page.locator(`${HOST} .tool.menu`).click();
      await visitor.page.getByRole('menu').waitFor();
    },
  ],
  emoji: [
    {},
    async (visitor) => {
      await visitor.openChat();
      await visitor.page.locator(`${HOST} .pick`).first().click();
      await visitor.page.locator(`${HOST} .emoji`).waitFor();
    },
  ],
  ending: [
    {},
    async (visitor) => {
      await talk(visitor);
      await end(visitor);
    },
  ],
  ended: [
    {},
    async (visitor) => {
      await talk(visitor);
      await end(visitor);
      await visitor.page.locator(`${HOST} .dialog .strong`).click();
      await visitor.page.locator(`${HOST} .rating label`).nth(3).click();
    },
  ],
  past: [
    {},
    async (visitor) => {
      await talk(visitor);
      await visitor.page.locator(`${HOST} .tool.menu`).click();
      await visitor.page.getByRole('menuitem').nth(-4).click();
      await visitor.page.locator(`${HOST} .past li`).waitFor();
    },
  ],
  copy: [
    {},
    async (visitor) => {
      await talk(visitor);
      await visitor.page.locator(`${HOST} .tool.menu`).click();
      await visitor.page.getByRole('menuitem').nth(-2).click();
      await visitor.page.locator(`${HOST} .dialog .field`).waitFor();
    },
  ],
};

/** Makes the tests of one language.
 * @param {string} locale */
export function lookAt(locale) {
  /** @type {Hub} */
  let hub;
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    // It can mail, and somebody of the team is there.
    hub = await Hub.startDemo(['--smtp-url', 'smtp://127.0.0.1:9']);
    browser = await openBrowser();
    await Agent.signIn(browser, hub, { name: 'demo' });
  });
  after(async () => {
    await browser?.close();
    await hub?.stop();
  });
  for (const [colorScheme, viewport] of SCREENS) {
    const where = `${locale.slice(0, 2)}-${colorScheme}-${viewport.width}`;
    test(`every state looks right and is open to all: ${where}`, async () => {
      for (const [name, [look, act]] of Object.entries(STATES)) {
        await hub.setUp(look);
        const visitor = await Visitor.visit(browser, hub, {
          locale,
          colorScheme,
          viewport,
          bypassCSP: true,
        });
        await act(visitor);
        await takePicture(visitor.page, `face-${name}-${where}`);
        await check(visitor, locale, `${name}, ${where}`);
        await visitor.page.context().close();
      }
    });
  }
}

/** @param {Visitor} visitor @param {string} locale @param {string} where */
async function check({ page, errors }, locale, where) {
  await checkBarriers(page, where);
  const panel = page.locator(`${HOST} .panel`);
  assert.equal(await panel.getAttribute('dir'), locale === 'he-IL' ? 'rtl' : 'ltr', where);
  const excess = await panel.evaluate((it) => it.scrollWidth - it.clientWidth);
  assert.equal(excess, 0, `${where} is too wide`);
  // A word that was not found is shown by its key.
  assert.doesNotMatch(await panel.innerText(), /^[a-z]+\.[a-z]+(\.[a-z]+)?$/im, where);
  assert.deepEqual(errors, [], where);
}
