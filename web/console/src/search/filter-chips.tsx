// The filters of a search as chips: each opens its choices, and shows what is chosen.

import { useQuery } from '@tanstack/react-query';
import { ChevronDown, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../app/api.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords, type WordKey } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import type { Filters } from './filters.ts';

const KINDS = ['message', 'note', 'visitor', 'ticket'] as const;
const STATUSES = ['open', 'waiting', 'closed'] as const;
const DAYS = ['1', '7', '30', '365'] as const;

interface FilterChipsProps {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

export function FilterChips({ filters, onChange }: FilterChipsProps) {
  const { t } = useWords();
  const { member } = useMe();
  const channels = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const members = useQuery({ queryKey: ['members'], queryFn: api.members });
  const choose = (name: keyof Filters) => (value: string) =>
    onChange({ ...filters, [name]: value });
  const chip = (name: keyof Filters, options: readonly (readonly [string, string])[]) => (
    <Chip
      label={t(`search.${name}` as WordKey)}
      value={filters[name]}
      options={options}
      onChoose={choose(name)}
    />
  );
  const colleagues = (members.data?.items ?? []).filter((it) => it.id !== member.id && it.active);
  return (
    <div className="flex flex-wrap gap-1.5 px-3 pb-2">
      {chip(
        'kind',
        KINDS.map((it) => [it, t(`search.kind.${it}`)]),
      )}
      {chip(
        'days',
        DAYS.map((it) => [it, t(`search.days.${it}`)]),
      )}
      {chip(
        'status',
        STATUSES.map((it) => [it, t(`status.${it}`)]),
      )}
      {chip('assignee', [
        [member.id, t('status.you')],
        ['none', t('search.assignee.none')],
        ...colleagues.map((it) => [it.id, it.name] as const),
      ])}
      {(channels.data?.items.length ?? 0) > 1
        ? chip('channel_id', channels.data?.items.map((it) => [it.id, it.name] as const) ?? [])
        : null}
      <LabelChip value={filters.label} onChoose={choose('label')} />
    </div>
  );
}

export interface ChipProps {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChoose: (value: string) => void;
}

export function Chip({ label, value, options, onChoose }: ChipProps) {
  const { t } = useWords();
  const chosen = options.find(([own]) => own === value)?.[1];
  if (value !== '') {
    return (
      <ChosenChip onRemove={() => onChoose('')} label={label}>
        {chosen ?? value}
      </ChosenChip>
    );
  }
  const trigger = (
    <button
      type="button"
      className="inline-flex h-7 items-center gap-1 rounded-full border border-line px-2.5 text-xs text-soft hover:bg-raised"
    >
      {label}
      <ChevronDown size={13} aria-hidden="true" />
    </button>
  );
  return (
    <Menu trigger={trigger} align="start">
      <MenuChoice
        label={label}
        value={value}
        options={[['', t('search.any')], ...options]}
        onChoose={onChoose}
      />
    </Menu>
  );
}

interface ChosenChipProps {
  label: string;
  onRemove: () => void;
  children: ReactNode;
}

function ChosenChip({ label, onRemove, children }: ChosenChipProps) {
  const { t } = useWords();
  return (
    <span className="inline-flex h-7 max-w-full items-center gap-1 rounded-full bg-accent-soft pr-1 pl-2.5 text-xs font-semibold text-accent">
      <span className="truncate">
        {label}: {children}
      </span>
      <button
        type="button"
        aria-label={t('search.remove', { name: label })}
        onClick={onRemove}
        className="rounded-full p-0.5 hover:bg-surface"
      >
        <X size={13} aria-hidden="true" />
      </button>
    </span>
  );
}

/** Labels are free words: one types the one that is meant. */
export function LabelChip({ value, onChoose }: Pick<ChipProps, 'value' | 'onChoose'>) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  if (value !== '') {
    return (
      <ChosenChip onRemove={() => onChoose('')} label={t('search.label')}>
        {value}
      </ChosenChip>
    );
  }
  if (!isOpen) {
    return (
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="inline-flex h-7 items-center rounded-full border border-line px-2.5 text-xs text-soft hover:bg-raised"
      >
        {t('search.label')}
      </button>
    );
  }
  const choose = (text: string) => {
    setOpen(false);
    onChoose(text.trim());
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: it was asked for by the click that opened it.
      autoFocus
      aria-label={t('search.label')}
      placeholder={t('search.label')}
      onBlur={(event) => choose(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose(event.currentTarget.value);
        if (event.key === 'Escape') setOpen(false);
      }}
      className={classes('h-7 w-32 rounded-full border border-accent bg-surface px-2.5 text-xs')}
    />
  );
}
