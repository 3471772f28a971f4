// Adds or changes a source: text, Markdown, a file or a web page.

import type { KnowledgeSource } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { AreaField, CheckField, TextField } from '../../ui/field.tsx';
import { ChannelField } from './channel-field.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';

export interface SourceForm {
  kind: 'text' | 'markdown' | 'file' | 'page';
}

interface SourceDialogProps extends SourceForm {
  /** Null for a new one. */
  source: KnowledgeSource | null;
  onClose: () => void;
}

export function SourceDialog({ kind, source, onClose }: SourceDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const save = async (form: FormData) => {
    const channelId = textOf(form, 'channel_id') || null;
    if (source) await change(source, form, channelId);
    else await add(kind, form, channelId);
    toast('good', t('knowledge.saved'));
    await queries.invalidateQueries({ queryKey: ['sources'] });
  };
  return (
    <FormDialog
      title={source ? t('knowledge.edit', { title: source.title }) : t(`knowledge.add.${kind}`)}
      onSave={save}
      onClose={onClose}
    >
      {kind === 'file' && !source ? (
        <TextField
          label={t('knowledge.file')}
          hint={t('knowledge.file.hint')}
          name="file"
          type="file"
          accept=".pdf,.md,.markdown,.txt"
          required
        />
      ) : null}
      {kind === 'page' ? (
        <TextField
          label={t('knowledge.url')}
          name="url"
          type="url"
          placeholder="https://"
          defaultValue={source?.url ?? ''}
          required
        />
      ) : null}
      <TextField
        label={t('knowledge.name')}
        hint={t('knowledge.name.hint')}
        name="title"
        defaultValue={source?.title ?? ''}
        required={kind === 'text' || kind === 'markdown'}
      />
      {kind === 'text' || kind === 'markdown' ? <ContentField isKnown={source !== null} /> : null}
      <ChannelField name="channel_id" defaultValue={source?.channel_id ?? null} />
    </FormDialog>
  );
}

/** The server does not give content back: a known source keeps it unless it is replaced. */
function ContentField({ isKnown }: { isKnown: boolean }) {
  const { t } = useWords();
  const [isReplaced, setReplaced] = useState(!isKnown);
  return (
    <>
      {isKnown ? (
        <CheckField
          label={t('knowledge.replace')}
          checked={isReplaced}
          onChange={(event) => setReplaced(event.target.checked)}
        />
      ) : null}
      {isReplaced ? (
        <AreaField label={t('knowledge.content')} name="content" rows={10} dir="auto" required />
      ) : null}
    </>
  );
}

async function add(
  kind: SourceForm['kind'],
  form: FormData,
  channelId: string | null,
): Promise<void> {
  const title = textOf(form, 'title');
  if (kind === 'file') {
    const file = form.get('file');
    if (file instanceof File) await adminApi.uploadFile(file, title, channelId);
    return;
  }
  await adminApi.addSource({
    kind,
    channel_id: channelId,
    ...(title ? { title } : {}),
    ...(kind === 'page' ? { url: textOf(form, 'url') } : { content: textOf(form, 'content') }),
  });
}

async function change(
  source: KnowledgeSource,
  form: FormData,
  channelId: string | null,
): Promise<void> {
  const title = textOf(form, 'title');
  const content = textOf(form, 'content');
  const url = textOf(form, 'url');
  await adminApi.changeSource(source.id, {
    ...(title ? { title } : {}),
    ...(channelId === source.channel_id ? {} : { channel_id: channelId }),
    ...(content ? { content } : {}),
    ...(url && url !== source.url ? { url } : {}),
  });
}
