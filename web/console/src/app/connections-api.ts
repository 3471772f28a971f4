// REST calls of tools, webhooks and submissions.

import type {
  DeliveryStatus,
  OrgToolBody,
  Patches,
  Posts,
  SubmissionStatus,
  WebhookBody,
  WebhookKind,
} from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

export const WEBHOOK_KINDS = [
  'conversation.opened',
  'conversation.closed',
  'message.created',
  'handoff.requested',
  'conversation.taken_over',
  'conversation.released',
  'conversation.assigned',
  'call.started',
  'call.ended',
  'ticket.opened',
  'ticket.resolved',
  'submission.created',
  'contact.updated',
  'rating.created',
  'usage.warning',
  'security.address_suspicious',
] as const satisfies readonly WebhookKind[];
export type ShownWebhookKind = (typeof WEBHOOK_KINDS)[number];

export const DELIVERY_STATUSES = [
  'pending',
  'delivered',
  'failed',
] as const satisfies readonly DeliveryStatus[];

export const SUBMISSION_STATUSES = [
  'open',
  'done',
  'archived',
] as const satisfies readonly SubmissionStatus[];

function asked(values: Record<string, string | null>): string {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value);
  return query.toString();
}

export const connectionsApi = {
  tools: () => rest.get<'/tools'>('/tools').then((answer) => answer.tools),
  changeTool: (name: string, draft: OrgToolBody) =>
    rest.patch<'/tools/{id}'>(`/tools/${encodeURIComponent(name)}`, draft),
  testTool: (name: string, args: Record<string, unknown>) =>
    rest
      .post<'/tools/{id}/test'>(`/tools/${encodeURIComponent(name)}/test`, { arguments: args })
      .then((answer) => answer.run),
  toolRuns: (success: string | null, cursor: string | null) =>
    rest.get<'/tools/runs'>(`/tools/runs?${asked({ success, cursor })}`),

  addCatalogueTool: (draft: Posts['/platform/tools']['body']) =>
    rest.post<'/platform/tools'>('/platform/tools', draft),
  changeCatalogueTool: (name: string, change: Patches['/platform/tools/{id}']['body']) =>
    rest.patch<'/platform/tools/{id}'>(`/platform/tools/${encodeURIComponent(name)}`, change),
  removeCatalogueTool: (name: string) =>
    rest.delete<'/platform/tools/{id}'>(`/platform/tools/${encodeURIComponent(name)}`),

  webhooks: () => rest.get<'/webhooks'>('/webhooks').then((answer) => answer.webhooks),
  addWebhook: (draft: WebhookBody) => rest.post<'/webhooks'>('/webhooks', draft),
  changeWebhook: (id: string, draft: WebhookBody) =>
    rest.patch<'/webhooks/{id}'>(`/webhooks/${id}`, draft),
  rotateWebhookSecret: (id: string, overlapHours: number) =>
    rest.post<'/webhooks/{id}/rotate-secret'>(`/webhooks/${id}/rotate-secret`, {
      overlap_hours: overlapHours,
    }),
  endOldWebhookSecret: (id: string) =>
    rest.delete<'/webhooks/{id}/old-secret'>(`/webhooks/${id}/old-secret`),
  removeWebhook: (id: string) => rest.delete<'/webhooks/{id}'>(`/webhooks/${id}`),
  testWebhook: (id: string) => rest.post<'/webhooks/{id}/test'>(`/webhooks/${id}/test`),
  deliveries: (status: string | null, cursor: string | null) =>
    rest.get<'/webhooks/deliveries'>(`/webhooks/deliveries?${asked({ status, cursor })}`),
  replay: (id: string) =>
    rest.post<'/webhooks/deliveries/{id}/replay'>(`/webhooks/deliveries/${id}/replay`),

  submissions: (status: string | null, cursor: string | null) =>
    rest.get<'/submissions'>(`/submissions?${asked({ status, cursor })}`),
  markSubmission: (id: string, status: SubmissionStatus) =>
    rest.patch<'/submissions/{id}'>(`/submissions/${id}`, { status }),
};
