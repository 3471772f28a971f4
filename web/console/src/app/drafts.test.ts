import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../shared/test/fake-clock.ts';
import { Drafts } from './drafts.ts';

type Stored = { conversation_id: string; kind: 'message' | 'note'; text: string }[];

function house(stored: Stored = [], held: string[] = []) {
  const clock = new FakeClock();
  const sent: string[] = [];
  const answers: (() => Promise<unknown>)[] = [];
  const drafts = new Drafts({
    clock,
    load: () => Promise.resolve(stored.map((it) => ({ ...it, updated_at: '' }))),
    store: (id, kind, text, isLeaving) => {
      sent.push(`${id} ${kind} ${text}${isLeaving ? ' leaving' : ''}`);
      return (answers.shift() ?? (() => Promise.resolve()))();
    },
    held: () => held,
  });
  return { clock, sent, answers, drafts };
}

describe('drafts', () => {
  it('are stored once typing rests, and removed at once', async () => {
    const { clock, sent, drafts } = house();
    drafts.set('c1', 'message', 'D');
    await clock.advance(900);
    drafts.set('c1', 'message', 'Dear');
    await clock.advance(900);
    expect(sent).toEqual([]);
    await clock.advance(100);
    expect(sent).toEqual(['c1 message Dear']);
    drafts.set('c1', 'message', '');
    await clock.advance(0);
    expect(sent).toEqual(['c1 message Dear', 'c1 message ']);
    expect(drafts.texts.get()).toEqual({});
  });

  it('of other pages are shown, but not over what was written here', async () => {
    const { drafts } = house([
      { conversation_id: 'c1', kind: 'message', text: 'old' },
      { conversation_id: 'c1', kind: 'note', text: 'ask Bob' },
    ]);
    const loading = drafts.load();
    drafts.set('c1', 'message', 'new');
    await loading;
    expect([drafts.get('c1', 'message'), drafts.get('c1', 'note')]).toEqual(['new', 'ask Bob']);
  });

  it('are stored as the page is left, and again after a failure', async () => {
    const { clock, sent, answers, drafts } = house();
    answers.push(() => Promise.reject(new Error('away')));
    drafts.set('c1', 'message', 'Dear');
    drafts.flush();
    expect(sent).toEqual(['c1 message Dear leaving']);
    await Promise.resolve();
    await Promise.resolve();
    await clock.advance(10_000);
    expect(sent.at(-1)).toBe('c1 message Dear');
  });

  it('that are gone on the server go here too, unless they were written meanwhile', async () => {
    const stored: Stored = [
      { conversation_id: 'c1', kind: 'message', text: 'sent elsewhere' },
      { conversation_id: 'c2', kind: 'message', text: 'two' },
    ];
    const { clock, drafts } = house(stored);
    await drafts.load();
    drafts.set('c3', 'message', 'stored, then sent elsewhere');
    await clock.advance(1_000);
    drafts.set('c2', 'message', 'two here');
    stored.length = 0;
    const loading = drafts.load();
    drafts.set('c4', 'message', 'four');
    await loading;
    expect(drafts.texts.get()).toEqual({ 'message c2': 'two here', 'message c4': 'four' });
  });

  it('are stored one after another, the newest last', async () => {
    const { clock, sent, answers, drafts } = house();
    let end = () => {};
    answers.push(() => new Promise<void>((resolve) => (end = resolve)));
    drafts.set('c1', 'message', 'Dear');
    await clock.advance(1_000);
    drafts.set('c1', 'message', '');
    drafts.set('c2', 'message', 'other');
    await clock.advance(5_000);
    expect(sent).toEqual(['c1 message Dear', 'c2 message other']);
    end();
    await clock.advance(0);
    expect(sent.slice(2)).toEqual(['c1 message ']);
    await clock.advance(60_000);
    expect(sent).toHaveLength(3);
  });

  it('of a page that is left do not wait, and are stored again where it stays', async () => {
    const { clock, sent, answers, drafts } = house();
    let end = () => {};
    answers.push(() => new Promise<void>((resolve) => (end = resolve)));
    drafts.set('c1', 'message', 'Dear');
    await clock.advance(1_000);
    drafts.set('c1', 'message', 'Dear Bob');
    drafts.flush();
    expect(sent).toEqual(['c1 message Dear', 'c1 message Dear Bob leaving']);
    await clock.advance(0);
    end();
    await clock.advance(0);
    expect(sent.slice(2)).toEqual(['c1 message Dear Bob']);
  });

  it('hold what can still be taken back until it is sent', async () => {
    const held: string[] = [];
    const stored: Stored = [{ conversation_id: 'c1', kind: 'message', text: 'Hello' }];
    const { clock, sent, drafts } = house(stored, held);
    drafts.set('c1', 'message', 'Hello');
    await clock.advance(1_000);
    held.push('Hello');
    drafts.set('c1', 'message', '');
    await clock.advance(0);
    expect(sent).toEqual(['c1 message Hello', 'c1 message Hello']);
    await drafts.load();
    expect(drafts.texts.get(), 'it is not begun a second time').toEqual({});
    drafts.set('c1', 'message', 'And');
    await clock.advance(1_000);
    expect(sent.at(-1)).toBe('c1 message Hello\nAnd');
    held.length = 0;
    drafts.release('c1');
    await clock.advance(0);
    expect(sent.at(-1)).toBe('c1 message And');
  });
});
