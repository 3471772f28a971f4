// The items of a menu that set and remove a member's picture.

import { ImageOff, ImageUp } from 'lucide-react';
import type { PictureEditing } from '../app/use-picture.ts';
import { useWords } from '../app/words.ts';
import { MenuItem } from './menu.tsx';

export function PictureItems({ picture }: { picture: PictureEditing }) {
  const { t } = useWords();
  return (
    <>
      <MenuItem onSelect={picture.pick}>
        <ImageUp size={16} />
        {t('picture.set')}
      </MenuItem>
      {picture.remove ? (
        <MenuItem onSelect={picture.remove}>
          <ImageOff size={16} />
          {t('picture.remove')}
        </MenuItem>
      ) : null}
    </>
  );
}
