// Who changed which setting, when, and from what to what.

import type { Hours, SettingChange } from '@switchboard/shared/wire.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { History, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { adminApi, type SettingLevel } from '../../app/admin-api.ts';
import { api } from '../../app/api.ts';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { labelOf } from '../../app/setting-label.ts';
import { toast } from '../../app/toasts.ts';
import { useWords, type Words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { DAYS } from './hours-editor.tsx';

export function HistoryDialog({ level, onClose }: { level: SettingLevel; onClose: () => void }) {
  const { t } = useWords();
  const ofPlatform = level === 'platform';
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['settings', 'history', ofPlatform],
      queryFn: ({ pageParam }) => adminApi.settingHistory(level, pageParam),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor,
    },
  );
  const changes = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Drawer title={t('assistant.history')} onClose={onClose}>
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data && changes.length === 0 ? (
        <Empty icon={History} title={t('assistant.history.empty')} />
      ) : null}
      <ol className="flex flex-col divide-y divide-line">
        {changes.map((it) => (
          <Change key={it.id} change={it} level={level} />
        ))}
      </ol>
      {hasNextPage ? (
        <Button isSmall disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('common.more')}
        </Button>
      ) : null}
    </Drawer>
  );
}

function Change({ change, level }: { change: SettingChange; level: SettingLevel }) {
  const words = useWords();
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const channel = data?.items.find((it) => it.id === change.channel_id)?.name ?? change.channel_id;
  return (
    <li className="flex flex-col gap-1 py-3 text-sm">
      <p className="font-medium">
        {labelOf({ name: change.field }, words)}
        {channel ? <span className="font-normal text-soft"> · {channel}</span> : null}
      </p>
      <p className="line-clamp-3 break-words text-soft line-through decoration-1">
        {valueText(change.old_value, words) ?? words.t('assistant.inherited')}
      </p>
      <p className="line-clamp-[9] break-words whitespace-pre-wrap">
        {valueText(change.new_value, words) ?? words.t('assistant.inherited')}
      </p>
      <p className="flex flex-wrap items-center gap-2 text-xs text-soft">
        <span className="flex-1">
          {change.member_name} · {formatMoment(change.created_at, words.locale)}
        </span>
        <Restore change={change} level={level} />
      </p>
    </li>
  );
}

/** Takes a change back; what that does is shown above it: the value that is struck through. */
function Restore({ change, level }: { change: SettingChange; level: SettingLevel }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const restore = useMutation({
    mutationFn: () => adminApi.restoreSetting(level, change.id),
    onSuccess: async () => {
      toast('good', t('assistant.restored'));
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ['settings'] });
    },
    onError: (error) => {
      setAsking(false);
      toastFailure(words)(error);
    },
  });
  const name = labelOf({ name: change.field }, words);
  if (!isAsking) {
    return (
      <Button
        isSmall
        kind="plain"
        aria-label={t('assistant.restore.label', { name })}
        onClick={() => setAsking(true)}
      >
        <Undo2 size={13} />
        {t('assistant.restore')}
      </Button>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      {t('assistant.restore.sure')}
      <Button isSmall onClick={() => setAsking(false)}>
        {t('common.cancel')}
      </Button>
      <Button isSmall kind="strong" disabled={restore.isPending} onClick={() => restore.mutate()}>
        {t('assistant.restore')}
      </Button>
    </span>
  );
}

export function valueText(value: unknown, words: Words): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.join(', ');
  if (isHours(value)) return hoursText(value, words);
  if (typeof value === 'object') return JSON.stringify(value);
  return value === '' ? '–' : String(value);
}

function isHours(value: unknown): value is Hours {
  return typeof value === 'object' && value !== null && 'days' in value && 'timezone' in value;
}

function hoursText({ timezone, days }: Hours, words: Words): string {
  const lines = DAYS.filter((day) => days[day]?.length).map((day) => {
    const spans = days[day]?.map(([from, until]) => `${from}–${until}`).join(', ');
    return `${words.t(`hours.${day}`)} ${spans}`;
  });
  return [...lines, timezone].join('\n');
}
