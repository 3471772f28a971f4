// A visitor on a shop's page and an agent at the console, as the tests speak of them.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { PASSWORD } from './hub.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').BrowserContextOptions} Options */

const SCREENSHOTS = fileURLToPath(new URL('screenshots', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A browser of its own; with `wav`, its microphone plays that file again and again.
 * @param {{ wav?: string }} [options] */
export function openBrowser({ wav } = {}) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({
    executablePath,
    headless: true,
    args: [...FLAGS, ...(wav ? microphoneFlags(wav) : [])],
  });
}

/** @param {string} wav */
function microphoneFlags(wav) {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${wav}`,
    '--autoplay-policy=user-gesture-required',
  ];
}

/** Everything the page complained about; a test that ends with entries here has failed.
 * @param {Page} page */
export function collectErrors(page) {
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const isNetwork = message.text().startsWith('Failed to load resource');
    const isSocket = message.text().includes('WebSocket connection to');
    if (message.type() === 'error' && !isNetwork && !isSocket) errors.push(message.text());
  });
  return errors;
}

/** Keeps a picture of the page for people to look at, where `PICTURES` is set.
 * @param {Page} page @param {string} name */
export async function takePicture(page, name) {
  if (!process.env.PICTURES) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  // Animations end and fonts settle; nothing is waited for that a person would not see.
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}

export class Visitor {
  /** @param {Page} page @param {string[]} errors */
  constructor(page, errors) {
    this.page = page;
    this.errors = errors;
    this.composer = page.getByRole('textbox', { name: /^(Your message|Su mensaje|ההודעה שלך)$/ });
    this.log = page.getByRole('log');
    this.panel = page.getByRole('dialog', { name: /^(Chat|צ׳אט)$/ });
    this.banner = page.locator('#switchboard-chat .banner');
  }

  /** Opens the shop, whose page is on another origin than the hub.
   * @param {import('playwright-core').Browser} browser
   * @param {import('./hub.mjs').Hub} hub
   * @param {Options & { data?: string, channel_key?: string, prepare?: (page: Page) => Promise<void> }} [options] */
  static async visit(browser, hub, { data, channel_key, prepare, ...options } = {}) {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', ...options });
    const page = await context.newPage();
    const errors = collectErrors(page);
    await prepare?.(page);
    await page.goto(hub.shopPage(data, channel_key));
    return new Visitor(page, errors);
  }

  /** After a change of page the panel may be open already, or opening right now. */
  async openChat() {
    const launcher = this.page.locator('#switchboard-chat .launcher');
    await Promise.any([launcher.waitFor(), this.composer.waitFor()]);
    // A click that comes too late for the launcher must not wait until the panel is closed again.
    if (!(await this.composer.isVisible()))
      await launcher.click({ timeout: 5_000 }).catch(() => {});
    await this.composer.waitFor();
  }

  /** Picks from the menu behind the three dots.
   * @param {string | RegExp} name */
  async pick(name) {
    await this.page.locator('#switchboard-chat .tool.menu').click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** @param {string} text */
  async say(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** @param {string} text */
  sees(text) {
    return this.log.getByText(text, { exact: true }).first().waitFor();
  }

  /** The messages in the order shown. */
  messages() {
    return this.log.locator('.bubble').allInnerTexts();
  }
}

export class Agent {
  /** @param {Page} page @param {string[]} errors */
  constructor(page, errors) {
    this.page = page;
    this.errors = errors;
    this.log = page.getByRole('log');
    this.list = page.getByTestId('conversations');
    this.bar = page.getByTestId('connection');
  }

  /** @param {import('playwright-core').Browser} browser
   * @param {import('./hub.mjs').Hub} hub
   * @param {Options & { name?: string, undoSend?: boolean }} [options] */
  static async signIn(browser, hub, { name = 'ana', undoSend = false, ...options } = {}) {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', ...options });
    const page = await context.newPage();
    const errors = collectErrors(page);
    // What is sent goes at once, unless the test is about taking it back.
    await page.addInitScript(
      ([key, value]) => {
        // A blank page has no storage.
        if (location.protocol !== 'about:') localStorage.setItem(key, value);
      },
      /** @type {const} */ (['switchboard:console:undo-send', undoSend ? 'on' : 'off']),
    );
    await page.goto(`${hub.url}/console/`);
    await page.locator('input[name=email]').fill(`${name}@example.com`);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('button[type=submit]').click();
    await page.waitForURL('**/console/inbox');
    return new Agent(page, errors);
  }

  /** @param {string} preview */
  async openConversation(preview) {
    await this.list.getByText(preview).first().click();
    await this.log.waitFor();
  }

  takeOver() {
    return this.page.getByRole('button', { name: 'Take over', exact: true }).click();
  }

  /** Sends now what could still be taken back, as leaving the page does. */
  leave() {
    return this.page.goto('about:blank');
  }

  /** @param {string} text */
  async reply(text) {
    await this.page.getByRole('tab', { name: 'Reply' }).click();
    await this.#write(/^Reply to/, text);
  }

  /** @param {string} text */
  async note(text) {
    await this.page.getByRole('tab', { name: 'Note' }).click();
    await this.#write(/^A note only/, text);
  }

  /** @param {string} text */
  sees(text) {
    return this.log.getByText(text, { exact: true }).first().waitFor();
  }

  messages() {
    return this.log.locator('article[data-kind=message] .prose-chat').allInnerTexts();
  }

  /** @param {RegExp} name @param {string} text */
  async #write(name, text) {
    const area = this.page.getByRole('textbox', { name });
    await area.fill(text);
    await area.press('Enter');
  }
}
