// The sources, each with how far its reading has come.

import type { KnowledgeSource } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  BookOpen,
  Cloud,
  Ellipsis,
  FileText,
  Globe,
  type LucideIcon,
  MessageCircleQuestion,
  Type,
} from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { useChannelName } from './channel-field.tsx';
import { SourceDialog, type SourceForm } from './source-dialog.tsx';

const ICONS: Readonly<Record<KnowledgeSource['kind'], LucideIcon>> = {
  pairs: MessageCircleQuestion,
  text: Type,
  markdown: FileText,
  pdf: FileText,
  page: Globe,
  vector_store: Cloud,
};
const TONES: Readonly<Record<KnowledgeSource['state'], Tone>> = {
  queued: 'plain',
  indexing: 'accent',
  ready: 'ok',
  failed: 'danger',
};
/** How often a source that is being read is looked at. */
const LOOK_MS = 1_000;

function isMoving({ state }: KnowledgeSource): boolean {
  return state === 'queued' || state === 'indexing';
}

export function Sources() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['sources'],
    queryFn: adminApi.sources,
    refetchInterval: (query) => (query.state.data?.items.some(isMoving) ? LOOK_MS : false),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Card>
      {data.items.length === 0 ? (
        <Empty icon={BookOpen} title={t('knowledge.empty')} text={t('knowledge.empty.text')} />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map((source) => (
            <SourceRow key={source.id} source={source} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function SourceRow({ source }: { source: KnowledgeSource }) {
  const { t, locale } = useWords();
  const channel = useChannelName(source.channel_id);
  const Icon = ICONS[source.kind];
  const { done, total } = source.progress;
  return (
    <li className="flex items-start gap-3 px-4 py-3.5 md:px-5">
      <span className="inline-flex size-9 shrink-0 items-center justify-center rounded-xl bg-raised text-soft">
        <Icon size={18} aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-words">{source.title}</span>
          <Badge tone={TONES[source.state]}>{t(`source.${source.state}`)}</Badge>
          {channel ? <Badge>{channel}</Badge> : null}
        </p>
        <p className="text-sm break-words text-soft">
          {t(`source.kind.${source.kind}`)} ·{' '}
          {t('source.passages', { count: source.passage_count })}
          {source.by_meaning ? ` · ${t('source.byMeaning')}` : ''} ·{' '}
          {formatMoment(source.updated_at, locale)}
        </p>
        {source.url ? <p className="text-sm break-all text-soft">{source.url}</p> : null}
        {isMoving(source) ? (
          <progress
            aria-label={t('source.progress', { title: source.title })}
            className="mt-2 h-1.5 w-full max-w-80 accent-accent"
            {...(total > 0 ? { value: done, max: total } : {})}
          />
        ) : null}
        {source.reason ? <p className="mt-1 text-sm text-danger">{source.reason}</p> : null}
        {source.warning ? <p className="mt-1 text-sm text-warn">{source.warning}</p> : null}
      </div>
      <SourceMenu source={source} />
    </li>
  );
}

function SourceMenu({ source }: { source: KnowledgeSource }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const settle = {
    onError: toastFailure(words),
    onSettled: () => queries.invalidateQueries({ queryKey: ['sources'] }),
  };
  const refresh = useMutation({ mutationFn: () => adminApi.refreshSource(source.id), ...settle });
  const remove = useMutation({
    mutationFn: () => adminApi.removeSource(source.id),
    ...settle,
    onSuccess: () => setOpen(null),
  });
  const form = formOf(source);
  const trigger = (
    <IconButton label={t('knowledge.actions', { title: source.title })}>
      <Ellipsis size={18} />
    </IconButton>
  );
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem onSelect={() => setOpen('edit')}>{t('knowledge.change')}</MenuItem>
        <MenuItem onSelect={() => refresh.mutate()}>{t('knowledge.refresh')}</MenuItem>
        <MenuItem isDanger onSelect={() => setOpen('delete')}>
          {t('common.delete')}
        </MenuItem>
      </Menu>
      {open === 'edit' ? (
        <SourceDialog kind={form} source={source} onClose={() => setOpen(null)} />
      ) : null}
      {open === 'delete' ? (
        <Confirm
          title={t('knowledge.delete', { title: source.title })}
          text={t('knowledge.delete.text')}
          confirm={t('common.delete')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </>
  );
}

/** Of pairs, files and vector stores only name and channel are changed here. */
function formOf({ kind }: KnowledgeSource): SourceForm['kind'] {
  return kind === 'text' || kind === 'markdown' || kind === 'page' ? kind : 'file';
}
