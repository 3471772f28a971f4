// The words that ask for a person, per channel, and a box that says what a sentence would do.

import type { Channel, HandoffTestAnswer, HandoffWordsAnswer } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bot, UserRound } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { api } from '../../app/api.ts';
import { failureText } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { AreaField, TextField } from '../../ui/field.tsx';
import { AdminPage, Card, ForAdmins } from '../admin-page.tsx';
import { AssistantNav } from './assistant-nav.tsx';
import { reasonText, useAssistantWords } from './assistant-words.ts';
import { testApi } from './test-api.ts';
import { ForChannel } from './for-channel.tsx';

export function HandoffPage() {
  const { t } = useAssistantWords();
  return (
    <AdminPage title={t('handoff.title')} lead={t('handoff.lead')}>
      <ForAdmins>
        <AssistantNav />
        <ForChannel>{(channel) => <Words channel={channel} />}</ForChannel>
      </ForAdmins>
    </AdminPage>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((it) => it.trim())
    .filter((it) => it !== '');
}

function Words({ channel }: { channel: Channel }) {
  const { t } = useAssistantWords();
  const words = useWords();
  const queries = useQueryClient();
  const [text, setText] = useState(channel.handoff_words.join('\n'));
  const { data } = useQuery({
    queryKey: ['channels', channel.id, 'handoff-words'],
    queryFn: () => testApi.handoffWords(channel.id),
  });
  const save = useMutation({
    mutationFn: (handoffWords: string[]) =>
      api.changeChannel(channel.id, { handoff_words: handoffWords }),
    onSuccess: async (_answer, kept) => {
      toast('good', t('handoff.saved'));
      setText(kept.join('\n'));
      await queries.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  const own = linesOf(text);
  const isDirty = own.join('\n') !== channel.handoff_words.join('\n');
  return (
    <>
      {channel.handoff_enabled ? null : (
        <p className="rounded-xl bg-warn-soft p-3 text-sm font-medium text-warn">
          {t('handoff.off')}
        </p>
      )}
      <Card>
        <form
          className="flex flex-col gap-4 p-4 md:p-5"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(own);
          }}
        >
          <AreaField
            label={t('handoff.own')}
            hint={t('handoff.own.hint')}
            rows={6}
            dir="auto"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <InForce data={data} isOwn={own.length > 0} />
          <FormError text={save.error ? failureText(save.error, words) : null} />
          <div className="flex flex-wrap justify-end gap-2">
            {channel.handoff_words.length > 0 ? (
              <Button disabled={save.isPending} onClick={() => save.mutate([])}>
                {t('handoff.reset')}
              </Button>
            ) : null}
            <Button type="submit" kind="strong" disabled={!isDirty || save.isPending}>
              {words.t('common.save')}
            </Button>
          </div>
        </form>
      </Card>
      <TestBox channel={channel} own={own} isDirty={isDirty} />
    </>
  );
}

/** What is inherited, as chips: without words of its own a channel is never without words. */
function InForce({ data, isOwn }: { data: HandoffWordsAnswer | undefined; isOwn: boolean }) {
  const { t } = useAssistantWords();
  if (!data || isOwn) return null;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm font-medium">{t(`handoff.from.${data.inherited_from}`)}</p>
      <ul className="flex flex-wrap gap-1.5">
        {data.inherited.map((it) => (
          <li key={it}>
            <Badge>{it}</Badge>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface TestBoxProps {
  channel: Channel;
  own: string[];
  isDirty: boolean;
}

function TestBox({ channel, own, isDirty }: TestBoxProps) {
  const { t } = useAssistantWords();
  const words = useWords();
  const test = useMutation({
    mutationFn: (text: string) =>
      testApi.testHandoff(channel.id, isDirty ? { text, handoff_words: own } : { text }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('sentence') ?? '').trim();
    if (text) test.mutate(text);
  };
  return (
    <Card>
      <form className="flex flex-col gap-3 p-4 md:p-5" onSubmit={submit}>
        <h2 className="font-semibold">{t('handoff.test')}</h2>
        <TextField
          label={t('handoff.sentence')}
          hint={t(isDirty ? 'handoff.sentence.unsaved' : 'handoff.sentence.hint')}
          name="sentence"
          dir="auto"
          required
        />
        <div>
          <Button type="submit" disabled={test.isPending}>
            {t('handoff.try')}
          </Button>
        </div>
        <FormError text={test.error ? failureText(test.error, words) : null} />
        <div role="status">{test.data ? <Verdict verdict={test.data} /> : null}</div>
      </form>
    </Card>
  );
}

function Verdict({ verdict }: { verdict: HandoffTestAnswer }) {
  const words = useAssistantWords();
  const { t } = words;
  const Icon = verdict.hands_over ? UserRound : Bot;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={verdict.hands_over ? 'accent' : 'plain'}>
          <Icon size={13} aria-hidden="true" />
          {t(verdict.hands_over ? 'handoff.yes' : 'handoff.no')}
        </Badge>
        {verdict.reason ? (
          <span className="text-sm text-soft">{reasonText(verdict.reason, words)}</span>
        ) : null}
      </p>
      {verdict.words.length > 0 ? (
        <p className="flex flex-wrap items-center gap-1.5 text-sm">
          {t('handoff.by')}
          {verdict.words.map((it) => (
            <Badge key={it} tone="accent">
              {it}
            </Badge>
          ))}
        </p>
      ) : null}
    </div>
  );
}
