// The test chat: what the assistant of a channel would answer, and what went into the answer.

import type { AssistantTestAnswer, Channel } from '@switchboard/shared/wire.ts';
import { useMutation } from '@tanstack/react-query';
import { Bot, RotateCcw, Send } from 'lucide-react';
import { type SubmitEvent, useRef, useState } from 'react';
import { failureText } from '../../app/failures.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CheckField, TextField } from '../../ui/field.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Empty, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins } from '../admin-page.tsx';
import { AssistantNav } from './assistant-nav.tsx';
import { reasonText, useAssistantWords } from './assistant-words.ts';
import { DebugView } from './debug-view.tsx';
import { testApi } from './test-api.ts';
import { OutcomeBadge } from './turn-row.tsx';
import { ForChannel } from './for-channel.tsx';

/** A question with its answer. */
interface Turn {
  question: string;
  answer: AssistantTestAnswer;
}

export function AssistantTestPage() {
  const { t } = useAssistantWords();
  return (
    <AdminPage title={t('test.title')} lead={t('test.lead')} isWide>
      <ForAdmins>
        <AssistantNav />
        <ForChannel>{(channel) => <TestChat channel={channel} />}</ForChannel>
      </ForAdmins>
    </AdminPage>
  );
}

function TestChat({ channel }: { channel: Channel }) {
  const { t } = useAssistantWords();
  const words = useWords();
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [shown, setShown] = useState<number | null>(null);
  const [question, setQuestion] = useState('');
  const [runsAll, setRunsAll] = useState(false);
  const field = useRef<HTMLFormElement>(null);
  const ask = useMutation({
    mutationFn: (text: string) =>
      testApi.ask(channel.id, {
        messages: [...turns.flatMap(linesOf), { role: 'visitor', text }],
        locale: words.locale,
        run_all_tools: runsAll,
      }),
    onSuccess: (answer, text) => {
      setShown(turns.length);
      setTurns([...turns, { question: text, answer }]);
      setQuestion('');
    },
    onSettled: () => field.current?.querySelector('input')?.focus(),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (question.trim() && !ask.isPending) ask.mutate(question.trim());
  };
  const looked = shown === null ? undefined : turns[shown];
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <section aria-label={t('test.chat')} className="flex flex-col gap-4">
        <Card>
          <div className="flex min-h-60 flex-col gap-3 p-4" role="log" aria-label={t('test.chat')}>
            {turns.length === 0 && !ask.isPending ? (
              <Empty icon={Bot} title={t('test.empty')} text={t('test.empty.text')} />
            ) : null}
            {turns.map((turn, at) => (
              <Exchange
                // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added at the end.
                key={at}
                turn={turn}
                isShown={at === shown}
                onShow={() => setShown(at)}
              />
            ))}
            {ask.isPending ? (
              <>
                <Said text={ask.variables} isVisitor />
                <Loading text={t('test.thinking')} />
              </>
            ) : null}
          </div>
        </Card>
        <form ref={field} className="flex flex-col gap-3" onSubmit={submit}>
          <TextField
            label={t('test.question')}
            dir="auto"
            autoFocus
            required
            value={question}
            disabled={ask.isPending}
            onChange={(event) => setQuestion(event.target.value)}
          />
          <div>
            <CheckField
              label={t('test.runAll')}
              checked={runsAll}
              onChange={(event) => setRunsAll(event.target.checked)}
            />
            <p className="pl-6.5 text-sm text-soft">{t('test.runAll.hint')}</p>
          </div>
          <FormError text={ask.error ? failureText(ask.error, words) : null} />
          <div className="flex flex-wrap justify-end gap-2">
            <Button
              disabled={turns.length === 0 || ask.isPending}
              onClick={() => {
                setTurns([]);
                setShown(null);
                ask.reset();
              }}
            >
              <RotateCcw size={16} />
              {t('test.again')}
            </Button>
            <Button type="submit" kind="strong" disabled={ask.isPending}>
              <Send size={16} />
              {t('test.ask')}
            </Button>
          </div>
        </form>
      </section>
      <section aria-label={t('debug.title')} className="flex flex-col gap-3">
        {looked ? (
          <DebugView key={shown} answer={looked.answer} />
        ) : (
          <p className="text-sm text-soft">{t('debug.empty')}</p>
        )}
      </section>
    </div>
  );
}

/** What the model is told of an earlier turn. */
function linesOf({ question, answer }: Turn) {
  const asked = { role: 'visitor', text: question } as const;
  return answer.text ? [asked, { role: 'assistant', text: answer.text } as const] : [asked];
}

interface ExchangeProps {
  turn: Turn;
  isShown: boolean;
  onShow: () => void;
}

function Exchange({ turn, isShown, onShow }: ExchangeProps) {
  const words = useAssistantWords();
  const { t } = words;
  const { answer } = turn;
  return (
    <>
      <Said text={turn.question} isVisitor />
      {answer.text ? <Said text={answer.text} /> : null}
      <p className="flex flex-wrap items-center gap-2">
        <OutcomeBadge outcome={answer.outcome} />
        {answer.reason ? (
          <span className="min-w-0 text-sm break-words text-soft">
            {reasonText(answer.reason, words)}
          </span>
        ) : null}
        <Button isSmall kind="plain" aria-pressed={isShown} onClick={onShow}>
          {t('test.why')}
        </Button>
      </p>
    </>
  );
}

function Said({ text, isVisitor = false }: { text: string; isVisitor?: boolean }) {
  return (
    <div
      dir="auto"
      className={classes(
        'max-w-[85%] rounded-2xl px-3.5 py-2 break-words',
        isVisitor
          ? 'self-end rounded-br-sm bg-accent-soft whitespace-pre-wrap'
          : 'self-start rounded-bl-sm bg-raised',
      )}
    >
      {isVisitor ? text : <Markdown text={text} />}
    </div>
  );
}
