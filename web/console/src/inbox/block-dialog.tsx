// Blocks a visitor and, for owners and admins where it is known, the address they come from.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { endOf } from '../admin/protection/block-ends.ts';
import { api } from '../app/api.ts';
import { protectionApi } from '../app/protection-api.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { CheckField, TextField } from '../ui/field.tsx';
import { useVisitor } from './use-visitor.ts';

const REASON_MAX_CHARS = 300;

interface BlockDialogProps {
  visitor: ConversationSummary['visitor'];
  onClose: () => void;
}

export function BlockDialog({ visitor, onClose }: BlockDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const address = useVisitor(visitor)?.address ?? null;
  const save = async (form: FormData) => {
    const reason = textOf(form, 'reason');
    // The address first: where it is one's own, that is refused, and nothing has happened yet.
    if (address !== null && form.has('address')) {
      const expiresAt = endOf('month', Date.now());
      await protectionApi.block('org', {
        range: address,
        reason: reason || null,
        expires_at: expiresAt,
      });
    }
    await api.block(visitor.id, reason);
  };
  return (
    <FormDialog
      title={t('block.title', { name: visitor.name })}
      text={t('block.text')}
      save={t('block.save')}
      onSave={save}
      onSaved={() => {
        toast('good', t('block.done', { name: visitor.name }));
        void queries.invalidateQueries({ queryKey: ['visitor', visitor.id] });
      }}
      onClose={onClose}
    >
      <TextField
        label={t('block.reason')}
        name="reason"
        maxLength={REASON_MAX_CHARS}
        autoComplete="off"
      />
      {address === null ? null : (
        <CheckField label={t('block.address', { address })} name="address" />
      )}
    </FormDialog>
  );
}
