// A mail to oneself, to see whether mails leave the server.

import type { MailTestAnswer } from '@switchboard/shared/wire.ts';
import { useMutation } from '@tanstack/react-query';
import { Mail } from 'lucide-react';
import { Card } from '../admin/admin-page.tsx';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { platformApi } from './platform-api.ts';
import { type ServerWords, useServerWords } from './server-words.ts';

export function MailTrial() {
  const words = useWords();
  const server = useServerWords();
  const { t } = server;
  const attempt = useMutation({
    mutationFn: platformApi.tryMail,
    onError: toastFailure(words),
  });
  return (
    <Card>
      <section
        aria-labelledby="server-mail"
        className="flex flex-wrap items-center gap-3 p-4 md:p-5"
      >
        <div className="min-w-60 flex-1">
          <h2 id="server-mail" className="font-semibold">
            {t('mail.title')}
          </h2>
          <p className="text-sm text-soft">{t('mail.lead')}</p>
        </div>
        <Button disabled={attempt.isPending} onClick={() => attempt.mutate()}>
          <Mail size={16} aria-hidden="true" />
          {t('mail.try')}
        </Button>
        <p role="status" className="w-full text-sm empty:hidden">
          {attempt.data ? outcome(attempt.data, server) : null}
        </p>
      </section>
    </Card>
  );
}

function outcome({ sent, to, way, problem }: MailTestAnswer, { t }: ServerWords): string {
  if (!sent) return t('mail.failed', { to, problem: problem ?? '' });
  return t(way === 'outbox' ? 'mail.outbox' : 'mail.sent', { to });
}
