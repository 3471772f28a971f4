// A dialog with a form: its fields, what went wrong, and the two buttons.

import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { failureText } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { FormError } from '../pages/auth-layout.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface FormDialogProps<T> {
  title: string;
  text?: string;
  /** What the button says that is not to save. */
  save?: string;
  onSave: (form: FormData) => Promise<T>;
  onClose: () => void;
  /** Told what came of it, when the dialog is closed. */
  onSaved?: (saved: T) => void;
  /** Whether something must be chosen yet. */
  isUnready?: boolean;
  children: ReactNode;
}

export function FormDialog<T = void>(props: FormDialogProps<T>) {
  const { title, text, save: saveWord, onSave, onClose, onSaved, isUnready, children } = props;
  const words = useWords();
  const { t } = words;
  const save = useMutation({
    mutationFn: onSave,
    onSuccess: (saved) => {
      onClose();
      onSaved?.(saved);
    },
  });
  return (
    <Dialog title={title} {...(text ? { text } : {})} onClose={onClose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(new FormData(event.currentTarget));
        }}
      >
        {children}
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending || isUnready}>
            {saveWord ?? t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '').trim();
}
