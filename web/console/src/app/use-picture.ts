// Setting and removing a member's picture, as a menu offers it.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Member } from '@switchboard/shared/wire.ts';
import { useRef } from 'react';
import { squarePicture } from '../ui/small-picture.ts';
import { toastFailure } from './failures.ts';
import { deletePicture, setPicture } from './member-picture.ts';
import { toast } from './toasts.ts';
import { useWords } from './words.ts';

export interface PictureEditing {
  pick: () => void;
  /** Null where there is none to remove. */
  remove: (() => void) | null;
}

export function usePicture(member: Pick<Member, 'id' | 'picture'>): PictureEditing {
  const words = useWords();
  const queries = useQueryClient();
  const kept = useRef<HTMLInputElement>(null);
  const onSuccess = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['members'] }),
      queries.invalidateQueries({ queryKey: ['me'] }),
    ]);
  const onError = toastFailure(words);
  const setting = useMutation({
    mutationFn: (picture: Blob) => setPicture(member.id, picture),
    onSuccess,
    onError,
  });
  const removing = useMutation({
    mutationFn: () => deletePicture(member.id),
    onSuccess,
    onError,
  });
  const take = (file: File | undefined) => {
    if (!file) return;
    squarePicture(file).then(
      (picture) => setting.mutate(picture),
      () => toast('bad', words.t('picture.unreadable', { name: file.name })),
    );
  };
  const pick = () => {
    const field = document.createElement('input');
    field.type = 'file';
    field.accept = 'image/png,image/jpeg,image/webp';
    field.onchange = () => take(field.files?.[0]);
    // Some browsers drop a field that nobody holds before a file is picked.
    kept.current = field;
    field.click();
  };
  return {
    pick,
    remove: member.picture === null ? null : () => removing.mutate(),
  };
}
