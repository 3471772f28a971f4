import { Cell } from '@switchboard/shared/cell.ts';
import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import { expect, test } from 'vitest';
import { FakeClock, settle } from '../../../shared/test/fake-clock.ts';
import { SENT_MAX_MS, untilSent } from './until-sent.ts';

type Waiting = Pick<OutboxItem, 'session_id' | 'status'>;

function build(...waiting: Waiting[]) {
  const items = new Cell<readonly Waiting[]>(waiting);
  const clock = new FakeClock();
  let isOver = false;
  void untilSent(items, ['a'], clock).then(() => {
    isOver = true;
  });
  return { items, clock, isOver: () => isOver };
}

test('what follows waits for the messages of its conversation, and for no others', async () => {
  const one = build({ session_id: 'b', status: 'sending' }, { session_id: 'a', status: 'sent' });
  await settle();
  expect(one.isOver()).toBe(true);

  const { items, isOver } = build({ session_id: 'a', status: 'sending' });
  await settle();
  expect(isOver()).toBe(false);
  items.set([{ session_id: 'a', status: 'sent' }]);
  await settle();
  expect(isOver()).toBe(true);
});

test('it does not wait for ever', async () => {
  const { clock, isOver } = build({ session_id: 'a', status: 'sending' });
  await clock.advance(SENT_MAX_MS);
  expect(isOver()).toBe(true);
});
