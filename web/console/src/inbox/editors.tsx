// What agents set on a conversation: who it belongs to, how urgent it is, and its labels.

import type { ConversationSummary, Priority } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type SubmitEvent, useId } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { SelectField } from '../ui/field.tsx';
import type { Actions } from './actions.ts';

export const PRIORITIES: readonly Priority[] = ['low', 'medium', 'high', 'urgent'];
export const MAX_LABEL_CHARS = 40;

export const membersQuery = { queryKey: ['members'], queryFn: api.members };

export function AssigneeEditor({
  conversation,
  actions,
}: {
  conversation: ConversationSummary;
  actions: Actions;
}) {
  const { t } = useWords();
  const { data } = useQuery(membersQuery);
  const { assignee } = conversation.state;
  const members = (data?.items ?? []).filter((it) => it.active);
  const isUnlisted = assignee !== null && !members.some((it) => it.id === assignee.id);
  return (
    <SelectField
      label={t('details.assignee')}
      value={assignee?.id ?? ''}
      disabled={!actions.canClose}
      onChange={(event) => {
        const chosen = members.find((it) => it.id === event.target.value);
        actions.assign(chosen ? { id: chosen.id, name: chosen.name } : null);
      }}
    >
      <option value="">{t('details.nobody')}</option>
      {isUnlisted ? <option value={assignee.id}>{assignee.name}</option> : null}
      {members.map((it) => (
        <option key={it.id} value={it.id}>
          {it.name}
        </option>
      ))}
    </SelectField>
  );
}

export function useChange(conversation: ConversationSummary) {
  const words = useWords();
  const live = useLive();
  return useMutation({
    mutationFn: (change: { labels?: string[]; priority?: Priority | null }) =>
      api.changeConversation(conversation.id, change),
    onSuccess: (changed) => live.inbox.take(changed, 'tagged'),
    onError: toastFailure(words),
  });
}

export function PriorityEditor({ conversation }: { conversation: ConversationSummary }) {
  const { t } = useWords();
  const change = useChange(conversation);
  return (
    <SelectField
      label={t('details.priority')}
      value={conversation.state.priority ?? ''}
      disabled={change.isPending}
      onChange={(event) =>
        change.mutate({ priority: (event.target.value || null) as Priority | null })
      }
    >
      <option value="">{t('priority.none')}</option>
      {PRIORITIES.map((it) => (
        <option key={it} value={it}>
          {t(`priority.${it}`)}
        </option>
      ))}
    </SelectField>
  );
}

export function LabelsEditor({ conversation }: { conversation: ConversationSummary }) {
  const { t } = useWords();
  const id = useId();
  const change = useChange(conversation);
  const { labels } = conversation.state;
  const add = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const label = String(new FormData(form).get('label')).trim();
    form.reset();
    if (label !== '' && !labels.includes(label)) change.mutate({ labels: [...labels, label] });
  };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {t('details.labels')}
      </label>
      {labels.length > 0 ? (
        <ul className="flex flex-wrap gap-1.5">
          {labels.map((label) => (
            <li
              key={label}
              className="flex max-w-full items-center gap-1 rounded-full bg-raised py-0.5 pr-1 pl-2.5 text-sm"
            >
              <span className="truncate">{label}</span>
              <button
                type="button"
                aria-label={t('details.removeLabel', { label })}
                className="rounded-full p-0.5 text-soft hover:text-ink"
                onClick={() => change.mutate({ labels: labels.filter((it) => it !== label) })}
              >
                <X size={13} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <form onSubmit={add}>
        <input
          id={id}
          name="label"
          maxLength={MAX_LABEL_CHARS}
          autoComplete="off"
          placeholder={t('details.addLabel')}
          className="h-9 w-full rounded-lg border border-line bg-surface px-3 text-sm outline-offset-0"
        />
      </form>
    </div>
  );
}
