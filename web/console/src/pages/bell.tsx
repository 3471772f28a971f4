// What this agent was told of: the bell with its count, and the list behind it.

import { browserClock } from '@switchboard/shared/browser/ports.ts';
import type { Notification } from '@switchboard/shared/wire.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Bell as BellIcon, CheckCheck, Settings } from 'lucide-react';
import { useEffect } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatAgo } from '../app/format.ts';
import { useLive } from '../app/live-context.tsx';
import { RELOAD_MS, seldom } from '../app/seldom.ts';
import { useWords } from '../app/words.ts';
import { previewOf, titleOf } from '../notifications/notification-words.ts';
import { classes } from '../ui/classes.ts';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';

const KEY = ['notifications'] as const;

/** Whether the navigation stands at the side: on a phone it is at the bottom. */
function isWide(): boolean {
  return matchMedia('(min-width: 768px)').matches;
}

export function Bell() {
  const words = useWords();
  const { t } = words;
  const live = useLive();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data, isError } = useQuery({ queryKey: KEY, queryFn: deskApi.notifications });
  useEffect(() => {
    const list = seldom(browserClock, RELOAD_MS, () => {
      void queries.invalidateQueries({ queryKey: KEY });
    });
    const stops = [
      live.connection.on('notification:new', list.ask),
      live.connection.on('notification:read', list.ask),
      // What was told while the connection was away.
      live.connection.state.subscribe((state) => {
        if (state.kind === 'open') list.ask();
      }),
    ];
    return () => {
      for (const stop of [...stops, list.stop]) stop();
    };
  }, [live, queries]);
  const count = data?.unread_count ?? 0;
  const read = (what: { ids: string[] } | { all: true }) =>
    deskApi
      .readNotifications(what)
      .then(() => queries.invalidateQueries({ queryKey: KEY }), toastFailure(words));
  const open = (notification: Notification) => {
    const { id, conversation_id, seq, read_at } = notification;
    if (read_at === null) void read({ ids: [id] });
    if (conversation_id === null) {
      void navigate({ to: '/usage' });
      return;
    }
    const search = seq === null ? {} : { at: seq };
    void navigate({ to: '/inbox/$id', params: { id: conversation_id }, search });
  };
  const trigger = (
    <button
      type="button"
      aria-label={count > 0 ? t('bell.unread', { count }) : t('bell.title')}
      title={t('bell.title')}
      className="relative inline-flex size-10 items-center justify-center rounded-xl text-soft hover:bg-raised hover:text-ink"
    >
      <BellIcon size={20} aria-hidden="true" />
      {count > 0 ? (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0 min-w-4.5 rounded-full bg-accent px-1 text-center text-[11px] leading-[18px] font-bold text-on-accent"
        >
          {count > 99 ? '99+' : count}
        </span>
      ) : null}
    </button>
  );
  const items = data?.items ?? [];
  return (
    <Menu trigger={trigger} align="end" side={isWide() ? 'right' : 'top'}>
      <p className="px-2.5 pt-1.5 pb-1 font-semibold">{t('bell.title')}</p>
      {items.length === 0 ? (
        <p className="max-w-72 px-2.5 pb-2 text-sm text-soft">
          {t(isError ? 'bell.failed' : 'bell.empty')}
        </p>
      ) : null}
      {items.map((it) => (
        <MenuItem key={it.id} onSelect={() => open(it)}>
          <Row notification={it} />
        </MenuItem>
      ))}
      {/* Within reach however long the list is. */}
      <div className="sticky -bottom-1.5 -mx-1.5 -mb-1.5 bg-surface px-1.5 pb-1.5">
        <MenuLine />
        {count > 0 ? (
          <MenuItem onSelect={() => void read({ all: true })}>
            <CheckCheck size={16} aria-hidden="true" />
            {t('bell.readAll')}
          </MenuItem>
        ) : null}
        <MenuItem onSelect={() => void navigate({ to: '/notifications' })}>
          <Settings size={16} aria-hidden="true" />
          {t('bell.choose')}
        </MenuItem>
      </div>
    </Menu>
  );
}

function Row({ notification }: { notification: Notification }) {
  const words = useWords();
  const { kind, visitor, created_at, read_at } = notification;
  const preview = previewOf(notification);
  const isUnread = read_at === null;
  return (
    <span className="flex w-[min(70vw,340px)] items-start gap-2">
      <span
        className={classes('mt-1.5 size-2 shrink-0 rounded-full', isUnread && 'bg-accent')}
        aria-hidden="true"
      />
      <span className="min-w-0 flex-1">
        <span className={classes('line-clamp-2 break-words', isUnread && 'font-semibold')}>
          {isUnread ? <span className="sr-only">{words.t('bell.new')} </span> : null}
          {titleOf(notification, words)}
        </span>
        {preview ? (
          <span dir="auto" className="line-clamp-2 break-words text-soft">
            {preview}
          </span>
        ) : null}
        <span className="block truncate text-xs text-soft">
          {visitor && kind === 'mention' ? `${visitor.name} · ` : ''}
          {formatAgo(created_at, Date.now(), words)}
        </span>
      </span>
    </span>
  );
}
