// Whatever happens to the line, the visitor hears every sample once and in order, and the hub knows what was heard.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallClient } from '../src/voice/call-client.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { ModelCall, SAMPLE_RANGE } from './model-call.ts';
import { TestAudio } from './test-audio.ts';

const SEED = 20261121;

type Step =
  | { kind: 'speak'; samples: number }
  | { kind: 'interrupt'; overtakes: boolean }
  | { kind: 'cut' }
  | { kind: 'hub down'; for_ms: number }
  | { kind: 'words'; count: number }
  | { kind: 'wait'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('speak' as const),
      samples: fc.integer({ min: 1, max: 60_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('interrupt' as const), overtakes: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'cut' }) },
  fc.record({ kind: fc.constant('hub down' as const), for_ms: fc.integer({ min: 1, max: 9_000 }) }),
  fc.record({ kind: fc.constant('words' as const), count: fc.integer({ min: 1, max: 5 }) }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 2_500 }),
    }),
  },
);

async function play(steps: readonly Step[], firstGeneration: number) {
  const clock = new FakeClock();
  const hub = new ModelCall(clock, firstGeneration);
  const audio = new TestAudio(clock);
  const client = new CallClient({
    side: 'visitor',
    me: () => 'visitor-1',
    url: 'ws://hub/ws/voice',
    askTicket: async () => ({ call_id: 'call-1', ticket: 'ticket-1' }),
    openSocket: hub.open,
    audio,
    clock,
    random: () => 0.5,
  });
  void client.start();
  await clock.advance(10);
  const words: string[] = [];
  const lengths = new Map<number, number>();
  const cutItems = new Set<number>();
  const exact: { item: number; samples: number }[] = [];
  let item = 0xfffe;
  for (const it of steps) {
    if (it.kind === 'speak') {
      hub.speak(item, it.samples);
      lengths.set(item, it.samples);
      item = (item + 1) & 0xffff;
    } else if (it.kind === 'interrupt') {
      hub.overtakes = it.overtakes;
      const before = hub.cuts.length;
      const unheard = [...lengths].filter(
        ([key, all]) => (audio.heard.get(key)?.length ?? 0) < all,
      );
      for (const [key] of unheard) cutItems.add(key);
      hub.interrupt();
      if (hub.isConnected) await settle();
      const known = hub.cuts[before];
      if (known)
        exact.push({ item: known.item, samples: audio.heard.get(known.item)?.length ?? 0 });
    } else if (it.kind === 'cut') hub.cut();
    else if (it.kind === 'hub down') {
      hub.isUp = false;
      hub.cut();
      await clock.advance(it.for_ms);
      hub.isUp = true;
    } else if (it.kind === 'words') {
      for (let n = 0; n < it.count; n += 1) {
        words.push(`word ${words.length}`);
        const entryId = `words-${words.length}`;
        hub.say('transcript', {
          entry_id: entryId,
          role: 'visitor',
          text: words.at(-1),
          final: true,
        });
      }
    } else await clock.advance(it.ms);
  }
  await clock.advance(90_000);
  return { hub, audio, client, words, lengths, cut_items: cutItems, exact };
}

describe('a call over a bad line', () => {
  it('never plays a sample twice, leaves none out, and tells what was heard exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 22 }),
        fc.constantFrom(0, 0xfffd, 0x7fff),
        async (steps, firstGeneration) => {
          const { hub, audio, client, words, lengths, cut_items, exact } = await play(
            steps,
            firstGeneration,
          );

          for (const [item, samples] of audio.heard) {
            expect(samples).toEqual(samples.map((_, at) => at % SAMPLE_RANGE));
            if (!cut_items.has(item)) expect(samples).toHaveLength(lengths.get(item) ?? 0);
          }
          for (const item of lengths.keys()) {
            if (!cut_items.has(item)) expect(audio.heard.has(item)).toBe(true);
          }
          expect(hub.cuts.filter((cut) => exact.some((it) => it.item === cut.item))).toEqual(
            expect.arrayContaining(exact),
          );
          const shown = client.lines.get().filter((line) => line.role === 'visitor');
          expect(shown.map((line) => line.text)).toEqual(words.slice(-shown.length));
          expect(new Set(client.lines.get().map((line) => line.entry_id)).size).toBe(
            client.lines.get().length,
          );
          expect(client.view.get().phase).toBe('live');
        },
      ),
      { seed: SEED, numRuns: 150 },
    );
    // A hundred and fifty calls of some minutes each: seconds on an idle machine, more on a busy one.
  }, 60_000);
});
