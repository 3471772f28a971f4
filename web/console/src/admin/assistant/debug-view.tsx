// What went into an answer of the test chat: numbers, passages, tools, and the prompts as they were sent.

import type {
  AssistantTestAnswer,
  KnowledgePassage,
  PromptMessage,
  TestCall,
  TestToolCall,
} from '@switchboard/shared/wire.ts';
import type { ReactNode } from 'react';
import { formatUsd } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { toolText, useConnectionWords } from '../connections/connection-words.ts';
import { Card } from '../admin-page.tsx';
import { JsonBox } from '../paged-list.tsx';
import { reasonText, useAssistantWords } from './assistant-words.ts';
import { timeText } from './time-text.ts';

export function DebugView({ answer }: { answer: AssistantTestAnswer }) {
  const { t } = useAssistantWords();
  return (
    <>
      <Summary answer={answer} />
      <Part title={t('debug.passages')} count={answer.passages.length}>
        {answer.passages.map((it) => (
          <Passage key={it.id} passage={it} />
        ))}
      </Part>
      <Part title={t('debug.tools')} count={answer.tools.length}>
        {answer.tools.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer does not change.
          <ToolCall key={at} call={it} />
        ))}
      </Part>
      <Part title={t('debug.calls')} count={answer.calls.length}>
        {answer.calls.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an answer does not change.
          <ModelCall key={at} call={it} number={at + 1} />
        ))}
      </Part>
    </>
  );
}

function Summary({ answer }: { answer: AssistantTestAnswer }) {
  const words = useAssistantWords();
  const { t } = words;
  const { locale } = useWords();
  const last = answer.calls.at(-1);
  const facts: [string, string][] = [
    [t('debug.outcome'), t(`outcome.${answer.outcome}`)],
    ...(answer.reason
      ? ([[t('debug.reason'), reasonText(answer.reason, words)]] as [string, string][])
      : []),
    ...(answer.words.length > 0
      ? ([[t('debug.words'), answer.words.join(', ')]] as [string, string][])
      : []),
    [t('debug.answeredBy'), last ? `${last.provider} · ${last.model}` : t('log.no_model')],
    [t('debug.time'), timeText(answer.latency_ms, locale)],
    [
      t('debug.tokens'),
      t('log.tokens', {
        input: answer.input_tokens.toLocaleString(locale),
        output: answer.output_tokens.toLocaleString(locale),
      }),
    ],
    [t('debug.cost'), formatUsd(answer.cost_usd, locale)],
    [t('debug.language'), languageName(answer.language, locale)],
  ];
  return (
    <Card>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 p-4 text-sm">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  const { t } = useAssistantWords();
  return (
    <div className="flex flex-col gap-2">
      <h2 className="font-semibold">{title}</h2>
      {count === 0 ? (
        <p className="text-sm text-soft">{t('debug.none')}</p>
      ) : (
        <Card>
          <ul className="divide-y divide-line">{children}</ul>
        </Card>
      )}
    </div>
  );
}

function Passage({ passage }: { passage: KnowledgePassage }) {
  const { t } = useAssistantWords();
  const percent = Math.round(passage.score * 100);
  return (
    <li className="flex flex-col gap-1 px-4 py-3 text-sm">
      <p className="flex items-center gap-3 text-soft">
        <span className="min-w-0 flex-1 truncate">{passage.title}</span>
        <span className="tabular-nums">{t('debug.score', { percent })}</span>
      </p>
      {passage.question ? <p className="font-semibold">{passage.question}</p> : null}
      <p className="line-clamp-4 break-words whitespace-pre-wrap">{passage.text}</p>
    </li>
  );
}

function ToolCall({ call }: { call: TestToolCall }) {
  const { t } = useAssistantWords();
  const connectionWords = useConnectionWords();
  const { locale } = useWords();
  const tone = call.success ? 'ok' : call.run ? 'danger' : 'warn';
  return (
    <li className="px-4 py-3">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <span className="font-semibold">
          {toolText({ name: call.name, description: '' }, connectionWords).title}
        </span>
        <Badge tone={tone}>
          {t(call.success ? 'debug.tool.ok' : call.run ? 'debug.tool.failed' : 'debug.tool.notRun')}
        </Badge>
        {call.run ? <span className="text-soft">{timeText(call.duration_ms, locale)}</span> : null}
      </p>
      <JsonBox title={t('debug.arguments')} value={parsed(call.arguments)} />
      <JsonBox title={t('debug.result')} value={call.result} />
    </li>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function ModelCall({ call, number }: { call: TestCall; number: number }) {
  const { t } = useAssistantWords();
  const { locale } = useWords();
  const facts = [`${call.provider} · ${call.model}`];
  if (call.latency_ms !== null) facts.push(timeText(call.latency_ms, locale));
  if (call.first_token_ms !== null)
    facts.push(t('log.first_word', { time: timeText(call.first_token_ms, locale) }));
  if (call.input_tokens !== null && call.output_tokens !== null)
    facts.push(
      t('log.tokens', {
        input: call.input_tokens.toLocaleString(locale),
        output: call.output_tokens.toLocaleString(locale),
      }),
    );
  if (call.cost_usd !== null) facts.push(formatUsd(call.cost_usd, locale));
  if (call.estimate) facts.push(t('log.estimate'));
  return (
    <li className="flex flex-col gap-1.5 px-4 py-3 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{t('debug.call', { number })}</span>
        {call.error ? <Badge tone="danger">{call.error}</Badge> : null}
      </p>
      <p className="break-words text-soft">{facts.join(' · ')}</p>
      {call.tools.length > 0 ? (
        <p className="break-words text-soft">
          {t('debug.offered', { names: call.tools.join(', ') })}
        </p>
      ) : null}
      <details>
        <summary className="w-fit cursor-pointer rounded text-accent">
          {t('debug.prompt', { count: call.messages.length })}
        </summary>
        <ol className="mt-2 flex flex-col gap-2">
          {call.messages.map((it, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a prompt does not change.
            <li key={at}>
              <Message message={it} />
            </li>
          ))}
        </ol>
      </details>
    </li>
  );
}

function Message({ message }: { message: PromptMessage }) {
  const { t } = useAssistantWords();
  const role = t(`role.${message.role as 'system' | 'user' | 'assistant' | 'tool'}`);
  const calls = message.tool_calls.map((it) => `${it.name}(${it.arguments})`);
  return (
    <>
      <p className="text-xs font-semibold text-soft">{role}</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard.
        tabIndex={0}
        className="max-h-72 overflow-auto rounded-lg bg-raised p-3 text-xs break-words whitespace-pre-wrap"
      >
        {[message.text, ...calls].filter(Boolean).join('\n')}
      </pre>
    </>
  );
}
