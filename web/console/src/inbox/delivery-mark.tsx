// How far a reply has come.

import type { Delivery } from '@switchboard/shared/delivery.ts';
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';

const ICONS = {
  sending: Clock,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
};

export function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { t } = useWords();
  const Icon = ICONS[delivery];
  const tone = delivery === 'read' ? 'text-accent' : delivery === 'failed' ? 'text-danger' : '';
  return (
    <span
      className={classes('inline-flex', tone)}
      title={t(`delivery.${delivery}`)}
      data-delivery={delivery}
    >
      <Icon size={14} aria-hidden="true" />
      <span className="sr-only">{t(`delivery.${delivery}`)}</span>
    </span>
  );
}
