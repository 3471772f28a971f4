// An address that leads nowhere, inside the shell, so that there is a way on.

import { Link } from '@tanstack/react-router';
import { MapPinOff } from 'lucide-react';
import { useWords } from '../app/words.ts';
import { Empty } from '../ui/states.tsx';

export function NotFound() {
  const { t } = useWords();
  return (
    <main className="grid h-full place-items-center">
      <Empty icon={MapPinOff} title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/inbox" className="text-accent underline">
          {t('notFound.inbox')}
        </Link>
      </Empty>
    </main>
  );
}
