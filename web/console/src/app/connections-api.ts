// REST calls of tools, webhooks and submissions, with their types.

import type { ItemList } from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

export interface Tool {
  name: string;
  kind: 'built_in' | 'webhook';
  description: string;
  default_enabled: boolean;
  /** Null: as the platform says. */
  enabled: boolean | null;
  usable: boolean;
  url: string | null;
  secret_hint: string | null;
}

export interface ToolDraft {
  enabled: boolean | null;
  url?: string | null;
  secret?: string;
}

export interface ToolRun {
  id: string;
  conversation_id: string | null;
  tool: string;
  arguments: unknown;
  result: unknown;
  success: boolean;
  error: string | null;
  attempts: number;
  duration_ms: number;
  created_at: string;
}

export const WEBHOOK_KINDS = [
  'conversation.opened',
  'conversation.closed',
  'message.created',
  'handoff.requested',
] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

export interface Webhook {
  id: string;
  url: string;
  /** None: all. */
  kinds: string[];
  active: boolean;
  secret_hint: string;
}

export type WebhookDraft = Partial<Pick<Webhook, 'url' | 'kinds' | 'active'>>;

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export interface Delivery {
  id: string;
  webhook_id: string;
  kind: string;
  body: unknown;
  status: (typeof DELIVERY_STATUSES)[number];
  attempts: number;
  next_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  created_at: string;
}

export const SUBMISSION_STATUSES = ['open', 'done', 'archived'] as const;
export type SubmissionStatus = (typeof SUBMISSION_STATUSES)[number];

export interface Submission {
  id: string;
  conversation_id: string | null;
  name: string | null;
  email: string;
  subject: string;
  body: string;
  status: SubmissionStatus;
  created_at: string;
}

function asked(values: Record<string, string | null>): string {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  return query.toString();
}

export const connectionsApi = {
  tools: () => rest.get<{ tools: Tool[] }>('/tools').then((answer) => answer.tools),
  changeTool: (name: string, draft: ToolDraft) =>
    rest.patch<{ tool: Tool; secret?: string }>(`/tools/${encodeURIComponent(name)}`, draft),
  testTool: (name: string, args: object) =>
    rest
      .post<{ run: ToolRun }>(`/tools/${encodeURIComponent(name)}/test`, { arguments: args })
      .then((answer) => answer.run),
  toolRuns: (success: string | null, cursor: string | null) =>
    rest.get<ItemList<ToolRun>>(`/tools/runs?${asked({ success, cursor })}`),

  webhooks: () => rest.get<{ webhooks: Webhook[] }>('/webhooks').then((answer) => answer.webhooks),
  addWebhook: (draft: WebhookDraft) =>
    rest.post<{ webhook: Webhook; secret?: string }>('/webhooks', draft),
  changeWebhook: (id: string, draft: WebhookDraft) =>
    rest.patch<{ webhook: Webhook; secret?: string }>(`/webhooks/${id}`, draft),
  removeWebhook: (id: string) => rest.delete(`/webhooks/${id}`),
  testWebhook: (id: string) => rest.post<{ delivery: Delivery }>(`/webhooks/${id}/test`),
  deliveries: (status: string | null, cursor: string | null) =>
    rest.get<ItemList<Delivery>>(`/webhooks/deliveries?${asked({ status, cursor })}`),
  replay: (id: string) => rest.post<{ delivery: Delivery }>(`/webhooks/deliveries/${id}/replay`),

  submissions: (status: string | null, cursor: string | null) =>
    rest.get<ItemList<Submission>>(`/submissions?${asked({ status, cursor })}`),
  markSubmission: (id: string, status: SubmissionStatus) =>
    rest.patch<{ submission: Submission }>(`/submissions/${id}`, { status }),
};
