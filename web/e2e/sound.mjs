// What a page hears and says in a call, for tests: a tap on the element that plays, and a copy of what was sent.

import { MICROPHONE_RATE } from './wav.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ kind: number, flags: number, track: number, seq: number, time: number, samples: number[] }} SentFrame */

/** To be called before the page opens: keeps every binary frame that it sends.
 * @param {Page} page */
export async function keepSentFrames(page) {
  await page.addInitScript(() => {
    const sent = /** @type {ArrayBuffer[]} */ ([]);
    Object.assign(window, { sentFrames: sent });
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (data instanceof ArrayBuffer) sent.push(data.slice(0));
      send.call(this, data);
    };
  });
}

/** The frames sent so far, headers read; they are kept on.
 * @param {Page} page @returns {Promise<SentFrame[]>} */
export function readSentFrames(page) {
  return page.evaluate(() => {
    const { sentFrames } = /** @type {{ sentFrames?: ArrayBuffer[] }} */ (
      /** @type {unknown} */ (window)
    );
    return (sentFrames ?? []).map((buffer) => {
      const view = new DataView(buffer);
      return {
        kind: view.getUint8(0),
        flags: view.getUint8(2),
        track: view.getUint8(3),
        seq: view.getUint32(4, true),
        time: view.getUint32(8, true),
        samples: [...new Int16Array(buffer, 16)],
      };
    });
  });
}

/** To be called before the page asks for its microphone: no cancelling, no filtering, no gain, so that sound can be compared.
 * @param {Page} page */
export async function takeSoundAsItIs(page) {
  await page.addInitScript(() => {
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    const off = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    mediaDevices.getUserMedia = (wanted) => {
      const audio = typeof wanted?.audio === 'object' ? { ...wanted.audio, ...off } : off;
      return ask({ ...wanted, audio });
    };
  });
}

/** To be called before the page asks for its microphone: it is silent, and speaks when `speak` says so. A test that
 * chooses the moment does not depend on how fast the machine is.
 * @param {Page} page */
export async function giveVoice(page) {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const microphone = context.createMediaStreamDestination();
      Object.assign(window, { microphone });
      return microphone.stream;
    };
  });
}

/** Says something into the page's microphone; over when it is said.
 * @param {Page} page @param {Float32Array} speech */
export function speak(page, speech) {
  return page.evaluate(
    async ({ samples, rate_hz }) => {
      const { microphone } = /** @type {{ microphone: MediaStreamAudioDestinationNode }} */ (
        /** @type {unknown} */ (window)
      );
      const { context } = microphone;
      const buffer = context.createBuffer(1, samples.length, rate_hz);
      buffer.copyToChannel(
        Float32Array.from(samples, (sample) => sample / 32_768),
        0,
      );
      const mouth = new AudioBufferSourceNode(/** @type {AudioContext} */ (context), { buffer });
      mouth.connect(microphone);
      const said = new Promise((resolve) => mouth.addEventListener('ended', resolve));
      mouth.start();
      await said;
    },
    {
      samples: Array.from(speech, (sample) => Math.round(sample * 32_767)),
      rate_hz: MICROPHONE_RATE,
    },
  );
}

/** Waits until the meter of a voice shows something. @param {Page} page @param {string} line */
export function meterMoves(page, line) {
  return page.waitForFunction((name) => {
    const level = document.querySelector(`[data-level="${name}"]`);
    return level instanceof HTMLElement && Number(/\d\.\d+/.exec(level.style.transform)?.[0]) > 0.2;
  }, line);
}

/** Records what the call's element plays from now on. The page's policy must allow blob scripts (`bypassCSP`).
 * @param {Page} page */
export async function tapCall(page) {
  await page.locator('[data-call-audio]').waitFor({ state: 'attached' });
  await page.evaluate(async () => {
    const code = `registerProcessor('tap', class extends AudioWorkletProcessor {
      process([input]) {
        if (input[0]) this.port.postMessage(input[0].slice());
        return true;
      }
    });`;
    const context = new AudioContext();
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    await context.audioWorklet.addModule(url);
    const root = document.querySelector('#switchboard-chat')?.shadowRoot ?? document;
    const element = root.querySelector('[data-call-audio]');
    const { srcObject } = /** @type {HTMLAudioElement} */ (element);
    const tap = new AudioWorkletNode(context, 'tap');
    const heard = /** @type {number[]} */ ([]);
    tap.port.onmessage = ({ data }) => heard.push(...data);
    context.createMediaStreamSource(/** @type {MediaStream} */ (srcObject)).connect(tap);
    tap.connect(context.destination);
    Object.assign(window, { heardSound: { rate_hz: context.sampleRate, samples: heard } });
  });
}

/** What was heard since the tap was set.
 * @param {Page} page @returns {Promise<{ rate_hz: number, samples: number[] }>} */
export function readHeard(page) {
  return page.evaluate('heardSound');
}

/** How alike two sounds of one rate are at the best place within `max_shift`, from -1 to 1, and where that is.
 * @param {ArrayLike<number>} heard @param {ArrayLike<number>} original @param {number} maxShift */
export function correlate(heard, original, maxShift) {
  let best = { correlation: -1, shift: 0 };
  for (let shift = 0; shift <= maxShift; shift += 1) {
    const length = Math.min(original.length, heard.length - shift);
    if (length < original.length / 2) break;
    let both = 0;
    let one = 0;
    let other = 0;
    for (let at = 0; at < length; at += 1) {
      both += heard[at + shift] * original[at];
      one += heard[at + shift] ** 2;
      other += original[at] ** 2;
    }
    const correlation = one * other === 0 ? 0 : both / Math.sqrt(one * other);
    if (correlation > best.correlation) best = { correlation, shift };
  }
  return best;
}
