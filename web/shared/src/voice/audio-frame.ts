// Binary frames of a call: sixteen bytes of header, little endian, then samples.

/** The rate of all sound between browser and hub. */
export const WIRE_RATE = 24_000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (WIRE_RATE * FRAME_MS) / 1_000;
export const HEADER_BYTES = 16;
export const FRAME_BYTES = HEADER_BYTES + FRAME_SAMPLES * 2;

export const KIND = { microphone: 1, playback: 2, monitor: 3 } as const;
export const TRACK = { visitor: 0, assistant: 1, agent: 2, mix: 3, system: 4 } as const;
export const FLAG = { silence: 1, discontinuity: 2, last: 4, muted: 8 } as const;
/** PCM16 at 24 kHz, the only codec that comes down and the only one sent. */
export const CODEC_PCM16 = 0;

export interface FrameHeader {
  kind: number;
  flags: number;
  track: number;
  /** One more per frame. Wraps. */
  seq: number;
  /** Sample clock of the first sample. Wraps. */
  time: number;
  /** Tag of the utterance. Wraps. */
  item: number;
  /** Playback generation; frames of an older one are dropped. Wraps. */
  generation: number;
}

export interface AudioFrame extends FrameHeader {
  /** A view into what came, not a copy. */
  samples: Int16Array<ArrayBuffer>;
}

/** Writes the header into the room that a captured frame keeps for it. */
export function writeHeader(buffer: ArrayBuffer, header: FrameHeader): void {
  const view = new DataView(buffer);
  view.setUint8(0, header.kind);
  view.setUint8(1, CODEC_PCM16);
  view.setUint8(2, header.flags);
  view.setUint8(3, header.track);
  view.setUint32(4, header.seq, true);
  view.setUint32(8, header.time, true);
  view.setUint16(12, header.item, true);
  view.setUint16(14, header.generation, true);
}

/** Null for what cannot be played: another kind or codec, a torn header, half a sample. */
export function readFrame(buffer: ArrayBuffer): AudioFrame | null {
  if (buffer.byteLength < HEADER_BYTES || buffer.byteLength % 2 !== 0) return null;
  const view = new DataView(buffer);
  const kind = view.getUint8(0);
  const isForUs = kind === KIND.playback || kind === KIND.monitor;
  if (!isForUs || view.getUint8(1) !== CODEC_PCM16) return null;
  const flags = view.getUint8(2);
  const isSilent = (flags & FLAG.silence) !== 0;
  // Every machine that runs a browser is little endian, as the frames are, so no sample is turned around.
  const samples = isSilent ? new Int16Array(FRAME_SAMPLES) : new Int16Array(buffer, HEADER_BYTES);
  return {
    kind,
    flags,
    track: view.getUint8(3),
    seq: view.getUint32(4, true),
    time: view.getUint32(8, true),
    item: view.getUint16(12, true),
    generation: view.getUint16(14, true),
    samples,
  };
}

/** Whether generation `a` is over once `b` has begun; both wrap at 16 bits. */
export function isOlderGeneration(a: number, b: number): boolean {
  return a !== b && ((b - a) & 0xffff) < 0x8000;
}
