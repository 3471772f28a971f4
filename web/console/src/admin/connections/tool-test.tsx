// Runs a tool once, to see what it answers.

import type { OrgTool } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { failureText } from '../../app/failures.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { AreaField } from '../../ui/field.tsx';
import { toolText, useConnectionWords } from './connection-words.ts';
import { RunLine } from './tool-runs.tsx';

export function ToolTest({ tool, onClose }: { tool: OrgTool; onClose: () => void }) {
  const words = useWords();
  const connectionWords = useConnectionWords();
  const { t } = connectionWords;
  const queries = useQueryClient();
  const [text, setText] = useState('{}');
  const [isBad, setBad] = useState(false);
  const run = useMutation({
    mutationFn: (args: Record<string, unknown>) => connectionsApi.testTool(tool.name, args),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tool runs'] }),
  });
  const error = isBad ? t('tools.test.bad') : run.error ? failureText(run.error, words) : null;
  return (
    <Dialog
      title={t('tools.test.title', { name: toolText(tool, connectionWords).title })}
      text={t('tools.test.text')}
      onClose={onClose}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const args = parseObject(text);
          setBad(args === null);
          if (args) run.mutate(args);
        }}
      >
        <AreaField
          label={t('tools.test.arguments')}
          value={text}
          rows={5}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <FormError text={error} />
        {run.data ? (
          <output className="rounded-xl border border-line p-3">
            <RunLine run={run.data} />
          </output>
        ) : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.t('common.close')}</Button>
          <Button type="submit" kind="strong" disabled={run.isPending}>
            {t('tools.test.run')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
