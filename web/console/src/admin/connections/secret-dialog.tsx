// A secret that is shown this once.

import { CopyBox } from '../../ui/copy-box.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useConnectionWords } from './connection-words.ts';

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useConnectionWords();
  return (
    <Dialog title={t('secret.title')} text={t('secret.text')} onClose={onClose}>
      <CopyBox text={secret} label={t('secret.title')} />
    </Dialog>
  );
}
