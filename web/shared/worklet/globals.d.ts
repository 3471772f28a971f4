// What a worklet finds in its scope; the standard types know only the page's side.

declare const sampleRate: number;

interface MessagePort {
  onmessage: ((message: { data: unknown }) => void) | null;
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
}

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
