// A shop's site on an origin of its own, with the widget on its page as a customer would embed it.

import { createServer } from 'node:http';

export class Shop {
  #server = createServer((request, response) => {
    const data = new URL(request.url ?? '/', 'http://shop').searchParams.get('data') ?? '';
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(pageWith(this.hub_url, data));
  });
  #port = 0;

  /** @param {string} hub_url */
  constructor(hub_url) {
    this.hub_url = hub_url;
  }

  /** @returns {Promise<void>} */
  open() {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address();
        this.#port = typeof address === 'object' && address ? address.port : 0;
        resolve();
      });
    });
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The address of a page whose script tag has these attributes.
   * @param {string} data */
  page(data) {
    return `http://127.0.0.1:${this.#port}/?data=${encodeURIComponent(data)}`;
  }
}

/** @param {string} hub_url @param {string} data */
function pageWith(hub_url, data) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Desk lamp Nor</title>
    <link rel="icon" href="data:,">
  </head>
  <body style="margin: 40px; min-height: 1600px; font: 16px system-ui; color-scheme: light dark">
    <h1>Desk lamp Nor</h1>
    <p>Warm light, oak foot, two metres of cord.</p>
    <script src="${hub_url}/widget.js" ${data} defer></script>
  </body>
</html>`;
}
