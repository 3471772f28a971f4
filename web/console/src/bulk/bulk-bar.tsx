// What can be done with everything that is picked, above the list.

import { useQuery } from '@tanstack/react-query';
import { Archive, Tag, UserPlus, X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { useLive, useMe } from '../app/live-context.tsx';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { MAX_LABEL_CHARS, membersQuery } from '../inbox/editors.tsx';
import { SnoozeMenu } from '../inbox/snooze-menu.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import type { BulkAct } from './bulk-parts.ts';

export function BulkBar() {
  const { t } = useWords();
  const { bulk, picks } = useLive();
  const picked = useCell(picks.ids);
  const [isLabelling, setLabelling] = useState(false);
  const isBusy = isBusyKind(useCell(bulk.view)?.kind);
  const start = (act: BulkAct) => {
    if (bulk.start(act, [...picked])) picks.clear();
  };
  const isReady = picked.size > 0 && !isBusy;
  const acts: readonly Offered[] = [
    { id: 'bulkClose', run: () => start({ act: 'close' }) },
    { id: 'bulkLabel', run: () => setLabelling(true) },
  ];
  useOffer(isReady ? acts : []);
  useAssignOffers(isReady, start);
  return (
    <section
      aria-label={t('bulk.bar')}
      data-testid="bulk-bar"
      className="mx-3 flex flex-col gap-2 rounded-xl bg-accent-soft p-2"
    >
      <p className="flex items-center gap-1 pl-1.5 text-sm font-semibold" aria-live="polite">
        <span className="flex-1">{t('bulk.picked', { count: picked.size })}</span>
        <IconButton label={t('act.pick.none')} onClick={() => picks.clear()} className="size-7">
          <X size={16} />
        </IconButton>
      </p>
      <fieldset
        disabled={!isReady}
        className="grid grid-cols-2 gap-1.5 border-0 p-0 [&>button]:px-2"
      >
        <legend className="sr-only">{t('bulk.bar')}</legend>
        <AssignMenu onAssign={(agent) => start({ act: 'assign', agent })} />
        <Button isSmall onClick={() => setLabelling(true)}>
          <Tag size={15} aria-hidden="true" />
          {t('bulk.label')}
        </Button>
        <SnoozeMenu
          isForMany
          actions={{
            snoozed_until: null,
            snooze: (until) => start({ act: 'snooze', until: until?.toISOString() ?? null }),
          }}
        />
        <Button isSmall onClick={() => start({ act: 'close' })}>
          <Archive size={15} aria-hidden="true" />
          {t('action.close')}
        </Button>
      </fieldset>
      {isLabelling ? (
        <LabelDialog
          ids={[...picked]}
          onLabel={(add, remove) => start({ act: 'label', add, remove })}
          onClose={() => setLabelling(false)}
        />
      ) : null}
    </section>
  );
}

function isBusyKind(kind: string | undefined): boolean {
  return kind === 'waiting' || kind === 'running' || kind === 'undoing';
}

type Agent = { id: string; name: string } | null;

/** Oneself first. */
function useColleagues(): { id: string; name: string }[] {
  const { member } = useMe();
  const { data } = useQuery(membersQuery);
  return (data?.items ?? [])
    .filter((it) => it.active)
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => Number(b.id === member.id) - Number(a.id === member.id));
}

function useAssignOffers(isReady: boolean, start: (act: BulkAct) => void): void {
  const { t } = useWords();
  const { member } = useMe();
  const people = useColleagues().map(
    ({ id, name }): Offered => ({
      id: 'bulkAssign',
      of: id,
      params: { name: id === member.id ? t('act.assign.me', { name }) : name },
      run: () => start({ act: 'assign', agent: { id, name } }),
    }),
  );
  useOffer(isReady ? people : []);
}

function AssignMenu({ onAssign }: { onAssign: (agent: Agent) => void }) {
  const { t } = useWords();
  const { member } = useMe();
  const people = useColleagues();
  const trigger = (
    <Button isSmall>
      <UserPlus size={15} aria-hidden="true" />
      {t('bulk.assign')}
    </Button>
  );
  return (
    <Menu trigger={trigger} align="start">
      <MenuItem onSelect={() => onAssign(null)}>{t('details.nobody')}</MenuItem>
      <MenuLine />
      {people.map((it) => (
        <MenuItem key={it.id} onSelect={() => onAssign(it)}>
          {it.id === member.id ? t('act.assign.me', { name: it.name }) : it.name}
        </MenuItem>
      ))}
    </Menu>
  );
}

interface LabelDialogProps {
  ids: readonly string[];
  onLabel: (add: string[], remove: string[]) => void;
  onClose: () => void;
}

/** A label for all of them; those that some have can be taken off all. */
function LabelDialog({ ids, onLabel, onClose }: LabelDialogProps) {
  const { t } = useWords();
  const live = useLive();
  const fieldId = useId();
  const [text, setText] = useState('');
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const known = [...new Set(ids.flatMap((id) => live.inbox.find(id)?.state.labels ?? []))].sort();
  const label = text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (label === '' && removed.size === 0) return;
    onLabel(label === '' ? [] : [label], [...removed]);
    onClose();
  };
  const flip = (name: string) => {
    const next = new Set(removed);
    if (!next.delete(name)) next.add(name);
    setRemoved(next);
  };
  return (
    <Dialog title={t('bulk.label.title', { count: ids.length })} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="flex flex-col gap-1.5">
          <label htmlFor={fieldId} className="text-sm font-medium">
            {t('bulk.label.add')}
          </label>
          <input
            id={fieldId}
            value={text}
            maxLength={MAX_LABEL_CHARS}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
            className="h-10 rounded-lg border border-line bg-ground px-3 max-md:text-base"
          />
        </div>
        {known.length > 0 ? (
          <fieldset className="flex flex-col gap-1.5">
            <legend className="pb-1.5 text-sm font-medium">{t('bulk.label.remove')}</legend>
            {known.map((name) => (
              <label key={name} className="flex items-center gap-2.5">
                <input
                  type="checkbox"
                  checked={removed.has(name)}
                  onChange={() => flip(name)}
                  className="size-4 shrink-0 accent-accent"
                />
                <span className="truncate">{name}</span>
              </label>
            ))}
          </fieldset>
        ) : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="strong" type="submit" disabled={label === '' && removed.size === 0}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
