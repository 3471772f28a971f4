// Whose voice answers the org's calls, what it costs, and where to try it.

import type { OwnVoice } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { formatUsd } from '../../app/format.ts';
import { Card } from '../admin-page.tsx';
import { useAssistantWords } from './assistant-words.ts';
import { testApi } from './test-api.ts';

export function OwnVoiceCard() {
  const words = useAssistantWords();
  const { t } = words;
  const { data: voice } = useQuery({ queryKey: ['voice'], queryFn: testApi.ownVoice });
  const { data: channels } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  if (!voice) return null;
  const only = channels?.items.length === 1 ? channels.items[0] : undefined;
  return (
    <Card>
      <div className="flex flex-col gap-2 p-4 md:p-5">
        <h2 className="font-semibold">{t(`voice.${voice.source}`)}</h2>
        <p className="text-sm text-soft">{t(`voice.${voice.source}.text`)}</p>
        {voice.source === 'none' ? null : (
          <p className="text-sm">
            {voice.source === 'provider' ? `${voice.provider} · ${voice.model} · ` : null}
            {priceText(voice, words)}
          </p>
        )}
        {voice.source === 'none' ? null : (
          <p className="text-sm">
            {only ? (
              <Link
                to="/channels/$id/install"
                params={{ id: only.id }}
                className="text-accent hover:underline"
              >
                {t('voice.try')}
              </Link>
            ) : (
              <Link to="/channels" className="text-accent hover:underline">
                {t('voice.try')}
              </Link>
            )}
          </p>
        )}
      </div>
    </Card>
  );
}

function priceText(
  { usd_per_minute }: OwnVoice,
  { t, locale }: ReturnType<typeof useAssistantWords>,
): string {
  if (usd_per_minute === null || usd_per_minute === undefined) return t('voice.price.tokens');
  if (usd_per_minute === 0) return t('voice.price.nothing');
  return t('voice.price.minute', { price: formatUsd(usd_per_minute, locale) });
}
