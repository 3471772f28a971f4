// Hands the conversation to a colleague with a note: one act, so that neither comes without the other.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { useLive, useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { AreaField, SelectField } from '../ui/field.tsx';
import { membersQuery } from './editors.tsx';

const NOTE_MAX_CHARS = 10_000;

interface HandOverDialogProps {
  conversation: ConversationSummary;
  onClose: () => void;
}

export function HandOverDialog({ conversation, onClose }: HandOverDialogProps) {
  const { t } = useWords();
  const live = useLive();
  const { member } = useMe();
  const heard = useCell(live.presence);
  const { data } = useQuery(membersQuery);
  const colleagues = (data?.items ?? [])
    .filter((it) => it.active && it.id !== member.id)
    .map((it) => ({ id: it.id, name: it.name, presence: heard[it.id] ?? it.presence }))
    .sort((a, b) => Number(b.presence === 'online') - Number(a.presence === 'online'));
  const handOver = async (form: FormData) => {
    const agentId = textOf(form, 'agent');
    // A message belongs before the colleague's.
    await live.sendHeld([conversation.id]);
    // That it has left this agent is said once, below.
    if (conversation.state.responder.agent?.id === member.id) live.handing.add(conversation.id);
    try {
      await live.connection.ask('session:assign', {
        session_id: conversation.id,
        agent_id: agentId,
        expected: conversation.state.assignee?.id ?? null,
        note: textOf(form, 'note'),
      });
    } catch (error) {
      live.handing.delete(conversation.id);
      throw error;
    }
    return colleagues.find((it) => it.id === agentId)?.name ?? '';
  };
  return (
    <FormDialog
      title={t('handOver.title')}
      text={t('handOver.text')}
      save={t('handOver.save')}
      onSave={handOver}
      onSaved={(name) => toast('good', t('handOver.done', { name }))}
      onClose={onClose}
    >
      <SelectField label={t('handOver.to')} name="agent" required defaultValue="">
        <option value="" disabled>
          {t('handOver.choose')}
        </option>
        {colleagues.map((it) => (
          <option key={it.id} value={it.id}>
            {it.name} · {t(`presence.${it.presence}`)}
          </option>
        ))}
      </SelectField>
      <AreaField
        label={t('handOver.note')}
        hint={t('handOver.note.hint')}
        name="note"
        required
        maxLength={NOTE_MAX_CHARS}
      />
    </FormDialog>
  );
}
