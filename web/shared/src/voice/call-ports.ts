// What a call needs from its surroundings: a socket that carries sound, and something that hears and plays.

import type { Socket } from '../ports.ts';
import type { Piece } from './playout.ts';
import type { Played } from './call-wire.ts';

/** The part of a browser's WebSocket that a call uses. */
export interface CallSocket extends Omit<Socket, 'send'> {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: string | ArrayBuffer): void;
}

export type OpenCallSocket = (url: string, protocol: string) => CallSocket;

/** What plays: the line that the hub paces, and one line per track for copies of what others say. */
export type LineName = 'main' | number;

export interface Progress extends Played {
  isPlaying: boolean;
}

export type MicrophoneTrouble =
  /** The person, or the page's owner, does not allow it. */
  | 'denied'
  | 'none'
  | 'in_use'
  /** The page is not served over https. */
  | 'insecure'
  | 'unsupported'
  | 'failed';

export class MicrophoneFailure extends Error {
  readonly trouble: MicrophoneTrouble;

  constructor(trouble: MicrophoneTrouble, message: string = trouble) {
    super(message);
    this.name = 'MicrophoneFailure';
    this.trouble = trouble;
  }
}

/** Hears and plays; the browser's own, or a test's. */
export interface CallAudio {
  /** Gets ready to play. */
  open(): Promise<void>;
  /** Asks for the microphone; rejects with a `MicrophoneFailure`. */
  openMicrophone(): Promise<void>;
  /** Called with each captured frame: its buffer has room for the header. */
  onCapture: ((buffer: ArrayBuffer, index: number) => void) | null;
  /** A captured buffer may be filled again. */
  giveBack(buffer: ArrayBuffer): void;
  play(line: LineName, samples: Int16Array<ArrayBuffer>, piece: Piece): void;
  /** Drops what is older than `generation` on the main line; says how far it was heard, if anything was there. */
  clear(generation: number, fadeMs: number): Promise<Played | null>;
  /** Drops all that waits on the main line and says how far it was heard. */
  cut(): Promise<Played | null>;
  /** Drops what waits on a track's line. */
  clearTrack(track: number): void;
  /** Called about every 100 ms while the main line plays, and when it stops. */
  onProgress: ((progress: Progress) => void) | null;
  setMuted(isMuted: boolean): void;
  /** Lets go of the microphone now, and of the rest when what is on its way has been heard. */
  finish(): void;
  close(): void;
}
