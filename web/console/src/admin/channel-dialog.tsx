// Creates or changes a channel.

import type { Channel, ChannelBody } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { FormError } from '../pages/auth-layout.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../ui/field.tsx';
import { type Origins, readOrigins } from './origins.ts';

interface ChannelDialogProps {
  /** Null for a new one. */
  channel: Channel | null;
  onClose: () => void;
}

const DEFAULT_COLOR = '#2f92ad';

export function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [wrong, setWrong] = useState<Origins['wrong']>(null);
  const save = useMutation({
    mutationFn: (draft: ChannelBody) =>
      channel ? api.changeChannel(channel.id, draft) : api.createChannel(draft),
    onSuccess: async () => {
      toast('good', t('channels.saved'));
      onClose();
      await queries.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const { origins, wrong: found } = readOrigins(String(data.get('origins') ?? ''));
    setWrong(found);
    if (found) (form.elements.namedItem('origins') as HTMLTextAreaElement).focus();
    else save.mutate({ ...readDraft(data), origins });
  };
  const title = channel
    ? t('channels.edit.title', { name: channel.name })
    : t('channels.create.title');
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <TextField
          label={t('channels.name')}
          name="name"
          defaultValue={channel?.name}
          required
          autoFocus
        />
        <AreaField
          label={t('channels.origins')}
          hint={t('channels.origins.hint')}
          error={wrong && t('channels.origins.wrong', wrong)}
          name="origins"
          defaultValue={channel?.origins.join('\n')}
          spellCheck={false}
        />
        <AreaField
          label={t('channels.greeting')}
          name="greeting"
          defaultValue={channel?.greeting ?? ''}
        />
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t('channels.color')}
            name="color"
            type="color"
            defaultValue={channel?.color ?? DEFAULT_COLOR}
          />
          <SelectField
            label={t('channels.language')}
            name="locale"
            defaultValue={channel?.locale ?? ''}
          >
            <option value="">{t('channels.language.browser')}</option>
            <option value="en">English</option>
            <option value="es">Español</option>
          </SelectField>
        </div>
        <div className="flex flex-col gap-1">
          <CheckField
            label={t('channels.assistant')}
            name="assistant"
            role="switch"
            defaultChecked={channel?.assistant ?? true}
          />
          <p className="pl-6.5 text-sm text-soft">{t('channels.assistant.hint')}</p>
        </div>
        <CheckField
          label={t('channels.handoff')}
          name="handoff_enabled"
          defaultChecked={channel?.handoff_enabled ?? true}
        />
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function readDraft(form: FormData): Omit<ChannelBody, 'origins'> {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  return {
    name: text('name'),
    color: text('color') || null,
    greeting: text('greeting') || null,
    locale: text('locale') || null,
    assistant: form.get('assistant') === 'on',
    handoff_enabled: form.get('handoff_enabled') === 'on',
  };
}
