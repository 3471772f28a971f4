// By keyboard alone: whatever has the focus and goes, the focus moves on to what stays, and Escape closes the panel.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { openBrowser, Visitor } from './people.mjs';

/** @type {Hub} */
let hub;
/** @type {import('playwright-core').Browser} */
let browser;

const PLAIN = { required: true, options: [], link: null };
const SETTINGS = {
  prechat_form: { title: null, fields: [{ ...PLAIN, name: 'name', type: 'name', label: 'Name' }] },
  first_choice: true,
};

before(async () => {
  hub = await Hub.startDemo();
  browser = await openBrowser();
  await hub.call('PATCH', '/settings', { settings: SETTINGS });
});

after(async () => {
  await browser?.close();
  await hub?.stop();
});

/** What has the focus, waited for.
 * @param {Visitor} visitor @param {string} selector */
async function focused({ page }, selector) {
  await page
    .waitForFunction((wanted) => {
      const root = document.getElementById('switchboard-chat')?.shadowRoot;
      return root?.activeElement?.matches(wanted);
    }, selector)
    .catch(async () => {
      const at = await page.evaluate(
        () => document.getElementById('switchboard-chat')?.shadowRoot?.activeElement?.outerHTML,
      );
      assert.fail(`the focus is not on ${selector} but on ${at}`);
    });
}

/** Presses Tab until it is reached, then acts.
 * @param {Visitor} visitor @param {string} selector @param {string} [key] */
async function reach({ page }, selector, key = 'Enter') {
  await page.locator(`#switchboard-chat ${selector}`).first().waitFor();
  for (let left = 30; left > 0; left -= 1) {
    const isThere = await page.evaluate(
      (wanted) =>
        document.getElementById('switchboard-chat')?.shadowRoot?.activeElement?.matches(wanted),
      selector,
    );
    if (isThere) return page.keyboard.press(key);
    await page.keyboard.press('Tab');
  }
  return assert.fail(`${selector} cannot be reached by Tab`);
}

/** The panel closes, and opens again where it was.
 * @param {Visitor} visitor */
async function closeAndOpen(visitor) {
  await visitor.page.keyboard.press('Escape');
  await visitor.panel.waitFor({ state: 'detached' });
  await focused(visitor, '.launcher');
  await visitor.page.keyboard.press('Enter');
  await visitor.panel.waitFor();
}

test('what comes late gets the focus, and is not given it by a click into the log', async () => {
  /** @type {() => void} */
  let answer = () => {};
  const mayAnswer = new Promise((resolve) => {
    answer = () => resolve(null);
  });
  const visitor = await Visitor.visit(browser, hub, {
    prepare: async (page) => {
      await page.route('**/api/v1/widget/sessions', async (route) => {
        await mayAnswer;
        await route.continue();
      });
    },
  });
  const { page } = visitor;
  await page.locator('#switchboard-chat .launcher').press('Enter');
  await focused(visitor, '.panel, .composer textarea');
  answer();
  await focused(visitor, '.form .field');
  await page
    .locator('#switchboard-chat .log, #switchboard-chat .form')
    .first()
    .click({ position: { x: 2, y: 2 } });
  assert.equal(await page.locator('#switchboard-chat .panel[tabindex]').count(), 0);
  assert.deepEqual(visitor.errors, []);
});

test('from the form to the rating, no control takes the focus with it', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await page.locator('#switchboard-chat .launcher').press('Enter');
  await focused(visitor, '.form .field');
  await page.keyboard.type('Ana');
  await page.keyboard.press('Enter');
  await focused(visitor, '.composer textarea');

  // The button that picks the assistant goes with its group.
  await reach(visitor, '.welcome .answers .chip');
  await focused(visitor, '.log');
  await page.keyboard.press('Tab');
  await reach(visitor, '.welcome .answers .chip');
  await focused(visitor, '.log');
  await closeAndOpen(visitor);
  await visitor.log.locator('.group:not(.mine) .bubble').first().waitFor();

  const picker = page.waitForEvent('filechooser');
  await reach(visitor, '.composer .pick[aria-label="Add files"]');
  await (await picker).setFiles({
    name: 'a.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('words'),
  });
  await reach(visitor, '.tray button');
  await page.locator('#switchboard-chat .tray').waitFor({ state: 'detached' });
  await focused(visitor, '.composer textarea');

  await reach(visitor, '.person .chip');
  await visitor.log.locator('.waiting').waitFor();
  await focused(visitor, '.composer textarea, .waiting .field');
  await reach(visitor, '.waiting .field', 'a');
  await page.keyboard.type('na@example.com');
  await page.keyboard.press('Enter');
  await visitor.log.getByText('ana@example.com').first().waitFor();
  await focused(visitor, '.log, .waiting .field');
  await reach(visitor, '.waiting .link');
  await focused(visitor, '.waiting .field');
  await closeAndOpen(visitor);

  await reach(visitor, '.tool.menu');
  await focused(visitor, '[role=menuitem]');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await focused(visitor, '.ended');
  await reach(visitor, '.rating input', 'ArrowRight');
  await reach(visitor, '.rating .strong');
  await page.getByText('Thank you for your rating.').waitFor();
  await focused(visitor, '.ended');
  await closeAndOpen(visitor);

  await reach(visitor, '.rated .link');
  await focused(visitor, '.rating .field');
  await reach(visitor, '.ended-row .strong');
  await focused(visitor, '.composer textarea');
  await closeAndOpen(visitor);
  assert.deepEqual(visitor.errors, []);
});
