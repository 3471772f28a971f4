// The call goes back to the assistant, with a note if that helps.

import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AreaField } from '../ui/field.tsx';
import { useCallWords } from './call-words.ts';
import { TELL_MAX_CHARS } from './tell-box.tsx';

interface GiveBackDialogProps {
  onGive: (note: string) => void;
  onClose: () => void;
}

export function GiveBackDialog({ onGive, onClose }: GiveBackDialogProps) {
  const { t } = useCallWords();
  const [note, setNote] = useState('');
  return (
    <Dialog title={t('giveBack.title')} text={t('giveBack.text')} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onGive(note.trim());
        }}
      >
        <AreaField
          label={t('giveBack.note')}
          value={note}
          autoFocus
          maxLength={TELL_MAX_CHARS}
          dir="auto"
          onChange={(event) => setNote(event.target.value)}
        />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="strong">
            {t('giveBack')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
