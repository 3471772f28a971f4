// The rarer acts of a conversation, behind three dots: handing it over with a note, following it, its transcript,
// writing again after its end, and merging, blocking, exporting or erasing its visitor.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import type { ConversationSummary } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  Ban,
  Bell,
  BellOff,
  CircleCheck,
  Download,
  Ellipsis,
  FolderDown,
  Forward,
  type LucideIcon,
  Mail,
  Merge,
  MessageSquarePlus,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type ActId, actOf } from '../acts/act-table.ts';
import { useOffer } from '../acts/use-offer.ts';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { IconButton } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { BlockDialog } from './block-dialog.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { HandOverDialog } from './hand-over-dialog.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { useFollow } from './use-follow.ts';
import { useReopen } from './use-reopen.ts';
import { useVisitor } from './use-visitor.ts';

export interface MoreAct {
  id: ActId;
  icon: LucideIcon;
  isDanger?: boolean;
  run: () => void;
}

/** The acts, which the command palette has as well, and the dialog that one of them has opened. */
export function useMoreActs(conversation: ConversationSummary): {
  acts: readonly MoreAct[];
  dialog: ReactNode;
} {
  const { has_mail, member } = useMe();
  const [asked, setAsked] = useState<'mail' | 'block' | 'merge' | 'erase' | 'handOver' | null>(
    null,
  );
  const { isFollowing, flip } = useFollow(conversation.id);
  const isOpen = conversation.state.status !== 'closed';
  const visitor = useVisitor(conversation.visitor);
  const unblock = useUnblock(conversation.visitor.id);
  const { reopen } = useReopen(conversation.id);
  const acts: readonly MoreAct[] = [
    ...(isOpen
      ? [{ id: 'handOver', icon: Forward, run: () => setAsked('handOver') } as const]
      : [{ id: 'reopen', icon: MessageSquarePlus, run: reopen } as const]),
    isFollowing
      ? { id: 'unfollow', icon: BellOff, run: flip }
      : { id: 'follow', icon: Bell, run: flip },
    {
      id: 'transcriptFile',
      icon: Download,
      run: () => download(`conversations/${conversation.id}/transcript`),
    },
    ...(has_mail
      ? [{ id: 'transcriptMail', icon: Mail, run: () => setAsked('mail') } as const]
      : []),
    { id: 'merge', icon: Merge, run: () => setAsked('merge') },
    visitor?.blocked
      ? { id: 'unblock', icon: CircleCheck, run: unblock }
      : { id: 'block', icon: Ban, isDanger: true, run: () => setAsked('block') },
    ...(member.role === 'agent'
      ? []
      : ([
          {
            id: 'visitorExport',
            icon: FolderDown,
            run: () => download(`visitors/${conversation.visitor.id}/export`),
          },
          {
            id: 'visitorErase',
            icon: Trash2,
            isDanger: true,
            run: () => setAsked('erase'),
          },
        ] as const)),
  ];
  useOffer(acts);
  const onClose = () => setAsked(null);
  const dialogs = {
    mail: <MailDialog conversation={conversation} onClose={onClose} />,
    handOver: <HandOverDialog conversation={conversation} onClose={onClose} />,
    erase: <EraseDialog conversation={conversation} onClose={onClose} />,
    merge: <MergeDialog conversation={conversation} onClose={onClose} />,
    block: <BlockDialog visitor={conversation.visitor} onClose={onClose} />,
  };
  return { acts, dialog: asked ? dialogs[asked] : null };
}

export function MoreMenu({ acts }: { acts: readonly MoreAct[] }) {
  const { t } = useWords();
  const trigger = (
    <IconButton label={t('conversation.more')}>
      <Ellipsis size={18} />
    </IconButton>
  );
  return (
    <Menu trigger={trigger}>
      {acts.map(({ id, icon: Icon, isDanger, run }) => (
        <MenuItem key={id} onSelect={run} {...(isDanger ? { isDanger } : {})}>
          <Icon size={16} aria-hidden="true" />
          {t(actOf(id).word)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The answer names the file. */
function download(path: string): void {
  const link = document.createElement('a');
  link.href = `${serverPath}/api/v1/${path}`;
  link.download = '';
  link.click();
}

interface MailDialogProps {
  conversation: ConversationSummary;
  onClose: () => void;
}

function MailDialog({ conversation, onClose }: MailDialogProps) {
  const { t } = useWords();
  return (
    <FormDialog
      title={t('transcript.title')}
      text={t('transcript.text')}
      save={t('transcript.send')}
      onSave={(form) => api.mailTranscript(conversation.id, textOf(form, 'email'))}
      onSaved={() => toast('good', t('transcript.sent'))}
      onClose={onClose}
    >
      <TextField
        label={t('transcript.email')}
        name="email"
        type="email"
        required
        autoComplete="off"
        defaultValue={conversation.visitor.email ?? ''}
      />
    </FormDialog>
  );
}

export function useUnblock(visitorId: string): () => void {
  const words = useWords();
  const queries = useQueryClient();
  const unblock = useMutation({
    mutationFn: () => api.unblock(visitorId),
    onSuccess: () => {
      toast('good', words.t('block.undone'));
      void queries.invalidateQueries({ queryKey: ['visitor', visitorId] });
    },
    onError: toastFailure(words),
  });
  return () => unblock.mutate();
}
