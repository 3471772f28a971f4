// Saved views behind a button: showing one, saving what is shown, and changing one that is one's own to change.

import type { InboxFilter, SavedView } from '@switchboard/shared/wire.ts';
import { useMutation } from '@tanstack/react-query';
import { Bookmark, ChevronDown, User, Users } from 'lucide-react';
import { useState } from 'react';
import type { Offered } from '../acts/act-board.ts';
import { useOffer } from '../acts/use-offer.ts';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useCellPart } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Confirm } from '../ui/dialog.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { nameOfFilter } from './filter.ts';
import { useReloadViews, useViews } from './use-views.ts';

const NAME_MAX_CHARS = 60;
type Asked = 'save' | 'rename' | 'delete';

export function ViewsMenu() {
  const { t } = useWords();
  const live = useLive();
  const views = useViews();
  const filter = useCellPart(live.inbox.state, (it) => it.filter);
  const saved = useCellPart(live.inbox.state, (it) => it.saved);
  const counts = useCellPart(live.inbox.state, (it) => it.views);
  const [asked, setAsked] = useState<Asked | null>(null);
  const shown = views.find((it) => it.id === saved) ?? null;
  const show = (view: SavedView) => live.inbox.showFilter(view.filter, view.id);
  useOffer(
    views.map(
      (view): Offered => ({
        id: 'goSaved',
        of: view.id,
        params: { name: view.name },
        run: () => show(view),
      }),
    ),
  );
  const trigger = (
    <button
      type="button"
      className={classes(
        'inline-flex min-w-0 items-center gap-1 rounded-lg px-2 py-0.5 text-xs',
        shown ? 'bg-accent-soft font-semibold text-accent' : 'text-soft hover:bg-raised',
      )}
    >
      <Bookmark size={13} className="shrink-0" aria-hidden="true" />
      <span className="max-w-32 truncate">{shown?.name ?? t('views.title')}</span>
      <ChevronDown size={13} className="shrink-0" aria-hidden="true" />
    </button>
  );
  return (
    <>
      <Menu trigger={trigger} align="start">
        {views.length === 0 ? (
          <p className="max-w-64 px-2.5 py-1.5 text-sm text-soft">{t('views.empty')}</p>
        ) : null}
        {views.map((view) => (
          <MenuItem key={view.id} onSelect={() => show(view)}>
            <Row view={view} count={counts[view.id]} />
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setAsked('save')}>{t('views.save')}</MenuItem>
        {shown?.can_change ? <Changes view={shown} filter={filter} onAsk={setAsked} /> : null}
      </Menu>
      {asked === 'save' ? <SaveDialog filter={filter} onClose={() => setAsked(null)} /> : null}
      {asked === 'rename' && shown ? (
        <RenameDialog view={shown} onClose={() => setAsked(null)} />
      ) : null}
      {asked === 'delete' && shown ? (
        <DeleteDialog view={shown} onClose={() => setAsked(null)} />
      ) : null}
    </>
  );
}

function Row({ view, count }: { view: SavedView; count: number | undefined }) {
  const { t } = useWords();
  const Icon = view.shared ? Users : User;
  return (
    <>
      <Icon size={15} className="shrink-0 text-soft" aria-hidden="true" />
      <span className="sr-only">{t(view.shared ? 'views.ofTeam' : 'views.own')}</span>
      <span className="max-w-56 flex-1 truncate">{view.name}</span>
      {count === undefined ? null : (
        <span className="pl-3 text-xs font-semibold text-soft">{count}</span>
      )}
    </>
  );
}

interface ChangesProps {
  view: SavedView;
  filter: InboxFilter;
  onAsk: (asked: Asked) => void;
}

function Changes({ view, filter, onAsk }: ChangesProps) {
  const words = useWords();
  const { t } = words;
  const reload = useReloadViews();
  const update = useMutation({
    mutationFn: () => deskApi.changeView(view.id, { filter }),
    onSuccess: reload,
    onError: toastFailure(words),
  });
  const isOther = nameOfFilter(filter) !== nameOfFilter(view.filter);
  return (
    <>
      {isOther ? (
        <MenuItem onSelect={() => update.mutate()}>
          {t('views.update', { name: view.name })}
        </MenuItem>
      ) : null}
      <MenuItem onSelect={() => onAsk('rename')}>{t('views.rename')}</MenuItem>
      <MenuItem isDanger onSelect={() => onAsk('delete')}>
        {t('views.delete')}
      </MenuItem>
    </>
  );
}

function SaveDialog({ filter, onClose }: { filter: InboxFilter; onClose: () => void }) {
  const { t } = useWords();
  const live = useLive();
  const reload = useReloadViews();
  return (
    <FormDialog
      title={t('views.save.title')}
      text={t('views.save.text')}
      onSave={(form) =>
        deskApi.saveView({
          name: textOf(form, 'name'),
          shared: form.get('shared') !== null,
          filter,
        })
      }
      onSaved={({ view }) => {
        reload();
        live.inbox.showFilter(view.filter, view.id);
      }}
      onClose={onClose}
    >
      <NameField />
      <CheckField label={t('views.shared')} name="shared" />
    </FormDialog>
  );
}

function RenameDialog({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const { t } = useWords();
  const reload = useReloadViews();
  return (
    <FormDialog
      title={t('views.rename')}
      onSave={(form) => deskApi.changeView(view.id, { name: textOf(form, 'name') })}
      onSaved={reload}
      onClose={onClose}
    >
      <NameField name={view.name} />
    </FormDialog>
  );
}

function NameField({ name = '' }: { name?: string }) {
  const { t } = useWords();
  return (
    <TextField
      label={t('views.name')}
      name="name"
      defaultValue={name}
      required
      maxLength={NAME_MAX_CHARS}
      autoComplete="off"
    />
  );
}

function DeleteDialog({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const live = useLive();
  const reload = useReloadViews();
  const remove = useMutation({
    mutationFn: () => deskApi.removeView(view.id),
    onSuccess: () => {
      reload();
      live.inbox.show('all');
      onClose();
    },
    onError: toastFailure(words),
  });
  return (
    <Confirm
      title={t('views.delete.title', { name: view.name })}
      text={t(view.shared ? 'views.delete.team' : 'views.delete.own')}
      confirm={t('views.delete')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
