// Whether this page can have a call at all; apart from what a call needs, as it is asked before.

import type { MicrophoneTrouble } from '../src/voice/call-ports.ts';

export type CallObstacle = Extract<MicrophoneTrouble, 'insecure' | 'unsupported'>;

/** Why not, or null. */
export function findCallObstacle(): CallObstacle | null {
  if (!isSecureContext) return 'insecure';
  // Old browsers have neither, whatever the types say.
  const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
  const canRecord = typeof mediaDevices?.getUserMedia === 'function';
  return canRecord && typeof AudioWorkletNode === 'function' ? null : 'unsupported';
}
