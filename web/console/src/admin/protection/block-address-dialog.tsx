// Shuts an address or a range out, of the org's widget or of the server.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { protectionApi, type Scope } from '../../app/protection-api.ts';
import { toast } from '../../app/toasts.ts';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { type BlockEnd, blocksKey, ENDS, endOf } from './block-ends.ts';
import { useProtectionWords } from './protection-words.ts';

const REASON_MAX_CHARS = 300;

interface BlockAddressDialogProps {
  scope: Scope;
  /** What the dialog begins with. */
  range: string;
  onClose: () => void;
}

export function BlockAddressDialog({ scope, range, onClose }: BlockAddressDialogProps) {
  const { t } = useProtectionWords();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: blocksKey(scope),
    queryFn: () => protectionApi.blocks(scope),
  });
  const save = (form: FormData) =>
    protectionApi.block(scope, {
      range: textOf(form, 'range'),
      reason: textOf(form, 'reason') || null,
      expires_at: endOf(textOf(form, 'ends') as BlockEnd, Date.now()),
      allow_own: form.has('own'),
    });
  return (
    <FormDialog
      title={t('security.block.new')}
      text={t(`security.block.text.${scope}`)}
      save={t('security.block')}
      onSave={save}
      onSaved={({ block }) => {
        toast('good', t('security.block.done', { range: block.range }));
        void queries.invalidateQueries({ queryKey: blocksKey(scope) });
      }}
      onClose={onClose}
    >
      <TextField
        label={t('security.block.range')}
        name="range"
        required
        autoComplete="off"
        defaultValue={range}
        hint={t('security.block.range.hint', { address: data?.own_address ?? '…' })}
      />
      <TextField
        label={t('security.block.reason')}
        name="reason"
        maxLength={REASON_MAX_CHARS}
        autoComplete="off"
      />
      <SelectField label={t('security.block.ends')} name="ends" defaultValue="never">
        {ENDS.map((end) => (
          <option key={end} value={end}>
            {t(`security.block.ends.${end}`)}
          </option>
        ))}
      </SelectField>
      <CheckField label={t('security.block.own')} name="own" />
    </FormDialog>
  );
}
