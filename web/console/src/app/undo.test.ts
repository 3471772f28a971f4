import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { UndoList } from './undo.ts';

function build() {
  const clock = new FakeClock();
  const sent: string[] = [];
  const list = new UndoList(clock);
  const schedule = (key: string) =>
    list.schedule({ key, text: key }, (isLeaving) => sent.push(`${key} ${isLeaving}`));
  return { clock, sent, list, schedule };
}

describe('undo', () => {
  it('sends an act after six seconds and not before', async () => {
    const { clock, sent, list, schedule } = build();
    schedule('close');
    await clock.advance(5_999);
    expect(sent).toEqual([]);
    expect(list.acts.get()).toMatchObject([{ key: 'close', text: 'close' }]);

    await clock.advance(1);

    expect(sent).toEqual(['close false']);
    expect(list.acts.get()).toEqual([]);
  });

  it('sends nothing that was taken back', async () => {
    const { clock, sent, list, schedule } = build();
    schedule('close');
    list.undo('close');
    await clock.advance(60_000);
    list.flush();

    expect(sent).toEqual([]);
  });

  it('sends each act once when the page is left, and nothing after it', async () => {
    const { clock, sent, list, schedule } = build();
    schedule('a');
    schedule('a');
    schedule('b');
    list.flush();
    await clock.advance(60_000);

    expect(sent).toEqual(['a true', 'b true']);
  });
});
