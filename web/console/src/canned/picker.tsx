// The list of canned replies over the composer, moved through by its keys while the caret stays in the text.

import type { CannedReply } from '@switchboard/shared/wire.ts';
import { Paperclip } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Badge } from '../ui/badge.tsx';
import { fillVariables, holesIn, type VariableFacts } from './variables.ts';

export const PICKER_ID = 'canned-picker';

export function optionId(reply: CannedReply): string {
  return `canned-${reply.id}`;
}

interface PickerProps {
  /** Null while they are loaded. */
  replies: readonly CannedReply[] | null;
  hasFailed: boolean;
  /** Whether there is any at all. */
  hasAny: boolean;
  at: number;
  facts: VariableFacts;
  onPoint: (at: number) => void;
  onPick: (reply: CannedReply) => void;
}

export function Picker({ replies, hasFailed, hasAny, at, facts, onPoint, onPick }: PickerProps) {
  const { t } = useWords();
  const pointed = replies?.[at] ?? null;
  return (
    <div
      data-testid="canned-picker"
      className="absolute right-0 bottom-full left-0 z-20 mb-2 flex max-h-[min(46dvh,340px)] overflow-hidden rounded-xl border border-line bg-surface shadow-xl"
    >
      <div
        id={PICKER_ID}
        role="listbox"
        aria-label={t('canned.title')}
        className="min-w-0 flex-1 overflow-y-auto p-1.5 md:max-w-[46%]"
      >
        {replies?.map((reply, index) => (
          <Option
            key={reply.id}
            reply={reply}
            isPointed={index === at}
            onPoint={() => onPoint(index)}
            onPick={() => onPick(reply)}
          />
        ))}
        {replies?.length ? null : (
          <p className="px-2.5 py-3 text-sm text-soft">
            {hasFailed
              ? t('canned.failed')
              : replies === null
                ? t('common.loading')
                : t(hasAny ? 'canned.noMatch' : 'canned.none')}
          </p>
        )}
      </div>
      {pointed ? <Preview reply={pointed} facts={facts} /> : null}
    </div>
  );
}

interface OptionProps {
  reply: CannedReply;
  isPointed: boolean;
  onPoint: () => void;
  onPick: () => void;
}

function Option({ reply, isPointed, onPoint, onPick }: OptionProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isPointed) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isPointed]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the composer has the focus and moves the options by its own keys.
    <div
      ref={ref}
      id={optionId(reply)}
      role="option"
      tabIndex={-1}
      aria-selected={isPointed}
      // The caret must stay where the text goes.
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={onPoint}
      onClick={onPick}
      className={classes(
        'flex cursor-pointer items-baseline gap-2 rounded-lg px-2.5 py-1.5',
        isPointed && 'bg-accent-soft',
      )}
    >
      <span className="shrink-0 font-mono text-[13px] font-semibold text-accent">
        /{reply.shortcut}
      </span>
      <span className="min-w-0 flex-1 truncate text-sm">{reply.title}</span>
      {reply.folder ? (
        <span className="max-w-[35%] shrink-0 truncate text-xs text-soft">{reply.folder}</span>
      ) : null}
    </div>
  );
}

function Preview({ reply, facts }: { reply: CannedReply; facts: VariableFacts }) {
  const { t } = useWords();
  const text = fillVariables(reply.body, facts);
  return (
    <div className="hidden min-w-0 flex-1 flex-col gap-2 overflow-y-auto border-l border-line p-3 md:flex">
      <p className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate font-semibold">{reply.title}</span>
        <Badge>{t(`canned.scope.${reply.scope}`)}</Badge>
      </p>
      <p dir="auto" className="text-sm break-words whitespace-pre-wrap">
        <Marked text={text} />
      </p>
      {reply.files.map((file) => (
        <p key={file.id} className="flex items-center gap-1.5 text-sm text-soft">
          <Paperclip size={13} className="shrink-0" aria-hidden="true" />
          <span className="truncate">{file.name}</span>
        </p>
      ))}
    </div>
  );
}

/** A text in which what is still to be filled in stands out. */
export function Marked({ text }: { text: string }) {
  const pieces = [];
  let at = 0;
  for (const { start, end } of holesIn(text)) {
    pieces.push(text.slice(at, start));
    pieces.push(
      <mark key={start} className="rounded bg-note px-0.5 font-semibold text-note-ink">
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces;
}
