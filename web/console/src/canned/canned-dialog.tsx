// Making and changing a canned reply.

import type { CannedReply, CannedReplyScope } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { deskApi } from '../app/desk-api.ts';
import { useMe } from '../app/live-context.tsx';
import { useWords } from '../app/words.ts';
import { AreaField, SelectField, TextField } from '../ui/field.tsx';
import { CannedFiles } from './canned-files.tsx';
import { type FileChanges, saveFiles } from './save-files.ts';
import { CANNED_KEY } from './use-canned-replies.ts';
import { VARIABLES } from './variables.ts';

interface CannedDialogProps {
  /** Null for a new one. */
  reply: CannedReply | null;
  folders: readonly string[];
  onClose: () => void;
}

export function CannedDialog({ reply, folders, onClose }: CannedDialogProps) {
  const { t } = useWords();
  const { member } = useMe();
  const queries = useQueryClient();
  const listId = useId();
  const box = useRef<HTMLDivElement>(null);
  /** The reply as it is stored, also where only a file of it was refused. */
  const saved = useRef(reply?.id ?? null);
  /** The files that the agent has seen here, as they are stored. */
  const known = useRef([...(reply?.files ?? [])]);
  const [files, setFiles] = useState<FileChanges>({ stays: reply?.files ?? [], added: [] });
  const latest = useRef(files);
  const change = (changes: FileChanges) => {
    latest.current = changes;
    setFiles(changes);
  };
  const save = async (form: FormData) => {
    const folder = textOf(form, 'folder');
    const fields = {
      folder: folder === '' ? null : folder,
      shortcut: textOf(form, 'shortcut').replace(/^\//, ''),
      title: textOf(form, 'title'),
      // A text is taken as it was written, with the blanks around it.
      body: String(form.get('body') ?? '').replaceAll('\r\n', '\n'),
    };
    const scope = (textOf(form, 'scope') || 'personal') as CannedReplyScope;
    const id = saved.current;
    const { canned_reply } = id
      ? await deskApi.changeCannedReply(id, fields)
      : await deskApi.addCannedReply({ ...fields, scope });
    saved.current = canned_reply.id;
    await saveFiles(known.current, () => latest.current, change, {
      remove: (file) => deskApi.removeCannedFile(canned_reply.id, file.id),
      add: (file) =>
        deskApi.addCannedFile(canned_reply.id, file).then(({ attachment }) => attachment),
    });
    await queries.invalidateQueries({ queryKey: CANNED_KEY });
  };
  const insert = (name: string) => {
    const area = box.current?.querySelector('textarea');
    if (!area) return;
    area.focus();
    area.setRangeText(`{{${name}}}`, area.selectionStart, area.selectionEnd, 'end');
  };
  return (
    <FormDialog title={t(reply ? 'canned.change' : 'canned.new')} onSave={save} onClose={onClose}>
      <TextField
        label={t('canned.shortcut')}
        name="shortcut"
        required
        maxLength={33}
        defaultValue={reply?.shortcut ?? ''}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        pattern="/?[a-z0-9_\-]{1,32}"
        title={t('canned.shortcut.rule')}
        hint={t('canned.shortcut.rule')}
      />
      <TextField
        label={t('canned.name')}
        name="title"
        required
        maxLength={200}
        defaultValue={reply?.title ?? ''}
      />
      {!reply && member.role !== 'agent' ? (
        <SelectField label={t('canned.scope')} name="scope" defaultValue="org">
          <option value="org">{t('canned.scope.org.long')}</option>
          <option value="personal">{t('canned.scope.personal.long')}</option>
        </SelectField>
      ) : null}
      <TextField
        label={t('canned.folder')}
        name="folder"
        maxLength={100}
        list={listId}
        defaultValue={reply?.folder ?? ''}
        autoComplete="off"
        hint={t('canned.folder.hint')}
      />
      <datalist id={listId}>
        {folders.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
      <div ref={box} className="flex flex-col gap-2">
        <AreaField
          label={t('canned.body')}
          name="body"
          rows={5}
          required
          maxLength={10_000}
          dir="auto"
          defaultValue={reply?.body ?? ''}
        />
        <p className="text-sm text-soft">{t('canned.variables')}</p>
        <div className="flex flex-wrap gap-1.5">
          {VARIABLES.map((name) => (
            <button
              key={name}
              type="button"
              onClick={() => insert(name.endsWith('.') ? `${name}${t('canned.attribute')}` : name)}
              className="rounded-md border border-line bg-raised px-2 py-0.5 font-mono text-xs hover:border-accent"
            >
              {`{{${name.endsWith('.') ? `${name}…` : name}}}`}
            </button>
          ))}
        </div>
      </div>
      <CannedFiles changes={files} onChange={change} />
    </FormDialog>
  );
}
