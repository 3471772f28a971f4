// The files of a canned reply in its dialog: those it has, those to be added, and a way to take each out.

import { Paperclip, X } from 'lucide-react';
import { useRef } from 'react';
import { FILE_TYPES } from '../app/file-types.ts';
import { useWords } from '../app/words.ts';
import { Button, IconButton } from '../ui/button.tsx';
import type { FileChanges } from './save-files.ts';

interface CannedFilesProps {
  changes: FileChanges;
  onChange: (changes: FileChanges) => void;
}

export function CannedFiles({ changes, onChange }: CannedFilesProps) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const { stays, added } = changes;
  const without = <T,>(items: readonly T[], item: T) => items.filter((it) => it !== item);
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{t('canned.files')}</legend>
      <ul className="flex flex-col gap-1">
        {stays.map((file) => (
          <FileRow
            key={file.id}
            name={file.name}
            onRemove={() => onChange({ ...changes, stays: without(stays, file) })}
          />
        ))}
        {added.map((file, index) => (
          <FileRow
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may have one name, and rows keep no state.
            key={index}
            name={file.name}
            onRemove={() => onChange({ ...changes, added: without(added, file) })}
          />
        ))}
      </ul>
      <Button isSmall className="self-start" onClick={() => input.current?.click()}>
        <Paperclip size={15} aria-hidden="true" />
        {t('canned.files.add')}
      </Button>
      <p className="text-sm text-soft">{t('canned.files.hint')}</p>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={FILE_TYPES.join()}
        data-testid="canned-file"
        onChange={(event) => {
          onChange({ ...changes, added: [...added, ...(event.target.files ?? [])] });
          event.target.value = '';
        }}
      />
    </fieldset>
  );
}

function FileRow({ name, onRemove }: { name: string; onRemove: () => void }) {
  const { t } = useWords();
  return (
    <li className="flex items-center gap-2 rounded-lg border border-line px-2.5 py-1 text-sm">
      <Paperclip size={14} className="shrink-0 text-soft" aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      <IconButton label={t('pictures.remove', { name })} onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </li>
  );
}
