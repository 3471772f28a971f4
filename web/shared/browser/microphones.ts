// The browser's microphones, and why one of them cannot be had.

import { MicrophoneFailure, type MicrophoneTrouble } from '../src/voice/call-ports.ts';
import { findCallObstacle } from './can-call.ts';
import type { MicrophonePorts, MicrophoneStream } from '../src/voice/microphone.ts';

export interface BrowserMicrophone extends MicrophoneStream {
  stream: MediaStream;
}

const TROUBLES: Readonly<Record<string, MicrophoneTrouble>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'in_use',
  AbortError: 'in_use',
};

export const browserMicrophones: MicrophonePorts<BrowserMicrophone> = {
  async open(deviceId) {
    const trouble = findCallObstacle();
    if (trouble) throw new MicrophoneFailure(trouble);
    const audio: MediaTrackConstraints = {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      channelCount: 1,
      ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }),
    };
    try {
      return microphoneOf(await navigator.mediaDevices.getUserMedia({ audio }));
    } catch (error) {
      const name = error instanceof DOMException ? error.name : '';
      throw new MicrophoneFailure(TROUBLES[name] ?? 'failed', String(error));
    }
  },
  async list() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter((it) => it.kind === 'audioinput' && it.deviceId !== '')
      .map((it) => ({ id: it.deviceId, label: it.label }));
  },
  onChange(run) {
    navigator.mediaDevices.addEventListener('devicechange', run);
    return () => navigator.mediaDevices.removeEventListener('devicechange', run);
  },
};

function microphoneOf(stream: MediaStream): BrowserMicrophone {
  const track = stream.getAudioTracks()[0];
  if (!track) throw new MicrophoneFailure('none');
  const microphone: BrowserMicrophone = {
    stream,
    device_id: track.getSettings().deviceId ?? null,
    get isEnded() {
      return track.readyState === 'ended';
    },
    onEnded: null,
    setEnabled(isEnabled) {
      track.enabled = isEnabled;
    },
    stop: () => track.stop(),
  };
  track.addEventListener('ended', () => microphone.onEnded?.());
  return microphone;
}
