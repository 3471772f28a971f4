// A mail server that keeps what it is sent: just as much SMTP as the hub needs.

import { createServer } from 'node:net';

export class MailServer {
  /** Mails as they came.
   * @type {string[]} */
  #mails = [];
  /** @type {(() => void)[]} */
  #waiting = [];
  #server = createServer((socket) => this.#serve(socket));

  static async start() {
    const server = new MailServer();
    await new Promise((resolve) => server.#server.listen(0, '127.0.0.1', () => resolve(null)));
    return server;
  }

  get url() {
    const address = this.#server.address();
    return `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  /** The newest mail, once there are so many: its head and its text.
   * @param {number} count */
  async received(count) {
    while (this.#mails.length < count) {
      await new Promise((resolve) => this.#waiting.push(() => resolve(null)));
    }
    const mail = this.#mails[count - 1] ?? '';
    const [head = '', ...body] = mail.split('\r\n\r\n');
    const encoding = /^Content-Transfer-Encoding: (\S+)/im.exec(head)?.[1];
    return { head, text: decode(body.join('\r\n\r\n'), encoding) };
  }

  close() {
    this.#server.close();
  }

  /** @param {import('node:net').Socket} socket */
  #serve(socket) {
    let text = '';
    let isData = false;
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    socket.on('data', (data) => {
      text += data;
      for (;;) {
        const end = isData ? '\r\n.\r\n' : '\r\n';
        const at = text.indexOf(end);
        if (at < 0) return;
        const part = text.slice(0, at);
        text = text.slice(at + end.length);
        if (isData) {
          this.#mails.push(part.replaceAll('\r\n..', '\r\n.'));
          for (const tell of this.#waiting.splice(0)) tell();
        }
        const isGreeting = /^EHLO/i.test(part) && !isData;
        const isBegin = /^DATA/i.test(part) && !isData;
        socket.write(isGreeting ? '250 test\r\n' : isBegin ? '354 go on\r\n' : '250 fine\r\n');
        isData = isBegin;
      }
    });
  }
}

/** @param {string} text @param {string | undefined} encoding */
function decode(text, encoding) {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
