// Switches a tool on or off, and says where it is. Its secret goes in and never comes out.

import type { OrgTool, OrgToolBody } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { connectionsApi } from '../../app/connections-api.ts';
import { toast } from '../../app/toasts.ts';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { toolText, useConnectionWords } from './connection-words.ts';

interface ToolDialogProps {
  tool: OrgTool;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

export function ToolDialog({ tool, onSecret, onClose }: ToolDialogProps) {
  const words = useConnectionWords();
  const { t } = words;
  const queries = useQueryClient();
  const finish = ({ secret }: { secret?: string | null }) => {
    toast('good', t('tools.saved'));
    if (secret) onSecret(secret);
    void queries.invalidateQueries({ queryKey: ['tools'] });
  };
  const byDefault = t(tool.default_enabled ? 'tools.yes' : 'tools.no');
  return (
    <FormDialog
      title={t('tools.edit', { name: toolText(tool, words).title })}
      text={tool.description}
      onSave={(form) => connectionsApi.changeTool(tool.name, readTool(form, tool))}
      onClose={onClose}
      onSaved={finish}
    >
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
    </FormDialog>
  );
}

/** Web search has a key although it is built in. */
function hasSecret({ kind, name }: OrgTool): boolean {
  return kind === 'webhook' || name === 'search';
}

/** An empty secret is left out, so that it stays. */
export function readTool(form: FormData, tool: Pick<OrgTool, 'kind'>): OrgToolBody {
  const enabled = textOf(form, 'enabled');
  const secret = textOf(form, 'secret');
  return {
    enabled: enabled === '' ? null : enabled === 'true',
    ...(tool.kind === 'webhook' ? { url: textOf(form, 'url') || null } : {}),
    ...(secret === '' ? {} : { secret }),
  };
}
