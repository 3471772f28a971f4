import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REPLIES, type Replies, type ReplyNews, takeReplyNews } from './replies.ts';

const ID = 'reply-1';

function delta(offset: number, text: string, messageId = ID): ReplyNews {
  return { kind: 'delta', message_id: messageId, offset, text };
}

function after(...news: ReplyNews[]): Replies {
  return news.reduce(takeReplyNews, NO_REPLIES);
}

describe('a reply being written', () => {
  it('grows piece by piece', () => {
    expect(after(delta(0, 'Hel'), delta(3, 'lo')).current).toMatchObject({
      text: 'Hello',
      stage: 'writing',
    });
  });

  it('counts its offsets in code points, not in UTF-16 units', () => {
    expect(after(delta(0, 'a😀'), delta(2, '!')).current?.text).toBe('a😀!');
    expect(after(delta(0, 'a😀'), delta(3, '!')).current?.text).toBe('a😀');
  });

  it('ignores a piece that came before', () => {
    expect(after(delta(0, 'ab'), delta(2, 'cd'), delta(2, 'cd')).current?.text).toBe('abcd');
  });

  it('waits after a gap until it gets the whole text', () => {
    const torn = after(delta(0, 'ab'), delta(4, 'ef'), delta(6, 'gh'));
    expect(torn.current?.text).toBe('ab');

    expect(takeReplyNews(torn, delta(0, 'abcdefgh')).current?.text).toBe('abcdefgh');
  });

  it('shows nothing when joined in the middle until the whole text comes', () => {
    expect(after(delta(5, 'x')).current).toBeNull();
    expect(after(delta(5, 'x'), delta(0, 'hello x')).current?.text).toBe('hello x');
  });

  it('starts over when another try of the same reply does', () => {
    expect(after(delta(0, 'first try'), delta(0, 'sec')).current?.text).toBe('sec');
  });

  it('says which tool is used, and keeps the text so far', () => {
    const used = after(delta(0, 'One moment'), {
      kind: 'processing',
      message_id: ID,
      stage: 'tool',
      tool: 'search',
    });

    expect(used.current).toMatchObject({ stage: 'tool', tool: 'search', text: 'One moment' });
  });

  it('is gone with its entry, and late pieces do not bring it back', () => {
    const done = after(delta(0, 'Hi'), { kind: 'final', message_id: ID });

    expect(done.current).toBeNull();
    expect(takeReplyNews(done, delta(2, '!'))).toBe(done);
    expect(takeReplyNews(done, delta(0, 'Hi!'))).toBe(done);
    const late: ReplyNews = { kind: 'processing', message_id: ID, stage: 'thinking', tool: null };
    expect(takeReplyNews(done, late)).toBe(done);
  });

  it('that is cancelled disappears, and leaves another alone', () => {
    expect(after(delta(0, 'Hi'), { kind: 'cancelled', message_id: ID }).current).toBeNull();
    expect(after(delta(0, 'Hi'), { kind: 'cancelled', message_id: 'x' }).current?.text).toBe('Hi');
  });

  it('gives way to the next one', () => {
    expect(after(delta(0, 'old'), delta(0, 'new', 'reply-2')).current).toMatchObject({
      message_id: 'reply-2',
      text: 'new',
    });
  });

  it('stays through a lost connection if the hub tells of it again', () => {
    const back = after(delta(0, 'Hel'), { kind: 'connection lost' }, delta(0, 'Hello'), {
      kind: 'joined',
    });

    expect(back.current?.text).toBe('Hello');
  });

  it('goes when the hub does not tell of it after a lost connection, but may come back', () => {
    const gone = after(delta(0, 'Hel'), { kind: 'connection lost' }, { kind: 'joined' });

    expect(gone.current).toBeNull();
    expect(takeReplyNews(gone, delta(0, 'Hello')).current?.text).toBe('Hello');
  });

  it('that failed says so until somebody moves on', () => {
    const failure = { message_id: ID, code: 'provider_error', message: 'Sorry', retry: true };
    const failed = after(delta(0, 'Hi'), { kind: 'failed', ...failure });

    expect(failed).toMatchObject({ current: null, failure });
    expect(takeReplyNews(failed, { kind: 'moved on' }).failure).toBeNull();
    expect(takeReplyNews(failed, delta(0, 'A', 'reply-2')).failure).toBeNull();
  });

  it('ends as the text that was sent, whatever is repeated, lost or cut on the way', () => {
    const pieces = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(pieces, fc.infiniteStream(fc.nat(3)), (texts, fates) => {
        let sent = '';
        let replies = NO_REPLIES;
        for (const text of texts) {
          const piece = delta([...sent].length, text);
          sent += text;
          const fate = fates.next().value;
          if (fate === 0) continue;
          replies = takeReplyNews(replies, piece);
          if (fate === 2) replies = takeReplyNews(replies, piece);
          if (fate === 3) replies = takeReplyNews(replies, { kind: 'connection lost' });
          // What is shown is always the beginning of what was sent.
          expect(sent.startsWith(replies.current?.text ?? '')).toBe(true);
        }
        replies = takeReplyNews(replies, delta(0, sent));
        expect(replies.current?.text).toBe(sent);
      }),
      { seed: 20261121 },
    );
  });
});
