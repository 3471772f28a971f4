// Who is shut out: by whom, until when, and the way back.

import type { AddressBlock } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { toastFailure } from '../../app/failures.ts';
import { formatMoment } from '../../app/format.ts';
import { protectionApi, type Scope } from '../../app/protection-api.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { blocksKey } from './block-ends.ts';
import { useProtectionWords } from './protection-words.ts';

export function BlockList({ scope }: { scope: Scope }) {
  const words = useWords();
  const { t } = useProtectionWords();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: blocksKey(scope),
    queryFn: () => protectionApi.blocks(scope),
  });
  const unblock = useMutation({
    mutationFn: (block: AddressBlock) => protectionApi.unblock(scope, block.id),
    onSuccess: (_, { range }) => toast('good', t('security.unblock.done', { range })),
    onError: toastFailure(words),
    onSettled: () => queries.invalidateQueries({ queryKey: blocksKey(scope) }),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Card>
      {data.blocks.length === 0 ? (
        <Empty
          icon={ShieldCheck}
          title={t('security.blocks.empty')}
          text={t('security.blocks.empty.text')}
        />
      ) : (
        <ul className="divide-y divide-line">
          {data.blocks.map((block) => (
            <Row
              key={block.id}
              block={block}
              isBusy={unblock.isPending}
              onUnblock={() => unblock.mutate(block)}
            />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface RowProps {
  block: AddressBlock;
  isBusy: boolean;
  onUnblock: () => void;
}

function Row({ block, isBusy, onUnblock }: RowProps) {
  const { locale } = useWords();
  const { t } = useProtectionWords();
  const { range, reason, blocked_by, created_at, expires_at } = block;
  const by = t('security.blocks.by', { name: blocked_by, time: formatMoment(created_at, locale) });
  const until = expires_at
    ? ` · ${t('security.blocks.until', { time: formatMoment(expires_at, locale) })}`
    : '';
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3 md:px-5">
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-medium break-all">{range}</p>
        <p className="text-sm break-words text-soft">
          {by}
          {until}
        </p>
        {reason ? (
          <p dir="auto" className="text-sm break-words">
            {reason}
          </p>
        ) : null}
      </div>
      <Button
        isSmall
        disabled={isBusy}
        aria-label={t('security.unblock.one', { range })}
        onClick={onUnblock}
      >
        {t('security.unblock')}
      </Button>
    </li>
  );
}
