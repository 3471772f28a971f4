// Switches a tool on or off, and says where it is. Its secret goes in and never comes out.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { connectionsApi, type Tool, type ToolDraft } from '../../app/connections-api.ts';
import { failureText } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { useConnectionWords } from './connection-words.ts';

interface ToolDialogProps {
  tool: Tool;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

export function ToolDialog({ tool, onSecret, onClose }: ToolDialogProps) {
  const words = useWords();
  const { t } = useConnectionWords();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (draft: ToolDraft) => connectionsApi.changeTool(tool.name, draft),
    onSuccess: async ({ secret }) => {
      toast('good', t('tools.saved'));
      onClose();
      if (secret) onSecret(secret);
      await queries.invalidateQueries({ queryKey: ['tools'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(readTool(new FormData(event.currentTarget), tool));
  };
  const byDefault = t(tool.default_enabled ? 'tools.yes' : 'tools.no');
  return (
    <Dialog title={t('tools.edit', { name: tool.name })} text={tool.description} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <SelectField
          label={t('tools.enabled')}
          name="enabled"
          defaultValue={tool.enabled === null ? '' : String(tool.enabled)}
        >
          <option value="">{t('tools.enabled.inherit', { value: byDefault })}</option>
          <option value="true">{t('tools.yes')}</option>
          <option value="false">{t('tools.no')}</option>
        </SelectField>
        {tool.kind === 'webhook' ? (
          <TextField
            label={t('tools.url')}
            name="url"
            type="url"
            defaultValue={tool.url ?? ''}
            hint={t('tools.url.hint')}
          />
        ) : null}
        {hasSecret(tool) ? (
          <TextField
            label={t('tools.secret')}
            name="secret"
            type="password"
            autoComplete="off"
            hint={
              tool.secret_hint
                ? t('tools.secret.keep', { hint: tool.secret_hint })
                : t(tool.name === 'search' ? 'tools.secret.search' : 'tools.secret.hint')
            }
          />
        ) : null}
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {words.t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Web search has a key although it is built in. */
function hasSecret({ kind, name }: Tool): boolean {
  return kind === 'webhook' || name === 'search';
}

/** An empty secret is left out, so that it stays. */
export function readTool(form: FormData, tool: Pick<Tool, 'kind'>): ToolDraft {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const enabled = text('enabled');
  const secret = text('secret');
  return {
    enabled: enabled === '' ? null : enabled === 'true',
    ...(tool.kind === 'webhook' ? { url: text('url') || null } : {}),
    ...(secret === '' ? {} : { secret }),
  };
}
