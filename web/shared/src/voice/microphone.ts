// The microphone of a call: the wanted one where it is there, another where it is not, and none rather than a dead one.

import { Cell } from '../cell.ts';
import type { Cancel } from '../ports.ts';
import { MicrophoneFailure, type MicrophoneTrouble } from './call-ports.ts';

export interface AudioDevice {
  id: string;
  label: string;
}

/** One open microphone. */
export interface MicrophoneStream {
  device_id: string | null;
  readonly isEnded: boolean;
  onEnded: (() => void) | null;
  setEnabled(isEnabled: boolean): void;
  stop(): void;
}

export interface MicrophonePorts<S extends MicrophoneStream> {
  /** Null: the system's choice. Rejects with a `MicrophoneFailure`. */
  open(deviceId: string | null): Promise<S>;
  list(): Promise<AudioDevice[]>;
  onChange(run: () => void): Cancel;
}

export class Microphone<S extends MicrophoneStream> {
  readonly devices = new Cell<readonly AudioDevice[]>([]);
  /** The one in use. */
  readonly current_id = new Cell<string | null>(null);
  /** Why there is none, while there is none. */
  readonly trouble = new Cell<MicrophoneTrouble | null>(null);
  #ports: MicrophonePorts<S>;
  #use: (stream: S) => void;
  #stream: S | null = null;
  #wanted_id: string | null = null;
  #isMuted = false;
  #isOpen = false;
  /** Rises with every try, so that a stream that comes too late is closed. */
  #try = 0;
  #cancel: Cancel = () => {};

  /** `use` is given every stream that takes the place of the one before. */
  constructor(ports: MicrophonePorts<S>, use: (stream: S) => void) {
    this.#ports = ports;
    this.#use = use;
  }

  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    try {
      await this.#acquire();
    } catch (error) {
      this.#isOpen = false;
      throw error;
    }
    this.#cancel = this.#ports.onChange(() => void this.#changed());
    await this.#list();
  }

  /** Speaks through this one from now on, and again whenever it comes back. */
  async choose(deviceId: string): Promise<void> {
    this.#wanted_id = deviceId;
    await this.#acquireAgain();
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#stream?.setEnabled(!isMuted);
  }

  close(): void {
    this.#isOpen = false;
    this.#try += 1;
    this.#cancel();
    this.#letGo();
  }

  async #acquire(): Promise<void> {
    const current = ++this.#try;
    const stream = await this.#openWanted();
    if (current !== this.#try || !this.#isOpen) {
      stream.stop();
      return;
    }
    this.#letGo();
    this.#stream = stream;
    stream.setEnabled(!this.#isMuted);
    stream.onEnded = () => void this.#acquireAgain();
    this.current_id.set(stream.device_id);
    this.trouble.set(null);
    this.#use(stream);
  }

  async #openWanted(): Promise<S> {
    if (this.#wanted_id === null) return await this.#ports.open(null);
    try {
      return await this.#ports.open(this.#wanted_id);
    } catch (error) {
      // The wanted one is unplugged or taken; any other is better than silence.
      if (error instanceof MicrophoneFailure && error.trouble === 'denied') throw error;
      return await this.#ports.open(null);
    }
  }

  async #acquireAgain(): Promise<void> {
    if (!this.#isOpen) return;
    try {
      await this.#acquire();
    } catch (error) {
      if (!this.#isOpen) return;
      // The call goes on, heard but not speaking; the next change of devices tries again.
      this.trouble.set(error instanceof MicrophoneFailure ? error.trouble : 'failed');
    }
  }

  async #changed(): Promise<void> {
    const devices = await this.#list();
    const isThere = (id: string | null) => devices.some((it) => it.id === id);
    const stream = this.#stream;
    const isGone =
      !stream ||
      stream.isEnded ||
      this.trouble.get() !== null ||
      (stream.device_id !== null && !isThere(stream.device_id));
    const isBack = this.#wanted_id !== stream?.device_id && isThere(this.#wanted_id);
    if (isGone || isBack) await this.#acquireAgain();
  }

  async #list(): Promise<readonly AudioDevice[]> {
    const devices = await this.#ports.list();
    this.devices.set(devices);
    return devices;
  }

  #letGo(): void {
    if (!this.#stream) return;
    this.#stream.onEnded = null;
    this.#stream.stop();
    this.#stream = null;
  }
}
