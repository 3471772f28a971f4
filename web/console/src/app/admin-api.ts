// REST calls of the pages that set the assistant up, with their types.

import { server_path } from '@switchboard/shared/browser/server-path.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import type { ItemList } from '@switchboard/shared/wire.ts';
import { rest } from './api.ts';

/** Whose settings: the platform's, the org's, or those of the channel with this id. */
export type SettingLevel = 'platform' | 'org' | { channel: string };

export interface Hours {
  timezone: string;
  /** `mon` to `sun`; a day that is missing is a day off. */
  days: Record<string, [from: string, until: string][]>;
}

export type SettingValue = string | number | boolean | string[] | Hours | null;

export interface Setting {
  name: string;
  value: SettingValue;
  source: 'default' | 'platform' | 'org' | 'channel';
  nature: 'business' | 'technical';
  kind: 'text' | 'template' | 'flag' | 'count' | 'number' | 'list' | 'choice' | 'hours' | 'address';
  settable: boolean;
  help: string;
  min?: number;
  max?: number;
  choices?: string[];
}

export interface SettingChange {
  id: string;
  channel_id: string | null;
  field: string;
  old_value: unknown;
  new_value: unknown;
  member_name: string;
  created_at: string;
}

export type ChainLevel = 'org' | 'platform';

export interface Provider {
  id: string;
  position: number;
  kind: 'openai' | 'compatible' | 'azure' | 'anthropic' | 'knowledge';
  name: string;
  base_url: string | null;
  model: string;
  tool_calling: 'native' | 'prompt';
  sees_images: boolean;
  azure_api_version: string | null;
  /** Its model for calls, where it speaks a realtime dialect. */
  voice_model: string | null;
  key_hint: string | null;
  created_at: string;
}

export type ProviderDraft = Partial<Omit<Provider, 'id' | 'key_hint' | 'created_at'>> & {
  /** Left out: it stays; null: it is removed. */
  key?: string | null;
};

export interface Trial {
  ok: boolean;
  detail: string;
  latency_ms: number;
}

export interface KnowledgeSource {
  id: string;
  channel_id: string | null;
  kind: 'pairs' | 'markdown' | 'text' | 'pdf' | 'page' | 'vector_store';
  title: string;
  url: string | null;
  vector_store_id: string | null;
  state: 'queued' | 'indexing' | 'ready' | 'failed';
  reason: string | null;
  /** What was left out of it; the rest is found. */
  warning?: string | null;
  progress: { done: number; total: number };
  passage_count: number;
  by_meaning: boolean;
  updated_at: string;
}

export interface SourceDraft {
  kind: 'markdown' | 'text' | 'page';
  channel_id: string | null;
  title?: string;
  content?: string;
  url?: string;
}

export interface Pair {
  id: string;
  source_id: string;
  question: string;
  phrasings: string[];
  answer: string;
}

export type PairDraft = Pick<Pair, 'question' | 'phrasings' | 'answer'>;

export interface Passage {
  id: string;
  source_id: string;
  title: string;
  question: string | null;
  text: string;
  url: string | null;
  language: string;
  score: number;
}

export interface KnowledgeFound {
  verdict: 'sure' | 'unsure' | 'unknown';
  answer: Passage | null;
  choices: Passage[];
  passages: Passage[];
  has_encoder: boolean;
}

export interface Unanswered {
  id: string;
  channel_id: string | null;
  conversation_id: string | null;
  question: string;
  language: string | null;
  asked_count: number;
  asked_at: string;
}

export type UnansweredAnswer = { answer: string; question: string } | { pair_id: string };

export const USAGE_NUMBERS = [
  'cost_usd',
  'total_tokens',
  'chat_requests',
  'embedding_tokens',
] as const;
export type UsageNumber = (typeof USAGE_NUMBERS)[number];

export interface UsageStanding {
  today: Record<UsageNumber, number>;
  month: Record<UsageNumber, number>;
  day_limits: Record<UsageNumber, number | null>;
  month_limits: Record<UsageNumber, number | null>;
  warnings: { limit: string; share: number }[];
  hard: boolean;
  resets_at: string;
  unpriced_models: string[];
}

export interface UsageDay {
  day: string;
  kind: string;
  model: string;
  requests: number;
  failed: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
}

export interface UsageEvent {
  id: string;
  session_id: string | null;
  provider: string;
  model: string;
  kind: string;
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  latency_ms: number;
  success: boolean;
  estimated: boolean;
  created_at: string;
}

export interface Price {
  model: string;
  valid_from: string;
  input_usd: number;
  cached_input_usd: number;
  output_usd: number;
}

function settingsPath(level: SettingLevel): string {
  if (level === 'platform') return '/platform/settings';
  return level === 'org' ? '/settings' : `/channels/${level.channel}/settings`;
}

function after(cursor: string | null): string {
  return cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
}

export const adminApi = {
  settings: (level: SettingLevel) =>
    rest.get<{ settings: Setting[] }>(settingsPath(level)).then((answer) => answer.settings),
  /** All or none; null inherits again. */
  changeSettings: (level: SettingLevel, settings: Record<string, SettingValue>) =>
    rest.patch<{ settings: Setting[] }>(settingsPath(level), { settings }),
  settingHistory: (level: SettingLevel, cursor: string | null) =>
    rest.get<ItemList<SettingChange>>(
      `/settings/history?limit=30${level === 'platform' ? '&level=platform' : ''}${after(cursor)}`,
    ),

  providers: (level: ChainLevel) =>
    rest
      .get<{ providers: Provider[] }>(`/providers?level=${level}`)
      .then((answer) => answer.providers),
  addProvider: (level: ChainLevel, draft: ProviderDraft) =>
    rest.post<{ provider: Provider }>(`/providers?level=${level}`, draft),
  changeProvider: (level: ChainLevel, id: string, draft: ProviderDraft) =>
    rest.patch<{ provider: Provider }>(`/providers/${id}?level=${level}`, draft),
  removeProvider: (level: ChainLevel, id: string) => rest.delete(`/providers/${id}?level=${level}`),
  tryProvider: (level: ChainLevel, id: string) =>
    rest.post<Trial>(`/providers/${id}/test?level=${level}`),

  sources: () => rest.get<ItemList<KnowledgeSource>>('/knowledge/sources?limit=200'),
  addSource: (draft: SourceDraft) =>
    rest.post<{ source: KnowledgeSource }>('/knowledge/sources', draft),
  changeSource: (id: string, change: Partial<Omit<SourceDraft, 'kind'>>) =>
    rest.patch<{ source: KnowledgeSource }>(`/knowledge/sources/${id}`, change),
  removeSource: (id: string) => rest.delete(`/knowledge/sources/${id}`),
  refreshSource: (id: string) => rest.post<void>(`/knowledge/sources/${id}/refresh`),
  uploadFile,
  pairs: (cursor: string | null) =>
    rest.get<ItemList<Pair>>(`/knowledge/pairs?limit=50${after(cursor)}`),
  addPair: (draft: PairDraft & { channel_id: string | null }) =>
    rest.post<{ pair: Pair }>('/knowledge/pairs', draft),
  changePair: (id: string, draft: PairDraft) =>
    rest.patch<{ pair: Pair }>(`/knowledge/pairs/${id}`, draft),
  removePair: (id: string) => rest.delete(`/knowledge/pairs/${id}`),
  searchKnowledge: (question: string, channel_id: string) =>
    rest.get<KnowledgeFound>(
      `/knowledge/search?q=${encodeURIComponent(question)}&channel_id=${channel_id}`,
    ),
  unanswered: () => rest.get<ItemList<Unanswered>>('/knowledge/unanswered?limit=200'),
  answerUnanswered: (id: string, answer: UnansweredAnswer) =>
    rest.post<{ pair: Pair }>(`/knowledge/unanswered/${id}/answer`, answer),
  dismissUnanswered: (id: string) => rest.delete(`/knowledge/unanswered/${id}`),

  usage: () => rest.get<UsageStanding>('/usage'),
  usageDays: (from: string) =>
    rest.get<{ days: UsageDay[] }>(`/usage/days?from=${from}`).then((answer) => answer.days),
  usageEvents: (cursor: string | null) =>
    rest.get<ItemList<UsageEvent>>(`/usage/events?limit=25${after(cursor)}`),
  prices: () => rest.get<{ prices: Price[] }>('/prices').then((answer) => answer.prices),
  setPrice: (price: Price) => rest.post<void>('/platform/prices', price),
};

/** A form with a file, which the small REST client does not send. */
async function uploadFile(file: File, title: string, channel_id: string | null): Promise<void> {
  const form = new FormData();
  form.append('title', title);
  if (channel_id) form.append('channel_id', channel_id);
  form.append('file', file, file.name);
  let response: Response;
  try {
    response = await fetch(`${server_path}/api/v1/knowledge/files`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'switchboard' },
      body: form,
    });
  } catch {
    throw Failure.disconnected();
  }
  if (response.ok) return;
  const answer = (await response.json().catch(() => null)) as {
    error?: Parameters<typeof Failure.fromWire>[0];
  } | null;
  if (answer?.error) throw Failure.fromWire(answer.error);
  throw new Failure(response.status === 413 ? 'too_large' : 'unavailable', '', { retry: true });
}
