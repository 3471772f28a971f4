// Erases a visitor with everything that is stored of them; it cannot be taken back, so the name is written once more.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useState } from 'react';
import { FormDialog } from '../admin/form-dialog.tsx';
import { api } from '../app/api.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { TextField } from '../ui/field.tsx';
import { visitorName } from './visitor-name.ts';

interface EraseDialogProps {
  conversation: ConversationSummary;
  onClose: () => void;
}

export function EraseDialog({ conversation, onClose }: EraseDialogProps) {
  const { t } = useWords();
  const [written, setWritten] = useState('');
  const name = visitorName(conversation);
  return (
    <FormDialog
      title={t('erase.title', { name })}
      text={t('erase.text')}
      save={t('erase.save')}
      onSave={() => api.eraseVisitor(conversation.visitor.id)}
      onSaved={() => toast('good', t('erase.done', { name }))}
      isUnready={written.trim() !== name}
      onClose={onClose}
    >
      <TextField
        label={t('erase.confirm', { name })}
        name="name"
        autoComplete="off"
        value={written}
        onChange={(event) => setWritten(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
