import { describe, expect, it } from 'vitest';
import { belongsTo } from './inbox.ts';
import type { ConversationSummary, Status, User } from './wire.ts';

const ME: User = { id: 'me', kind: 'agent', name: 'Ana' };

function conversation(status: Status, assignee: User | null): ConversationSummary {
  const at = '2026-11-21T10:00:00.000Z';
  return {
    id: 'c',
    channel_id: 'ch',
    visitor: {
      id: 'v',
      kind: 'visitor',
      name: 'Guest-1',
      email: null,
      external_id: null,
      verified: false,
      profile_verified: false,
      locale: null,
      page: null,
    },
    state: {
      status,
      responder: { kind: 'waiting', since: at },
      takeover: 0,
      assignee,
      priority: null,
      labels: [],
      handoff: null,
      insight: null,
      last_seq: 0,
      updated_at: at,
    },
    last_message: null,
    unread: 0,
    created_at: at,
  };
}

describe('inbox views', () => {
  const views = ['mine', 'unassigned', 'waiting', 'all', 'closed'] as const;
  const viewsOf = (it: ConversationSummary) => views.filter((view) => belongsTo(view, it, ME.id));

  it('show a waiting conversation to everybody', () => {
    expect(viewsOf(conversation('waiting', null))).toEqual(['unassigned', 'waiting', 'all']);
  });

  it('show an assigned one to its agent and under all', () => {
    expect(viewsOf(conversation('open', ME))).toEqual(['mine', 'all']);
    expect(viewsOf(conversation('open', { ...ME, id: 'other' }))).toEqual(['all']);
  });

  it('show a closed one nowhere else', () => {
    expect(viewsOf(conversation('closed', ME))).toEqual(['closed']);
  });
});
