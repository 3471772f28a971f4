// Taking canned replies in from a file: all of them or none.

import type { CannedReplyScope } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { deskApi } from '../app/desk-api.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { CANNED_KEY } from './use-canned-replies.ts';

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { member } = useMe();
  const queries = useQueryClient();
  const take = async (form: FormData) => {
    const scope = (textOf(form, 'scope') || 'personal') as CannedReplyScope;
    const done = await deskApi.importCannedReplies(form.get('file') as File, scope);
    await queries.invalidateQueries({ queryKey: CANNED_KEY });
    return done;
  };
  return (
    <FormDialog
      title={t('canned.import')}
      text={t('canned.import.text')}
      onSave={take}
      onClose={onClose}
      onSaved={({ created_count, updated_count }) =>
        toast('good', t('canned.imported', { created: created_count, updated: updated_count }))
      }
    >
      <TextField label={t('canned.file')} name="file" type="file" accept=".csv,text/csv" required />
      {member.role === 'agent' ? null : (
        <SelectField label={t('canned.scope')} name="scope" defaultValue="org">
          <option value="org">{t('canned.scope.org.long')}</option>
          <option value="personal">{t('canned.scope.personal.long')}</option>
        </SelectField>
      )}
    </FormDialog>
  );
}
