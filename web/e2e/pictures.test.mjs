// Pictures go both ways: picked, pasted and dropped, previewed, refused in words, and shown with their place kept.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hub } from './hub.mjs';
import { Agent, openBrowser, takePicture, Visitor } from './people.mjs';

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

/** A real PNG of this size, drawn by the browser.
 * @param {import('playwright-core').Page} page @param {number} width @param {number} height
 * @param {string} color */
async function draw(page, width, height, color) {
  const base64 = await page.evaluate(
    ([w, h, fill]) => {
      const canvas = document.createElement('canvas');
      canvas.width = Number(w);
      canvas.height = Number(h);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.fillStyle = String(fill);
      context.fillRect(0, 0, canvas.width, canvas.height);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    },
    [width, height, color],
  );
  return Buffer.from(base64, 'base64');
}

/** Brings a file by an event, as the clipboard or a hand with a mouse does.
 * @param {import('playwright-core').Locator} target @param {'paste' | 'drop'} how
 * @param {Buffer} bytes @param {string} name */
function bring(target, how, bytes, name) {
  return target.evaluate(
    (element, [kind, base64, fileName]) => {
      const raw = Uint8Array.from(atob(base64 ?? ''), (char) => char.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([raw], fileName ?? '', { type: 'image/png' }));
      const options = { bubbles: true, composed: true, cancelable: true };
      element.dispatchEvent(
        kind === 'paste'
          ? new ClipboardEvent('paste', { ...options, clipboardData: data })
          : new DragEvent('drop', { ...options, dataTransfer: data }),
      );
    },
    [how, bytes.toString('base64'), name],
  );
}

test('a visitor sends pictures and the agent answers with one', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await visitor.openChat();
  const picker = page.locator('#switchboard-chat input[type=file]');
  const wide = await draw(page, 640, 320, '#c96f2e');
  const tall = await draw(page, 200, 400, '#2e6fc9');
  await picker.setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: wide });
  await bring(visitor.composer, 'paste', tall, 'foot.png');
  await bring(visitor.composer, 'drop', tall, 'cord.png');
  const tray = page.getByRole('list', { name: 'Files to send' });
  await tray.getByRole('img', { name: 'cord.png' }).waitFor();
  assert.equal(await tray.getByRole('img').count(), 3);
  await tray.getByRole('button', { name: 'Remove cord.png' }).click();
  await picker.setInputFiles({ name: 'a.exe', mimeType: 'application/x-msdownload', buffer: wide });
  await page.getByText('a.exe is not a file that can be sent', { exact: false }).waitFor();
  assert.ok(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled());
  await takePicture(page, 'pictures-tray');
  await tray.getByRole('button', { name: 'Remove a.exe' }).click();

  await visitor.say('This one flickers');
  await visitor.sees('This one flickers');
  const shown = visitor.log.getByRole('img', { name: 'lamp.png' });
  await shown.waitFor();
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const box = await shown.boundingBox();
  assert.ok(box && Math.abs(box.width / box.height - 2) < 0.1, 'the shape is the picture’s own');
  await takePicture(page, 'pictures-sent');
  await shown.click();
  await page.getByRole('dialog', { name: 'lamp.png' }).waitFor();
  await takePicture(page, 'pictures-large');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'lamp.png' }).waitFor({ state: 'detached' });
  await visitor.panel.waitFor();

  const agent = await Agent.signIn(browser, hub);
  await agent.openConversation('This one flickers');
  await agent.log.getByRole('img', { name: 'lamp.png' }).waitFor();
  const there = await agent.log.getByRole('img', { name: 'lamp.png' }).boundingBox();
  assert.ok(there && Math.abs(there.width / there.height - 2) < 0.1);
  await agent.takeOver();
  await agent.page
    .locator('input[type=file]')
    .setInputFiles({ name: 'switch.png', mimeType: 'image/png', buffer: tall });
  const send = agent.page.getByRole('button', { name: 'Send', exact: true });
  await agent.page.locator('button:text-is("Send"):enabled').waitFor();
  await takePicture(agent.page, 'pictures-agent');
  await send.click();
  await visitor.log.getByRole('img', { name: 'switch.png' }).waitFor();
  await agent.log.getByRole('img', { name: 'switch.png' }).waitFor();

  await page.reload();
  await visitor.openChat();
  await visitor.log.getByRole('img', { name: 'switch.png' }).waitFor();
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(agent.errors, []);
});

test('a picture that the hub refuses says why and can be taken away', async () => {
  const visitor = await Visitor.visit(browser, hub);
  const { page } = visitor;
  await visitor.openChat();
  await visitor.say('Look');
  await visitor.log.locator('.mark.sent, .mark.delivered').first().waitFor();
  const picker = page.locator('#switchboard-chat input[type=file]');
  const fake = {
    name: 'fake.png',
    mimeType: 'image/png',
    buffer: Buffer.from([0, 1, 2, 3, 255, 0, 7]),
  };
  await picker.setInputFiles(fake);

  await page.getByText('fake.png was not accepted:', { exact: false }).waitFor();
  await takePicture(page, 'pictures-refused');
  await page.getByRole('button', { name: 'Remove fake.png' }).click();
  await visitor.say('Never mind');
  await visitor.sees('Never mind');
});
