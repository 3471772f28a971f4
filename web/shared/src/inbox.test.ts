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
      phone: null,
      attributes: {},
      external_id: null,
      verified: false,
      profile_verified: false,
      locale: null,
      page: null,
    },
    merged_into: null,
    previous_id: null,
    state: {
      status,
      responder: { kind: 'waiting', since: at },
      takeover: 0,
      assignee,
      priority: null,
      labels: [],
      handoff: null,
      insight: null,
      rating: null,
      snoozed_until: null,
      mode: null,
      pending_reply: null,
      last_seq: 0,
      updated_at: at,
    },
    last_message: null,
    unread: 0,
    created_at: at,
  };
}

describe('inbox views', () => {
  const views = ['my_turn', 'mine', 'unassigned', 'waiting', 'all', 'snoozed', 'closed'] as const;
  const viewsOf = (it: ConversationSummary) => views.filter((view) => belongsTo(view, it, ME.id));

  it('show a waiting conversation to everybody', () => {
    expect(viewsOf(conversation('waiting', null))).toEqual(['unassigned', 'waiting', 'all']);
  });

  it('show an assigned one to its agent and under all', () => {
    expect(viewsOf(conversation('open', ME))).toEqual(['mine', 'all']);
    expect(viewsOf(conversation('open', { ...ME, id: 'other' }))).toEqual(['all']);
  });

  it('show one that is put aside under all and snoozed only', () => {
    expect(viewsOf(conversation('snoozed', ME))).toEqual(['all', 'snoozed']);
  });

  it('show an agent whose turn it is', () => {
    const it = conversation('open', ME);
    const at = it.created_at;
    it.state.responder = { kind: 'agent', agent: ME, since: at };
    expect(viewsOf(it)).toEqual(['mine', 'all']);
    it.last_message = { seq: 1, role: 'visitor', preview: 'hello' };
    expect(viewsOf(it)).toEqual(['my_turn', 'mine', 'all']);
  });

  it('show a closed one nowhere else', () => {
    expect(viewsOf(conversation('closed', ME))).toEqual(['closed']);
  });
});
