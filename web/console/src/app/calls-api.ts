// REST calls of voice calls, with their types.

import { server_path } from '@switchboard/shared/browser/server-path.ts';
import type { EndReason, Floor, LinkHealth } from '@switchboard/shared/voice/call-wire.ts';
import type { Insight, ItemList, User } from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

export interface Call {
  id: string;
  session_id: string;
  channel_id: string;
  visitor: { id: string; name: string };
  state: 'active' | 'ended';
  /** Null when it has ended. */
  floor: Floor | null;
  link: LinkHealth | null;
  agent: User | null;
  listener_count: number;
  provider: string;
  model: string;
  simulated: boolean;
  started_at: string;
  ended_at: string | null;
  seconds: number | null;
  reason: EndReason | null;
  cost_usd: number;
  sentiment: Insight['sentiment'] | null;
  /** Whether it can be heard again. */
  recorded: boolean;
}

/** More than an org may have at once by default, by far. */
const MAX_RUNNING = 200;

export const callsApi = {
  running: () =>
    rest.get<ItemList<Call>>(`/calls?state=active&limit=${MAX_RUNNING}`).then((page) => page.items),
  all: (cursor: string | null) =>
    rest.get<ItemList<Call>>(
      `/calls?state=all&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    ),
  join: (id: string) =>
    rest.post<{ call_id: string; ticket: string }>(`/calls/${id}/legs`, { mode: 'listen' }),
  recordingUrl: (id: string) => `${server_path}/api/v1/calls/${encodeURIComponent(id)}/recording`,
  removeRecording: (id: string) => rest.delete(`/calls/${id}/recording`),
  end: (id: string) => rest.post<{ call: Call }>(`/calls/${id}/end`),
};
