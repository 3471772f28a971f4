// Draws the pictures of the README from a demo server; not a test.
//
//   SWITCHBOARD_BIN=../target/debug/switchboard node e2e/pictures-for-docs.mjs

import { fileURLToPath } from 'node:url';
import { Hub, PASSWORD } from './hub.mjs';
import { openBrowser } from './people.mjs';

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const QUESTIONS = ['When do you open?', 'Can I talk to someone, please?'];
const ANSWER = 'Hello! Of course: what can I do for you?';

const hub = await Hub.startDemo();
const browser = await openBrowser();

const desk = await (
  await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 860 } })
).newPage();
await desk.goto(`${hub.url}/console/login`);
await desk.locator('[name=email]').fill('demo@example.com');
await desk.locator('[name=password]').fill(PASSWORD);
await desk.locator('[name=password]').press('Enter');
await desk.waitForURL(/inbox/);

const shop = await (
  await browser.newContext({ locale: 'en-US', viewport: { width: 1000, height: 700 } })
).newPage();
await shop.goto(`${hub.url}/`);
await shop.getByRole('button', { name: /chat/i }).first().click();
const words = shop.getByRole('textbox', { name: 'Your message' });
for (const question of QUESTIONS) {
  await words.fill(question);
  await words.press('Enter');
  await shop.waitForTimeout(2_500);
}

await desk.getByTestId('conversations').getByRole('link').first().click();
await desk
  .getByRole('button', { name: /Take over/ })
  .first()
  .click();
await desk.getByRole('textbox', { name: /reply/i }).first().fill(ANSWER);
await desk.keyboard.press('Enter');
await shop.getByText(ANSWER).waitFor({ timeout: 20_000 });
await desk.mouse.move(700, 500);
await desk.waitForTimeout(1_500);
await desk.screenshot({ path: `${FOLDER}/console.png` });
await shop.screenshot({ path: `${FOLDER}/widget.png` });

await browser.close();
await hub.stop();
