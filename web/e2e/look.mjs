// How an owner sets a channel up, and what no setting makes: facts changed on their way to the widget.

/** @typedef {import('playwright-core').Page} Page */

const PLAIN = { required: true, options: [], link: null };

export const FORM = {
  title: null,
  fields: [
    { ...PLAIN, name: 'name', type: 'name', label: 'Your name' },
    { ...PLAIN, name: 'email', type: 'email', label: 'Email' },
    { ...PLAIN, name: 'phone', type: 'phone', label: 'Phone', required: false },
    {
      ...PLAIN,
      name: 'topic',
      type: 'choice',
      label: 'What is it about?',
      options: ['An order', 'A product', 'Something else'],
    },
    {
      ...PLAIN,
      name: 'terms',
      type: 'consent',
      label: 'I have read how you treat my data.',
      link: 'https://example.com/privacy',
    },
  ],
};

/** Hours in which nobody is there, and nobody will be. */
export const CLOSED = { timezone: 'UTC', days: {} };

/** For what depends on times and on people, and for what the hub never says. To be called before the page loads.
 * @param {Page} page @param {Record<string, unknown>} change */
export async function changeChannel(page, change) {
  await page.route('**/api/v1/widget/sessions', async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    if (json.channel) Object.assign(json.channel, change);
    await route.fulfill({ response, json });
  });
}

/** The hub refuses one event of the page's connection. To be called before the page loads.
 * @param {Page} page @param {string} event @param {string} code */
export async function refuse(page, event, code) {
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const frame = JSON.parse(String(message));
      if (frame.event !== event) return server.send(message);
      const error = { code, message: 'refused', retry: false };
      return socket.send(JSON.stringify({ ack: frame.id, error }));
    });
  });
}
