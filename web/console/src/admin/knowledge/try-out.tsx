// A question tried out: what would be answered without a provider, and every passage that fits.

import type { KnowledgePassage, KnowledgeSearch } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleHelp, CircleX, type LucideIcon, Search } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { useWords } from '../../app/words.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { ChannelField } from './channel-field.tsx';
import { textOf } from '../form-dialog.tsx';

const VERDICTS: Readonly<Record<KnowledgeSearch['verdict'], readonly [Tone, LucideIcon]>> = {
  sure: ['ok', CircleCheck],
  unsure: ['warn', CircleHelp],
  unknown: ['danger', CircleX],
};

export function TryOut() {
  const { t } = useWords();
  const [asked, setAsked] = useState<{ question: string; channel_id: string } | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const question = textOf(form, 'question');
    if (question) setAsked({ question, channel_id: textOf(form, 'channel_id') });
  };
  return (
    <>
      <form className="grid items-end gap-3 sm:grid-cols-[1fr_220px_auto]" onSubmit={submit}>
        <TextField label={t('try.question')} name="question" dir="auto" autoFocus required />
        <ChannelField name="channel_id" label={t('try.channel')} />
        <Button type="submit" kind="strong">
          <Search size={17} />
          {t('try.ask')}
        </Button>
      </form>
      {asked ? <Found {...asked} /> : <p className="text-sm text-soft">{t('try.lead')}</p>}
    </>
  );
}

function Found({ question, channel_id }: { question: string; channel_id: string }) {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['knowledge', 'search', question, channel_id],
    queryFn: () => adminApi.searchKnowledge(question, channel_id),
    // Knowledge changes beside this: a question asked again is looked up again.
    staleTime: 0,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const [tone, Icon] = VERDICTS[data.verdict];
  return (
    <div role="status" className="flex flex-col gap-4">
      <Card>
        <div className="flex flex-col gap-2 p-4 md:p-5" data-testid="verdict">
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={tone}>
              <Icon size={13} aria-hidden="true" />
              {t(`verdict.${data.verdict}`)}
            </Badge>
            <span className="text-sm text-soft">{t(`verdict.${data.verdict}.text`)}</span>
          </p>
          {data.answer ? <p className="break-words">{data.answer.text}</p> : null}
          {data.choices.length > 0 ? (
            <ul className="list-disc pl-5">
              {data.choices.map((it) => (
                <li key={it.id}>{it.question ?? it.title}</li>
              ))}
            </ul>
          ) : null}
        </div>
      </Card>
      {data.has_encoder ? null : <p className="text-sm text-soft">{t('try.wordsOnly')}</p>}
      {data.passages.length > 0 ? (
        <Card>
          <ol aria-label={t('try.passages')} className="divide-y divide-line">
            {data.passages.map((it) => (
              <PassageRow key={it.id} passage={it} />
            ))}
          </ol>
        </Card>
      ) : null}
    </div>
  );
}

function PassageRow({ passage }: { passage: KnowledgePassage }) {
  const { t } = useWords();
  const percent = Math.round(passage.score * 100);
  return (
    <li className="flex flex-col gap-1 px-4 py-3.5 md:px-5">
      <p className="flex items-center gap-3 text-sm text-soft">
        <span className="min-w-0 flex-1 truncate">{passage.title}</span>
        <span aria-hidden="true" className="h-1.5 w-20 overflow-hidden rounded-full bg-raised">
          <span className="block h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
        </span>
        <span className="w-20 text-right tabular-nums">{t('try.score', { percent })}</span>
      </p>
      {passage.question ? <p className="font-semibold">{passage.question}</p> : null}
      <p className="text-sm break-words whitespace-pre-wrap">{passage.text}</p>
    </li>
  );
}
