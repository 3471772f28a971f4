// A reverse proxy that serves the hub below a path of its own host, as many companies do.

import { createServer, request as ask } from 'node:http';
import { connect } from 'node:net';
import { freePort } from './hub.mjs';

export class PathProxy {
  #server = createServer((request, response) => {
    const path = this.#toHub(request.url ?? '/');
    if (path === null) {
      response.writeHead(404).end('another application');
      return;
    }
    const { method, headers } = request;
    const passed = ask(
      { host: '127.0.0.1', port: this.#hub_port, path, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  #port = 0;
  #hub_port = 0;

  /** @param {string} path Such as `/support`. @param {boolean} isCut Whether the hub sees the path. */
  constructor(path, isCut) {
    this.path = path;
    this.isCut = isCut;
    this.#server.on('upgrade', (request, browser, head) => {
      const path = this.#toHub(request.url ?? '/');
      if (path === null) {
        browser.destroy();
        return;
      }
      const hub = connect(this.#hub_port, '127.0.0.1', () => {
        const lines = request.rawHeaders.flatMap((name, at, all) =>
          at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
        );
        hub.write(`${request.method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
        hub.write(head);
        browser.pipe(hub).pipe(browser);
      });
      hub.on('error', () => browser.destroy());
      browser.on('error', () => hub.destroy());
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#port}${this.path}`;
  }

  /** @param {number} hubPort */
  async open(hubPort) {
    this.#hub_port = hubPort;
    this.#port = await freePort();
    await new Promise((resolve) =>
      this.#server.listen(this.#port, '127.0.0.1', () => resolve(null)),
    );
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {string} path */
  #toHub(path) {
    if (path !== this.path && !path.startsWith(`${this.path}/`)) return null;
    return this.isCut ? path.slice(this.path.length) || '/' : path;
  }
}
