// The tools that every org can have, for whoever runs the platform: which are on by default, and more of them.

import type { OrgTool } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { toastFailure } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { AreaField, CheckField, TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';
import { FormDialog, textOf } from '../form-dialog.tsx';
import { readCatalogueTool } from './catalogue-tool.ts';
import { toolText, useConnectionWords } from './connection-words.ts';

const EMPTY_SCHEMA = '{\n  "type": "object",\n  "properties": {}\n}';

export function ToolCatalogue() {
  const words = useWords();
  const { t } = useConnectionWords();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ queryKey: ['tools'], queryFn: connectionsApi.tools });
  const [isAdding, setAdding] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['tools'] });
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onError: toastFailure(words),
    onSettled: refresh,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-60 flex-1 text-sm text-soft">{t('catalogue.lead')}</p>
        <Button isSmall onClick={() => setAdding(true)}>
          <Plus size={15} aria-hidden="true" />
          {t('catalogue.add')}
        </Button>
      </div>
      <Card>
        <ul className="divide-y divide-line" aria-label={t('catalogue.title')}>
          {data.map((tool) => (
            <Row
              key={tool.name}
              tool={tool}
              isBusy={act.isPending}
              onDefault={(isOn) =>
                act.mutate(() =>
                  connectionsApi.changeCatalogueTool(tool.name, { default_enabled: isOn }),
                )
              }
              onDelete={() => act.mutate(() => connectionsApi.removeCatalogueTool(tool.name))}
            />
          ))}
        </ul>
      </Card>
      {isAdding ? (
        <AddDialog
          onAdded={() => {
            toast('good', t('tools.saved'));
            void refresh();
          }}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}

interface RowProps {
  tool: OrgTool;
  isBusy: boolean;
  onDefault: (isOn: boolean) => void;
  onDelete: () => void;
}

function Row({ tool, isBusy, onDefault, onDelete }: RowProps) {
  const words = useConnectionWords();
  const { t } = words;
  const { title, text } = toolText(tool, words);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 md:px-5">
      <div className="min-w-56 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-words">{title}</span>
          <Badge>{t(tool.kind === 'webhook' ? 'tools.webhook' : 'tools.builtin')}</Badge>
        </p>
        <p className="text-sm text-soft">{text}</p>
      </div>
      <CheckField
        label={t('catalogue.default')}
        aria-label={`${t('catalogue.default')}: ${title}`}
        checked={tool.default_enabled}
        disabled={isBusy}
        onChange={(event) => onDefault(event.currentTarget.checked)}
      />
      {tool.shipped ? null : (
        <IconButton label={t('catalogue.delete', { name: title })} onClick={onDelete}>
          <Trash2 size={16} />
        </IconButton>
      )}
    </li>
  );
}

function AddDialog({ onAdded, onClose }: { onAdded: () => void; onClose: () => void }) {
  const { t } = useConnectionWords();
  return (
    <FormDialog
      title={t('catalogue.add')}
      text={t('catalogue.add.text')}
      onSave={async (form) => {
        const draft = readCatalogueTool({
          name: textOf(form, 'name'),
          description: textOf(form, 'description'),
          schema: textOf(form, 'schema'),
          isIdempotent: form.has('idempotent'),
          isDefault: form.has('default'),
          wrong: t('catalogue.schema.wrong'),
        });
        await connectionsApi.addCatalogueTool(draft);
      }}
      onSaved={onAdded}
      onClose={onClose}
    >
      <TextField
        label={t('catalogue.name')}
        hint={t('catalogue.name.hint')}
        name="name"
        autoComplete="off"
        spellCheck={false}
        required
      />
      <TextField
        label={t('catalogue.description')}
        hint={t('catalogue.description.hint')}
        name="description"
        autoComplete="off"
        required
      />
      <AreaField
        label={t('catalogue.schema')}
        hint={t('catalogue.schema.hint')}
        name="schema"
        rows={6}
        spellCheck={false}
        className="font-mono"
        defaultValue={EMPTY_SCHEMA}
        required
      />
      <CheckField label={t('catalogue.idempotent')} name="idempotent" />
      <CheckField label={t('catalogue.default')} name="default" />
    </FormDialog>
  );
}
