// Pushes while no page is open: this browser, and the agent's other ones.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatAgo } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { canPush, ownPushId, PUSH_QUERY, startPush, stopPush } from './push.ts';

export function PushBrowsers() {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: PUSH_QUERY, queryFn: deskApi.push });
  const [isBusy, setBusy] = useState(false);
  const browsers = data?.browsers ?? [];
  const me = useMe().member.id;
  const own = ownPushId(me);
  const isOn = browsers.some((it) => it.id === own);
  const run = (act: Promise<unknown>) => {
    setBusy(true);
    act
      .catch(toastFailure(words))
      .then(() => queries.invalidateQueries({ queryKey: PUSH_QUERY }))
      .finally(() => setBusy(false));
  };
  const start = async () => {
    try {
      if (!(await startPush(me, words.locale))) toast('bad', t('notices.push.blocked'));
    } catch {
      // A browser without a push service of its own refuses in its own words.
      toast('bad', t('notices.push.failed'));
    }
  };
  const state = canPush() ? (isOn ? 'on' : 'off') : 'none';
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-sm font-medium">{t('notices.push')}</p>
      <p className="text-sm text-soft" role="status">
        {t(`notices.push.${state}`)}
      </p>
      {state === 'none' ? null : (
        <Button disabled={isBusy} onClick={() => run(isOn ? stopPush() : start())}>
          {t(isOn ? 'notices.push.stop' : 'notices.push.start')}
        </Button>
      )}
      {browsers.length > 0 ? (
        <ul
          className="flex w-full flex-col divide-y divide-line"
          aria-label={t('notices.push.all')}
        >
          {browsers.map(({ id, name, created_at }) => (
            <li key={id} className="flex items-center gap-2 py-1 text-sm">
              <span className="min-w-0 flex-1 truncate">
                {name}
                {id === own ? ` (${t('notices.push.this')})` : ''}
                <span className="text-soft"> · {formatAgo(created_at, Date.now(), words)}</span>
              </span>
              <IconButton
                label={t('notices.push.remove', { name })}
                disabled={isBusy}
                onClick={() => run(id === own ? stopPush() : deskApi.stopPush(id))}
              >
                <Trash2 size={16} />
              </IconButton>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
