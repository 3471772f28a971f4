// Addresses that stand out, each with a way to shut it out.

import type { AddressFigures } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { formatAgo } from '../../app/format.ts';
import { protectionApi, type Scope } from '../../app/protection-api.ts';
import { useWords } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { useProtectionWords } from './protection-words.ts';

interface AddressesProps {
  scope: Scope;
  onBlock: (address: string) => void;
}

export function Addresses({ scope, onBlock }: AddressesProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['security', 'addresses', scope],
    queryFn: () => protectionApi.addresses(scope),
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <Group name="suspicious" figures={data.suspicious} onBlock={onBlock} />
      <Group name="busiest" figures={data.busiest} onBlock={onBlock} />
    </>
  );
}

interface GroupProps {
  name: 'suspicious' | 'busiest';
  figures: readonly AddressFigures[];
  onBlock: (address: string) => void;
}

function Group({ name, figures, onBlock }: GroupProps) {
  const { t } = useProtectionWords();
  return (
    <Card>
      <section aria-label={t(`security.${name}`)} className="flex flex-col">
        <h2 className="px-4 pt-4 font-semibold md:px-5">{t(`security.${name}`)}</h2>
        <p className="px-4 pb-3 text-sm text-soft md:px-5">
          {figures.length === 0 ? t(`security.${name}.empty`) : t(`security.${name}.text`)}
        </p>
        <ul className="divide-y divide-line">
          {figures.map((it) => (
            <Row key={it.address} figures={it} onBlock={onBlock} />
          ))}
        </ul>
      </section>
    </Card>
  );
}

function Row({ figures, onBlock }: { figures: AddressFigures; onBlock: GroupProps['onBlock'] }) {
  const words = useWords();
  const { t } = useProtectionWords();
  const { address, count, last_at } = figures;
  const time = formatAgo(last_at, Date.now(), words);
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3 md:px-5">
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-medium break-all">{address}</p>
        <p className="text-sm text-soft">
          {t('security.times', { count })} · {t('security.last', { time })}
        </p>
      </div>
      <Button
        isSmall
        aria-label={t('security.block.one', { address })}
        onClick={() => onBlock(address)}
      >
        {t('security.block')}
      </Button>
    </li>
  );
}
