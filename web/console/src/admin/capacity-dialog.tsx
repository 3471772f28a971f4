// How many conversations a member takes at once by automatic assignment.

import type { Member } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../app/api.ts';
import { useWords } from '../app/words.ts';
import { TextField } from '../ui/field.tsx';
import { FormDialog, textOf } from './form-dialog.tsx';

const MOST = 1_000;

export function CapacityDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const save = async (form: FormData) => {
    const text = textOf(form, 'capacity');
    await api.changeMember(member.id, { capacity: text === '' ? null : Number(text) });
    await queries.invalidateQueries({ queryKey: ['members'] });
  };
  return (
    <FormDialog
      title={t('members.capacity.title', { name: member.name })}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        name="capacity"
        type="number"
        inputMode="numeric"
        min={0}
        max={MOST}
        step={1}
        label={t('members.capacity.label')}
        hint={t('members.capacity.hint')}
        defaultValue={member.capacity ?? ''}
      />
    </FormDialog>
  );
}
