// The place of the conversation while none is open.

import { MessagesSquare } from 'lucide-react';
import { useWords } from '../app/words.ts';
import { Empty } from '../ui/states.tsx';

export function NothingPicked() {
  const { t } = useWords();
  return (
    <div className="grid h-full flex-1 place-items-center max-md:hidden">
      <Empty icon={MessagesSquare} title={t('inbox.pick')} text={t('inbox.pick.text')} />
    </div>
  );
}
