// A question with its answer, and other ways of asking it.

import type { KnowledgePair } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { adminApi } from '../../app/admin-api.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { AreaField, TextField } from '../../ui/field.tsx';
import { ChannelField } from './channel-field.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';

interface PairDialogProps {
  /** Null for a new one. */
  pair: KnowledgePair | null;
  onClose: () => void;
}

export function PairDialog({ pair, onClose }: PairDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const save = async (form: FormData) => {
    const draft = {
      question: textOf(form, 'question'),
      answer: textOf(form, 'answer'),
      phrasings: linesOf(textOf(form, 'phrasings')),
    };
    if (pair) await adminApi.changePair(pair.id, draft);
    else await adminApi.addPair({ ...draft, channel_id: textOf(form, 'channel_id') || null });
    toast('good', t('knowledge.saved'));
    await queries.invalidateQueries({ queryKey: ['pairs'] });
    await queries.invalidateQueries({ queryKey: ['sources'] });
  };
  return (
    <FormDialog
      title={pair ? t('pairs.edit') : t('knowledge.add.pair')}
      onSave={save}
      onClose={onClose}
    >
      <TextField
        label={t('pairs.question')}
        name="question"
        dir="auto"
        defaultValue={pair?.question}
        required
      />
      <AreaField
        label={t('pairs.answer')}
        name="answer"
        rows={5}
        dir="auto"
        defaultValue={pair?.answer}
        required
      />
      <AreaField
        label={t('pairs.phrasings')}
        hint={t('pairs.phrasings.hint')}
        name="phrasings"
        dir="auto"
        defaultValue={pair?.phrasings.join('\n')}
      />
      {pair ? null : <ChannelField name="channel_id" />}
    </FormDialog>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
