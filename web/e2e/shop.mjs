// A shop's site on an origin of its own, with the widget on its page as a customer would embed it.

import { createServer } from 'node:http';

export class Shop {
  #server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    const own = this.#pages.get(pathname);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...own?.headers });
    response.end(own?.html ?? pageWith(this.hub_url, searchParams.get('data') ?? ''));
  });
  #port = 0;
  /** @type {Map<string, { html: string, headers: Record<string, string> }>} */
  #pages = new Map();

  /** @param {string} hubUrl */
  constructor(hubUrl) {
    this.hub_url = hubUrl;
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

  /** Serves a page of one's own and answers its address.
   * @param {string} path @param {string} html @param {Record<string, string>} [headers] */
  serve(path, html, headers = {}) {
    this.#pages.set(path, { html, headers });
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** The address of a page whose script tag has these attributes.
   * @param {string} data */
  page(data) {
    return `http://127.0.0.1:${this.#port}/?data=${encodeURIComponent(data)}`;
  }
}

/** @param {string} hubUrl @param {string} data */
function pageWith(hubUrl, data) {
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
    <script src="${hubUrl}/widget.js" ${data} defer></script>
  </body>
</html>`;
}
