// What the page and its audio worklets say to one another.

import type { LineName, Progress } from './call-ports.ts';
import type { CapturedFrame } from './capture-line.ts';
import type { Piece } from './playout.ts';
import type { Played } from './call-wire.ts';

export const CAPTURE_PROCESSOR = 'switchboard-capture';
export const PLAYER_PROCESSOR = 'switchboard-player';

export type ToCapture = { kind: 'spare'; buffer: ArrayBuffer } | { kind: 'close' };

export type FromCapture = CapturedFrame;

export type ToPlayer =
  | { kind: 'sound'; line: LineName; samples: Int16Array<ArrayBuffer>; piece: Piece }
  | { kind: 'clear'; id: number; generation: number; fade_ms: number }
  | { kind: 'cut'; id: number }
  /** To be answered when nothing waits on the main line any more. */
  | { kind: 'drain'; id: number }
  | { kind: 'clear track'; track: number }
  | { kind: 'close' };

export type FromPlayer =
  | { kind: 'progress'; progress: Progress }
  /** The answer to a clear, a cut or a drain. */
  | { kind: 'cleared'; id: number; played: Played | null }
  | { kind: 'levels'; levels: [LineName, number][] };
