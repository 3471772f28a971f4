// A picture as large as the screen allows.

import * as Radix from '@radix-ui/react-dialog';
import { X } from 'lucide-react';
import { useWords } from '../app/words.ts';
import { IconButton } from './button.tsx';

interface PictureDialogProps {
  url: string;
  name: string;
  onClose: () => void;
}

export function PictureDialog({ url, name, onClose }: PictureDialogProps) {
  const { t } = useWords();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/85" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-0 z-50 grid place-items-center p-6 outline-none"
          onClick={onClose}
        >
          <Radix.Title className="sr-only">{name}</Radix.Title>
          <img
            src={url}
            alt={name}
            className="max-h-[calc(100dvh-48px)] max-w-full object-contain"
          />
          <Radix.Close asChild>
            <IconButton
              label={t('common.close')}
              className="absolute top-3 right-3 bg-surface text-ink"
            >
              <X size={18} />
            </IconButton>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
