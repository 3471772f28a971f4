// A dialog in the middle of the screen; Escape, the veil and the cross close it.

import { X } from 'lucide-react';
import * as Radix from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { useWords } from '../app/words.ts';
import { Button, IconButton } from './button.tsx';

interface DialogProps {
  title: string;
  text?: string;
  onClose: () => void;
  /** The focus does not go back to where it was: whoever closes it puts it elsewhere. */
  keepsFocus?: boolean | undefined;
  children: ReactNode;
}

/** A form begins in its first field; the cross at the top is nobody's first wish. */
function focusFirst(event: Event): void {
  const box = event.currentTarget as HTMLElement;
  const field = box.contains(document.activeElement)
    ? document.activeElement
    : box.querySelector(
        'input:not([type=hidden], :disabled), textarea:not(:disabled), select:not(:disabled)',
      );
  if (!(field instanceof HTMLElement)) return;
  event.preventDefault();
  field.focus();
}

const BOX =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[min(92vw,480px)] -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-2xl border border-line bg-surface p-6 shadow-2xl';

export function Dialog({ title, text, onClose, keepsFocus, children }: DialogProps) {
  const { t } = useWords();
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          className={BOX}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={(event) => keepsFocus && event.preventDefault()}
          {...(text ? {} : { 'aria-describedby': undefined })}
        >
          <div className="flex items-start gap-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {text ? (
                <Radix.Description className="mt-1 text-soft">{text}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close asChild>
              <IconButton label={t('common.close')} className="-mt-1.5 -mr-2">
                <X size={18} />
              </IconButton>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  confirm: string;
  isBusy?: boolean;
  keepsFocus?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone; the focus is on leaving it alone. */
export function Confirm(props: ConfirmProps) {
  const { title, text, confirm, isBusy, keepsFocus, onConfirm, onClose } = props;
  const { t } = useWords();
  return (
    <Dialog title={title} text={text} onClose={onClose} keepsFocus={keepsFocus}>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose} autoFocus>
          {t('common.cancel')}
        </Button>
        <Button kind="danger" disabled={isBusy} onClick={onConfirm}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
