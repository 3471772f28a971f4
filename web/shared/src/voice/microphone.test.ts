import { describe, expect, it } from 'vitest';
import { settle } from '../../test/fake-clock.ts';
import { MicrophoneFailure } from './call-ports.ts';
import { type AudioDevice, Microphone, type MicrophoneStream } from './microphone.ts';

class Desk {
  devices: AudioDevice[] = [
    { id: 'built-in', label: 'Built-in' },
    { id: 'headset', label: 'Headset' },
  ];
  readonly opened: (string | null)[] = [];
  readonly streams: FakeStream[] = [];
  refusal: MicrophoneFailure | null = null;
  #watchers = new Set<() => void>();

  readonly ports = {
    open: async (id: string | null) => {
      this.opened.push(id);
      if (this.refusal) throw this.refusal;
      const device = this.devices.find((it) => it.id === (id ?? this.devices[0]?.id));
      if (!device) throw new MicrophoneFailure('none');
      const stream = new FakeStream(device.id);
      this.streams.push(stream);
      return stream;
    },
    list: async () => this.devices,
    onChange: (run: () => void) => {
      this.#watchers.add(run);
      return () => this.#watchers.delete(run);
    },
  };

  async change(devices: AudioDevice[]): Promise<void> {
    this.devices = devices;
    for (const watcher of this.#watchers) watcher();
    await settle();
  }
}

class FakeStream implements MicrophoneStream {
  isEnded = false;
  isEnabled = true;
  onEnded: (() => void) | null = null;

  constructor(readonly device_id: string) {}

  setEnabled(isEnabled: boolean): void {
    this.isEnabled = isEnabled;
  }

  stop(): void {
    this.isEnded = true;
  }
}

async function open() {
  const desk = new Desk();
  const used: string[] = [];
  const microphone = new Microphone<FakeStream>(desk.ports, (it) => used.push(it.device_id));
  await microphone.open();
  return { desk, used, microphone };
}

describe('microphone', () => {
  it('is had again when its track ends (complaint 7: dead after a phone call)', async () => {
    const { desk, used } = await open();

    desk.streams[0]?.onEnded?.();
    await settle();

    expect(used).toEqual(['built-in', 'built-in']);
    expect(desk.streams[0]?.isEnded).toBe(true);
  });

  it('is another one when it is unplugged, and the chosen one again when that is back', async () => {
    const { desk, used, microphone } = await open();
    await microphone.choose('headset');
    const [builtIn, headset] = desk.devices as [AudioDevice, AudioDevice];

    await desk.change([builtIn]);
    await desk.change([builtIn, headset]);

    expect(used).toEqual(['built-in', 'headset', 'built-in', 'headset']);
    expect(desk.streams.filter((stream) => !stream.isEnded)).toHaveLength(1);
  });

  it('stays as it is when something else is plugged in', async () => {
    const { desk, used } = await open();

    await desk.change([...desk.devices, { id: 'camera', label: 'Camera' }]);

    expect(used).toEqual(['built-in']);
  });

  it('says that there is none, and is back as soon as there is one', async () => {
    const { desk, microphone } = await open();
    const devices = desk.devices;

    await desk.change([]);
    expect(microphone.trouble.get()).toBe('none');
    await desk.change(devices);

    expect(microphone.trouble.get()).toBeNull();
  });

  it('stays muted when it changes', async () => {
    const { desk, microphone } = await open();
    microphone.setMuted(true);

    await microphone.choose('headset');

    expect(desk.streams.at(-1)).toMatchObject({ device_id: 'headset', isEnabled: false });
  });

  it('takes none that comes after the end', async () => {
    const { desk, used, microphone } = await open();

    const late = microphone.choose('headset');
    microphone.close();
    await late;

    expect(used).toEqual(['built-in']);
    expect(desk.streams.every((stream) => stream.isEnded)).toBe(true);
  });

  it('can be asked for again after a refusal', async () => {
    const desk = new Desk();
    const microphone = new Microphone<FakeStream>(desk.ports, () => {});
    desk.refusal = new MicrophoneFailure('denied');
    await expect(microphone.open()).rejects.toMatchObject({ trouble: 'denied' });

    desk.refusal = null;
    await microphone.open();

    expect(microphone.current_id.get()).toBe('built-in');
  });
});
