// The bar over the composer while a reply waits: who holds it, when it goes out, and what can be done with it.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { EyeOff, Hand, PencilLine, SendHorizontal, Square, SquarePen } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { actOf } from '../acts/act-table.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useWords, type Words } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import type { Supervised } from './use-supervised.ts';
import type { Supervising } from './use-supervising.ts';

const ACTS = [
  { act: 'replyHold', does: 'hold', icon: <Hand size={15} /> },
  { act: 'replyEdit', does: 'edit', icon: <PencilLine size={15} /> },
  { act: 'replyDraft', does: 'draft', icon: <SquarePen size={15} /> },
  { act: 'replyStop', does: 'stop', icon: <Square size={13} /> },
  { act: 'replySend', does: 'send', icon: <SendHorizontal size={15} /> },
] as const;

interface SupervisedReplyProps {
  conversation: ConversationSummary;
  reply: Supervised;
  supervising: Supervising;
}

export function SupervisedReply({ conversation, reply, supervising }: SupervisedReplyProps) {
  const words = useWords();
  const { t } = words;
  const { member } = useMe();
  const isHeldByMe = reply.held_by?.id === member.id;
  return (
    <section
      aria-label={t('supervised.label')}
      className="flex flex-col gap-2 border-t border-warn/40 bg-warn-soft px-3 py-2.5 md:px-5"
      data-testid="supervised"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p className="flex min-w-48 flex-1 items-center gap-2 text-sm text-warn">
          <EyeOff size={16} className="shrink-0" aria-hidden="true" />
          <span>
            <span className="font-semibold">
              {t(reply.isComplete ? 'supervised.waits' : 'supervised.writing')}
            </span>{' '}
            <Standing reply={reply} isHeldByMe={isHeldByMe} words={words} />
          </span>
        </p>
        {supervising.isEditing ? null : (
          <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:[&>button]:flex-1">
            {ACTS.filter(({ does }) => does !== 'hold' || !isHeldByMe).map(
              ({ act, does, icon }) => (
                <Button
                  key={act}
                  isSmall
                  kind={does === 'send' ? 'strong' : 'quiet'}
                  title={t('keys.hint', { key: actOf(act).key?.label ?? '' })}
                  onClick={supervising[does]}
                >
                  {icon}
                  {t(`supervised.${does}`)}
                </Button>
              ),
            )}
          </div>
        )}
      </div>
      {supervising.isEditing ? (
        <Editor
          key={reply.message_id}
          name={conversation.visitor.name}
          text={supervising.text}
          supervising={supervising}
        />
      ) : null}
    </section>
  );
}

/** Until when it waits, and for whom. */
function Standing({
  reply,
  isHeldByMe,
  words,
}: {
  reply: Supervised;
  isHeldByMe: boolean;
  words: Words;
}) {
  const seconds = useSecondsTo(reply.sends_at);
  const held = reply.held_by
    ? words.t(isHeldByMe ? 'supervised.heldByYou' : 'supervised.heldBy', {
        name: reply.held_by.name,
      })
    : null;
  const goes = seconds === null ? null : words.t('supervised.goesOut', { seconds });
  const text = [held, goes].filter((it) => it !== null).join(' · ');
  // Each second is drawn, and not told to readers of the screen.
  return <span aria-live="off">{text || words.t('supervised.unseen')}</span>;
}

/** Whole seconds to a moment of the hub's clock, counted down once a second; null without one. */
function useSecondsTo(moment: string | null): number | null {
  const live = useLive();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moment) return;
    const draw = () => setNow(Date.now() + live.clock_skew_ms);
    draw();
    const timer = setInterval(draw, 1_000);
    return () => clearInterval(timer);
  }, [moment, live]);
  return moment ? Math.max(0, Math.ceil((Date.parse(moment) - now) / 1_000)) : null;
}

interface EditorProps {
  name: string;
  text: string;
  supervising: Supervising;
}

function Editor({ name, text, supervising }: EditorProps) {
  const { t } = useWords();
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      supervising.cancelEdit();
    }
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    supervising.sendEdited();
  };
  return (
    <div className="flex flex-col gap-2">
      <textarea
        ref={area}
        rows={Math.min(10, Math.max(3, Math.ceil(text.length / 90)))}
        value={text}
        dir="auto"
        aria-label={t('supervised.editLabel', { name })}
        onChange={(event) => supervising.change(event.target.value)}
        onKeyDown={onKeyDown}
        className="w-full resize-y rounded-xl border border-line bg-ground px-3.5 py-2.5 max-md:text-base"
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button isSmall onClick={supervising.cancelEdit}>
          {t('common.cancel')}
        </Button>
        <Button
          isSmall
          kind="strong"
          disabled={text.trim() === ''}
          onClick={supervising.sendEdited}
        >
          <SendHorizontal size={15} aria-hidden="true" />
          {t('supervised.sendEdited')}
        </Button>
      </div>
    </div>
  );
}
