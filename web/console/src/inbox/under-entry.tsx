// What stands under a message of the assistant: why it broke off, sources, choices, and what it cost.

import {
  choicesOf,
  type Interruption,
  interruptionOf,
  isSpoken,
  sourcesOf,
} from '@switchboard/shared/entry-facts.ts';
import type { Approval, Entry, ReplyUsage } from '@switchboard/shared/wire.ts';
import { FileText, Scissors, ShieldCheck } from 'lucide-react';
import { formatUsd } from '../app/format.ts';
import { useWords, type WordKey, type Words } from '../app/words.ts';
import { ProductCards } from './product-cards.tsx';

const WHY: Readonly<Record<Interruption, WordKey>> = {
  takeover: 'interrupted.takeover',
  release: 'interrupted.release',
  closed: 'interrupted.closed',
  error: 'interrupted.error',
  superseded: 'interrupted.superseded',
};

export function UnderEntry({ entry, usage }: { entry: Entry; usage: ReplyUsage | null }) {
  const words = useWords();
  const interruption = interruptionOf(entry);
  const sources = sourcesOf(entry);
  const choices = choicesOf(entry);
  return (
    <>
      {interruption ? (
        <p className="flex items-center gap-1.5 px-1 text-xs font-medium text-warn">
          <Scissors size={13} aria-hidden="true" />
          {words.t(
            isSpoken(entry) && interruption === 'superseded'
              ? 'interrupted.spoken'
              : WHY[interruption],
          )}
        </p>
      ) : null}
      <ProductCards entry={entry} />
      {sources.length > 0 ? (
        <ul
          aria-label={words.t('sources.label')}
          className="flex max-w-[min(80%,640px)] flex-wrap justify-end gap-x-3 px-1 text-xs text-soft"
        >
          {sources.map((it) => (
            <li key={`${it.number} ${it.title} ${it.url}`} className="flex items-center gap-1">
              <FileText size={12} aria-hidden="true" />
              {it.number === null ? null : `[${it.number}]`}
              {it.url ? (
                <a
                  href={it.url}
                  target="_blank"
                  rel="noopener noreferrer"
                  className="text-accent underline"
                >
                  {it.title}
                </a>
              ) : (
                it.title
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {choices.length > 0 ? (
        <ul
          aria-label={words.t('choices.label')}
          className="flex max-w-[min(80%,640px)] flex-wrap justify-end gap-1.5"
        >
          {choices.map((it) => (
            <li
              key={it.id}
              className="rounded-full border border-dashed border-line px-2.5 py-0.5 text-xs text-soft"
            >
              {it.text}
            </li>
          ))}
        </ul>
      ) : null}
      <Approved entry={entry} />
      {entry.role === 'assistant' ? <Made entry={entry} usage={usage} words={words} /> : null}
    </>
  );
}

const APPROVED: Readonly<Record<Approval['act'], WordKey>> = {
  sent: 'approval.sent',
  edited: 'approval.edited',
  deadline: 'approval.deadline',
};

/** Who let a supervised reply go out. */
function Approved({ entry }: { entry: Entry }) {
  const { t } = useWords();
  const approval = entry.metadata.approval as Partial<Approval> | undefined;
  const word = approval?.act ? APPROVED[approval.act] : undefined;
  if (!word) return null;
  return (
    <p className="flex items-center gap-1.5 px-1 text-xs text-soft" data-testid="approval">
      <ShieldCheck size={13} aria-hidden="true" />
      {t(word, { name: approval?.by?.name ?? '' })}
    </p>
  );
}

/** Who answered and what it cost; there for whoever points at the message or tabs to it. */
function Made({ entry, usage, words }: { entry: Entry; usage: ReplyUsage | null; words: Words }) {
  const { provider, model } = entry.metadata;
  const name = typeof model === 'string' ? model : provider;
  const parts = [typeof name === 'string' ? name : null, ...(usage ? costParts(usage, words) : [])];
  const text = parts.filter((part) => part !== null).join(' · ');
  if (text === '') return null;
  return (
    <p
      data-testid="usage"
      className="px-1 text-xs text-soft opacity-0 transition entry-focus:opacity-100 entry-hover:opacity-100 [@media(hover:none)]:opacity-100"
    >
      {text}
    </p>
  );
}

function costParts(usage: ReplyUsage, words: Words): string[] {
  const tokens = words.t('usage.tokens', {
    input: usage.input_tokens.toLocaleString(words.locale),
    output: usage.output_tokens.toLocaleString(words.locale),
  });
  const first = usage.first_token_ms;
  return [
    usage.is_estimate ? words.t('usage.estimated', { tokens }) : tokens,
    formatUsd(usage.cost_usd, words.locale),
    ...(first === null ? [] : [words.t('usage.first', { ms: first })]),
  ];
}
