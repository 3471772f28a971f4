// The channels: one card each with its line for the site, its settings and its key.

import { serverUrl } from '@switchboard/shared/browser/server-path.ts';
import type { Channel } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bot, Globe, KeyRound, Pencil, Plus, TriangleAlert, UserCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { AdminPage, Card } from './admin-page.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { CustomersDialog } from './customers-dialog.tsx';
import { PLAIN_LOOK, scriptTag } from './install/snippets.ts';

const DEFAULT_COLOR = '#2f92ad';

export function ChannelsPage() {
  const { t } = useWords();
  const { member } = useMe();
  const { data, error, refetch } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const [edited, setEdited] = useState<Channel | 'new' | null>(null);
  const [asked, setAsked] = useState<Channel | null>(null);
  const canManage = member.role !== 'agent';
  const create = canManage ? (
    <Button kind="strong" onClick={() => setEdited('new')}>
      <Plus size={17} />
      {t('channels.create')}
    </Button>
  ) : null;
  return (
    <AdminPage title={t('channels.title')} lead={t('channels.lead')} action={create}>
      {canManage ? null : <p className="text-sm text-soft">{t('channels.notAllowed')}</p>}
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data?.items.length === 0 ? (
        <Card>
          <Empty icon={Globe} title={t('channels.empty')} text={t('channels.empty.text')} />
        </Card>
      ) : null}
      {data?.items.map((channel) => (
        <ChannelCard
          key={channel.id}
          channel={channel}
          canManage={canManage}
          onEdit={() => setEdited(channel)}
          onCustomers={() => setAsked(channel)}
        />
      ))}
      {edited ? (
        <ChannelDialog channel={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      ) : null}
      {asked ? <CustomersDialog channel={asked} onClose={() => setAsked(null)} /> : null}
    </AdminPage>
  );
}

interface ChannelCardProps {
  channel: Channel;
  canManage: boolean;
  onEdit: () => void;
  onCustomers: () => void;
}

function ChannelCard({ channel, canManage, onEdit, onCustomers }: ChannelCardProps) {
  const { t } = useWords();
  const tag = scriptTag({ server: serverUrl(), key: channel.key, look: PLAIN_LOOK });
  return (
    <Card>
      <article className="flex flex-col gap-4 p-4 md:p-5">
        <header className="flex flex-wrap items-center gap-3">
          <span
            className="size-9 rounded-xl border border-line"
            style={{ background: channel.color ?? DEFAULT_COLOR }}
            aria-hidden="true"
          />
          <h2 className="min-w-40 flex-1 truncate font-semibold">{channel.name}</h2>
          {canManage ? (
            <div className="flex flex-wrap gap-2">
              <Button isSmall kind="plain" onClick={onCustomers}>
                <UserCheck size={15} />
                {t('channels.customers')}
              </Button>
              <RotateKey channel={channel} />
              <Button isSmall onClick={onEdit}>
                <Pencil size={15} />
                {t('channels.edit')}
              </Button>
            </div>
          ) : null}
        </header>
        {channel.greeting ? <p className="text-soft">“{channel.greeting}”</p> : null}
        <p className="flex flex-wrap gap-1.5">
          {channel.origins.length === 0 ? (
            <span className="text-sm text-soft">{t('channels.origins.any')}</span>
          ) : null}
          {channel.origins.map((origin) => (
            <Badge key={origin} tone="accent">
              {origin}
            </Badge>
          ))}
          {channel.assistant ? (
            <Badge tone="ok">
              <Bot size={13} aria-hidden="true" />
              {t('channels.assistant.on')}
            </Badge>
          ) : null}
          {channel.handoff_enabled ? null : <Badge tone="warn">{t('channels.handoff.off')}</Badge>}
        </p>
        <RefusedPages channel={channel} canManage={canManage} onEdit={onEdit} />
        <div className="flex flex-col gap-1.5">
          <h3 className="text-sm font-medium">{t('channels.embed')}</h3>
          <CopyBox text={tag} label={t('channels.embed')} />
          <p className="text-sm text-soft">
            {t('channels.embed.text')}{' '}
            {canManage ? (
              <Link
                to="/channels/$id/install"
                params={{ id: channel.id }}
                className="text-accent hover:underline"
              >
                {t('channels.install')}
              </Link>
            ) : null}
          </p>
        </div>
      </article>
    </Card>
  );
}

/** What stands between a site and its chat most often: its address is not on the list. */
function RefusedPages(props: { channel: Channel; canManage: boolean; onEdit: () => void }) {
  const { t } = useWords();
  const { count, origins } = props.channel.refused_pages;
  if (count === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn">
      <TriangleAlert size={17} className="shrink-0" aria-hidden="true" />
      <p className="min-w-52 flex-1 break-words">
        {t(count === 1 ? 'channels.refused.one' : 'channels.refused', {
          count,
          origins: origins.join(', '),
        })}
      </p>
      {props.canManage ? (
        <Button isSmall kind="plain" onClick={props.onEdit}>
          {t('channels.refused.fix')}
        </Button>
      ) : null}
    </div>
  );
}

function RotateKey({ channel }: { channel: Channel }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const rotate = useMutation({
    mutationFn: () => api.rotateKey(channel.id),
    onSuccess: async () => {
      toast('good', t('channels.rotated'));
      await queries.invalidateQueries({ queryKey: ['channels'] });
    },
    onError: toastFailure(words),
    onSettled: () => setAsking(false),
  });
  return (
    <>
      <Button isSmall kind="plain" onClick={() => setAsking(true)}>
        <KeyRound size={15} />
        {t('channels.rotate')}
      </Button>
      {isAsking ? (
        <Confirm
          title={t('channels.rotate.title', { name: channel.name })}
          text={t('channels.rotate.text')}
          confirm={t('channels.rotate.confirm')}
          isBusy={rotate.isPending}
          onConfirm={() => rotate.mutate()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
