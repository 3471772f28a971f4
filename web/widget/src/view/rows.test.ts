import type { OutboxItem } from '@switchboard/shared/outbox.ts';
import type { RoomView } from '@switchboard/shared/room.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { buildRows, countUnread, isPersonAsked } from './rows.ts';

const ME = 'me';

function entry(seq: number, who: string, minute: number, event: Entry['event'] = null): Entry {
  return {
    id: `e${seq}`,
    session_id: 's',
    seq,
    prev: seq - 1,
    kind: event ? 'event' : 'message',
    event,
    role: who === ME ? 'visitor' : 'agent',
    author: { id: who, kind: who === ME ? 'visitor' : 'agent', name: who },
    content: `text ${seq}`,
    content_type: 'text',
    attachments: [],
    client_message_id: null,
    reply_to: null,
    created_at: new Date(2026, 10, 21, 10, minute).toISOString(),
    metadata: {},
  };
}

function view(entries: Entry[], read: Record<string, number> = {}): RoomView {
  return { phase: 'live', refusal: null, entries, hasOlder: false, state: null, members: [], read };
}

const unsent: OutboxItem = {
  client_message_id: 'c1',
  session_id: 's',
  content: 'unsent',
  kind: 'message',
  created_at_ms: 0,
  number: 1,
  status: 'failed',
  failure: 'too_large',
  seq: null,
};

describe('rows', () => {
  it('group neighbours of one author and begin with the day', () => {
    const rows = buildRows(view([entry(1, ME, 0), entry(2, ME, 1), entry(3, 'ana', 2)]), [], ME);

    expect(rows.map((row) => row.kind)).toEqual(['day', 'group', 'group']);
    expect(rows[1]).toMatchObject({
      isMine: true,
      bubbles: [{ content: 'text 1' }, { content: 'text 2' }],
    });
  });

  it('break a group at an event and after a pause', () => {
    const rows = buildRows(
      view([
        entry(1, 'ana', 0),
        entry(2, 'ana', 0, 'takeover'),
        entry(3, 'ana', 1),
        entry(4, 'ana', 30),
      ]),
      [],
      ME,
    );

    expect(rows.map((row) => row.kind)).toEqual(['day', 'group', 'event', 'group', 'group']);
  });

  it('show when a call began and ended', () => {
    const rows = buildRows(
      view([entry(1, ME, 0, 'call_started'), entry(2, ME, 1), entry(3, ME, 2, 'call_ended')]),
      [],
      ME,
    );

    expect(rows.map((row) => row.kind)).toEqual(['day', 'event', 'group', 'event']);
  });

  it('put unsent messages last, with what became of them', () => {
    const rows = buildRows(view([entry(1, ME, 0)]), [unsent], ME);

    expect(rows.at(-1)).toMatchObject({ bubbles: [{ delivery: 'sent' }, { delivery: 'failed' }] });
  });

  it('count as unread what others wrote after the last read', () => {
    const entries = [
      entry(1, 'ana', 0),
      entry(2, ME, 1),
      entry(3, 'ana', 2),
      entry(4, 'ana', 3, 'release'),
    ];

    expect(countUnread(view(entries, { [ME]: 1 }), ME)).toBe(1);
    expect(countUnread(view(entries), ME)).toBe(2);
  });

  it('know that a person was asked for until one comes', () => {
    expect(isPersonAsked([entry(1, ME, 0, 'handoff')])).toBe(true);
    expect(isPersonAsked([entry(1, ME, 0, 'handoff'), entry(2, 'ana', 1, 'takeover')])).toBe(false);
  });

  it('draw a line above what the visitor has not seen, and none above what is their own', () => {
    const entries = [entry(1, ME, 0), entry(2, 'ana', 1), entry(3, 'ana', 2), entry(4, ME, 3)];
    const kinds = (after: number, until: number) =>
      buildRows(view(entries), [], ME, { after, until }).map((row) => row.kind);

    expect(kinds(1, 4)).toEqual(['day', 'group', 'news', 'group', 'group']);
    expect(kinds(2, 4)).toEqual(['day', 'group', 'group', 'news', 'group', 'group']);
    expect(kinds(3, 4)).not.toContain('news');
    expect(kinds(4, 4)).not.toContain('news');
  });
});
