// REST calls of the pages that set the assistant up.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { Failure } from '@switchboard/shared/errors.ts';
import type {
  KnowledgePairFields,
  KnowledgeSourceChange,
  NewKnowledgePair,
  NewKnowledgeSource,
  PriceBody,
  ProviderBody,
  SettingValue,
  SettingsAnswer,
  SettingsBody,
  UnansweredAnswer,
  UsageNumbers,
} from '@switchboard/shared/wire.ts';
import { actingHeaders } from './acting.ts';
import { rest } from './api.ts';

/** Whose settings: the platform's, the org's, or those of the channel with this id. */
export type SettingLevel = 'platform' | 'org' | { channel: string };

export type ChainLevel = 'org' | 'platform';

export const USAGE_NUMBERS = [
  'cost_usd',
  'total_tokens',
  'chat_requests',
  'embedding_tokens',
  'voice_minutes',
] as const satisfies readonly (keyof UsageNumbers)[];
export type UsageNumber = (typeof USAGE_NUMBERS)[number];

function after(cursor: string | null): string {
  return cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
}

function settings(level: SettingLevel): Promise<SettingsAnswer> {
  if (level === 'platform') return rest.get<'/platform/settings'>('/platform/settings');
  if (level === 'org') return rest.get<'/settings'>('/settings');
  return rest.get<'/channels/{id}/settings'>(`/channels/${level.channel}/settings`);
}

function changeSettings(level: SettingLevel, body: SettingsBody): Promise<SettingsAnswer> {
  if (level === 'platform') return rest.patch<'/platform/settings'>('/platform/settings', body);
  if (level === 'org') return rest.patch<'/settings'>('/settings', body);
  return rest.patch<'/channels/{id}/settings'>(`/channels/${level.channel}/settings`, body);
}

export const adminApi = {
  settings: (level: SettingLevel) => settings(level).then((answer) => answer.settings),
  /** All or none; null inherits again. */
  changeSettings: (level: SettingLevel, settings: Record<string, SettingValue>) =>
    changeSettings(level, { settings }),
  settingHistory: (level: SettingLevel, cursor: string | null) =>
    rest.get<'/settings/history'>(
      `/settings/history?limit=30${level === 'platform' ? '&level=platform' : ''}${after(cursor)}`,
    ),

  restoreSetting: (level: SettingLevel, id: string) =>
    rest.post<'/settings/history/{id}/restore'>(
      `/settings/history/${id}/restore${level === 'platform' ? '?level=platform' : ''}`,
    ),
  assistantTurns: (query: string, cursor: string | null) =>
    rest.get<'/assistant/turns'>(
      `/assistant/turns?limit=50${after(cursor)}${query && `&${query}`}`,
    ),

  providers: (level: ChainLevel) =>
    rest.get<'/providers'>(`/providers?level=${level}`).then((answer) => answer.providers),
  addProvider: (level: ChainLevel, draft: ProviderBody) =>
    rest.post<'/providers'>(`/providers?level=${level}`, draft),
  changeProvider: (level: ChainLevel, id: string, draft: ProviderBody) =>
    rest.patch<'/providers/{id}'>(`/providers/${id}?level=${level}`, draft),
  removeProvider: (level: ChainLevel, id: string) =>
    rest.delete<'/providers/{id}'>(`/providers/${id}?level=${level}`),
  tryProvider: (level: ChainLevel, id: string) =>
    rest.post<'/providers/{id}/test'>(`/providers/${id}/test?level=${level}`),

  sources: () => rest.get<'/knowledge/sources'>('/knowledge/sources?limit=200'),
  addSource: (draft: NewKnowledgeSource) =>
    rest.post<'/knowledge/sources'>('/knowledge/sources', draft),
  changeSource: (id: string, change: KnowledgeSourceChange) =>
    rest.patch<'/knowledge/sources/{id}'>(`/knowledge/sources/${id}`, change),
  removeSource: (id: string) => rest.delete<'/knowledge/sources/{id}'>(`/knowledge/sources/${id}`),
  refreshSource: (id: string) =>
    rest.post<'/knowledge/sources/{id}/refresh'>(`/knowledge/sources/${id}/refresh`),
  uploadFile,
  pairs: (cursor: string | null) =>
    rest.get<'/knowledge/pairs'>(`/knowledge/pairs?limit=50${after(cursor)}`),
  addPair: (draft: NewKnowledgePair) => rest.post<'/knowledge/pairs'>('/knowledge/pairs', draft),
  changePair: (id: string, draft: KnowledgePairFields) =>
    rest.patch<'/knowledge/pairs/{id}'>(`/knowledge/pairs/${id}`, draft),
  removePair: (id: string) => rest.delete<'/knowledge/pairs/{id}'>(`/knowledge/pairs/${id}`),
  searchKnowledge: (question: string, channelId: string) =>
    rest.get<'/knowledge/search'>(
      `/knowledge/search?q=${encodeURIComponent(question)}&channel_id=${channelId}`,
    ),
  unanswered: () => rest.get<'/knowledge/unanswered'>('/knowledge/unanswered?limit=200'),
  answerUnanswered: (id: string, answer: UnansweredAnswer) =>
    rest.post<'/knowledge/unanswered/{id}/answer'>(`/knowledge/unanswered/${id}/answer`, answer),
  dismissUnanswered: (id: string) =>
    rest.delete<'/knowledge/unanswered/{id}'>(`/knowledge/unanswered/${id}`),

  usage: () => rest.get<'/usage'>('/usage'),
  ratings: () => rest.get<'/ratings'>('/ratings'),
  usageSums: (by: string, query: string) =>
    rest.get<'/usage/sums'>(`/usage/sums?by=${by}&${query}`).then((answer) => answer.items),
  /** Where the browser downloads sums, or single uses, as CSV. */
  usageFile: (by: string, query: string) => `${serverPath}/api/v1/usage/export?by=${by}&${query}`,
  usageEvents: (cursor: string | null) =>
    rest.get<'/usage/events'>(`/usage/events?limit=25${after(cursor)}`),
  prices: () => rest.get<'/prices'>('/prices').then((answer) => answer.prices),
  setPrice: (price: PriceBody) => rest.post<'/platform/prices'>('/platform/prices', price),
};

/** A form with a file, which the small REST client does not send. */
async function uploadFile(file: File, title: string, channelId: string | null): Promise<void> {
  const form = new FormData();
  form.append('title', title);
  if (channelId) form.append('channel_id', channelId);
  form.append('file', file, file.name);
  let response: Response;
  try {
    response = await fetch(`${serverPath}/api/v1/knowledge/files`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'switchboard', ...actingHeaders('/knowledge/files') },
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
