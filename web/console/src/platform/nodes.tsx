// The processes that serve the platform, and how much each does.

import { useQuery } from '@tanstack/react-query';
import { Server } from 'lucide-react';
import { Card } from '../admin/admin-page.tsx';
import { formatDuration } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { platformApi } from './platform-api.ts';
import { useServerWords } from './server-words.ts';

const REFRESH_MS = 10_000;
const MIB = 1_048_576;
/** As much of an id as tells nodes apart. */
const ID_CHARS = 8;

export function Nodes() {
  const { locale } = useWords();
  const { t } = useServerWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['platform', 'nodes'],
    queryFn: platformApi.nodes,
    refetchInterval: REFRESH_MS,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <section aria-labelledby="server-nodes" className="flex flex-col gap-3">
      <h2 id="server-nodes" className="font-semibold">
        {t('nodes.title')}
      </h2>
      {data.items.map((node) => {
        const name = t('nodes.node', { id: node.id.slice(-ID_CHARS) });
        const facts = [
          [t('nodes.version'), node.version],
          [t('nodes.url'), node.node_url ?? '–'],
          [t('nodes.uptime'), formatDuration(node.uptime_s)],
          [t('nodes.connections'), node.connections.toLocaleString(locale)],
          [t('nodes.rooms'), node.rooms.toLocaleString(locale)],
          [t('nodes.calls'), node.calls.toLocaleString(locale)],
          [
            t('nodes.memory'),
            node.memory_bytes === null
              ? '–'
              : `${Math.round(node.memory_bytes / MIB).toLocaleString(locale)} MiB`,
          ],
          [t('nodes.lag'), `${Math.round(node.lag_ms / 1_000).toLocaleString(locale)} s`],
        ] as const;
        return (
          <Card key={node.id}>
            <article aria-label={name} className="flex flex-col gap-3 p-4 md:p-5">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                <Server size={18} className="text-soft" aria-hidden="true" />
                {name}
                {node.this ? <Badge tone="accent">{t('nodes.this')}</Badge> : null}
                {node.dead ? <Badge tone="danger">{t('nodes.dead')}</Badge> : null}
                {node.draining ? <Badge tone="warn">{t('nodes.draining')}</Badge> : null}
              </p>
              <dl className="grid grid-cols-2 gap-3 text-sm sm:grid-cols-3 md:grid-cols-4">
                {facts.map(([label, value]) => (
                  <div key={label}>
                    <dt className="text-soft">{label}</dt>
                    <dd className="font-semibold tabular-nums">{value}</dd>
                  </div>
                ))}
              </dl>
            </article>
          </Card>
        );
      })}
    </section>
  );
}
