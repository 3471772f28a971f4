// What tabs of one visitor say to one another about the connection that they share.

export type Said =
  /** Asks to be let in. `as`: the name by which the visitor is known there. */
  | { kind: 'knock'; from: string; as: string }
  /** The connection is open, and takes and gives frames from now on. */
  | { kind: 'here'; to: string }
  /** Somebody has the connection; it is not open yet. */
  | { kind: 'wait'; to: string }
  /** Frames of the wire, to the hub or from it; to everybody where nobody is named. */
  | { kind: 'ask'; from: string; text: string }
  | { kind: 'tell'; to: string | null; text: string }
  /** The connection is lost, for one or for all. */
  | { kind: 'gone'; to: string | null }
  | { kind: 'bye'; from: string }
  /** Another tab has the connection from now on. */
  | { kind: 'lead' };

/** The part of a BroadcastChannel that is used. */
export interface Channel {
  onmessage: ((message: { data: Said }) => void) | null;
  postMessage(said: Said): void;
  close(): void;
}

export type OpenChannel = (name: string) => Channel;

export type Locks = Pick<LockManager, 'request'>;
