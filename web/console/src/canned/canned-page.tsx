// The canned replies: those of the org and one's own, by folder, with search, import and export.

import type { CannedReply, CannedReplyScope } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import {
  Download,
  MessageSquareQuote,
  Paperclip,
  Pencil,
  Plus,
  SearchX,
  Trash2,
  Upload,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import { AdminPage, Card, Tabs } from '../admin/admin-page.tsx';
import { CANNED_EXPORT_URL, deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { Badge } from '../ui/badge.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { CannedDialog } from './canned-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { matchReplies } from './match.ts';
import { Marked } from './picker.tsx';
import { CANNED_KEY, useCannedReplies } from './use-canned-replies.ts';

type Shown = 'all' | CannedReplyScope;
type Open =
  | { kind: 'edit'; reply: CannedReply | null }
  | { kind: 'remove'; reply: CannedReply }
  | { kind: 'import' };

const TABS: readonly Shown[] = ['all', 'org', 'personal'];

export function CannedPage() {
  const { t } = useWords();
  const { data, error, refetch } = useCannedReplies(true);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <AdminPage
      title={t('canned.title')}
      lead={t('canned.lead')}
      action={
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setOpen({ kind: 'import' })}>
            <Upload size={16} aria-hidden="true" />
            {t('canned.import')}
          </Button>
          <a
            href={CANNED_EXPORT_URL}
            download
            className="inline-flex h-10 items-center gap-1.5 rounded-lg border border-line bg-surface px-4 font-medium hover:bg-raised"
          >
            <Download size={16} aria-hidden="true" />
            {t('canned.export')}
          </a>
          <Button kind="strong" onClick={() => setOpen({ kind: 'edit', reply: null })}>
            <Plus size={16} aria-hidden="true" />
            {t('canned.new')}
          </Button>
        </div>
      }
    >
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <Replies replies={data} onOpen={setOpen} /> : null}
      {open?.kind === 'edit' ? (
        <CannedDialog reply={open.reply} folders={foldersOf(data ?? [])} onClose={close} />
      ) : null}
      {open?.kind === 'import' ? <ImportDialog onClose={close} /> : null}
      {open?.kind === 'remove' ? <Removal reply={open.reply} onClose={close} /> : null}
    </AdminPage>
  );
}

function foldersOf(replies: readonly CannedReply[]): string[] {
  const folders = replies.map((it) => it.folder).filter((it) => it !== null);
  return [...new Set(folders)].sort((a, b) => a.localeCompare(b));
}

interface RepliesProps {
  replies: readonly CannedReply[];
  onOpen: (open: Open) => void;
}

function Replies({ replies, onOpen }: RepliesProps) {
  const { t } = useWords();
  const [shown, setShown] = useState<Shown>('all');
  const [folder, setFolder] = useState('');
  const [query, setQuery] = useState('');
  const folders = useMemo(() => foldersOf(replies), [replies]);
  const found = useMemo(() => {
    const inScope = replies.filter(
      (it) => (shown === 'all' || it.scope === shown) && (folder === '' || it.folder === folder),
    );
    if (query.trim() !== '') return matchReplies(inScope, query);
    return inScope.sort((a, b) => a.shortcut.localeCompare(b.shortcut));
  }, [replies, shown, folder, query]);
  if (replies.length === 0) {
    return (
      <Card>
        <Empty icon={MessageSquareQuote} title={t('canned.none')} text={t('canned.none.text')}>
          <Button kind="strong" onClick={() => onOpen({ kind: 'edit', reply: null })}>
            {t('canned.new')}
          </Button>
        </Empty>
      </Card>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Tabs
          label={t('canned.title')}
          value={shown}
          tabs={TABS.map((it) => [it, t(`canned.scope.${it}`)])}
          onChange={setShown}
        />
        {folders.length > 0 ? (
          <select
            value={folder}
            aria-label={t('canned.folder')}
            onChange={(event) => setFolder(event.target.value)}
            className="h-9 max-w-full rounded-lg border border-line bg-surface px-2.5 text-sm"
          >
            <option value="">{t('canned.folder.all')}</option>
            {folders.map((it) => (
              <option key={it} value={it}>
                {it}
              </option>
            ))}
          </select>
        ) : null}
        <input
          type="search"
          value={query}
          aria-label={t('canned.search')}
          placeholder={t('canned.search')}
          onChange={(event) => setQuery(event.target.value)}
          className="h-9 min-w-44 flex-1 rounded-lg border border-line bg-surface px-3 text-sm"
        />
      </div>
      <Card>
        {found.length === 0 ? (
          <Empty icon={SearchX} title={t('canned.noMatch')} />
        ) : (
          <ul className="divide-y divide-line">
            {found.map((reply) => (
              <li key={reply.id} className="row-lazy flex items-start gap-3 px-4 py-3 md:px-5">
                <Row reply={reply} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function Row({ reply, onOpen }: { reply: CannedReply; onOpen: RepliesProps['onOpen'] }) {
  const { t } = useWords();
  const { member } = useMe();
  const mayChange = reply.scope === 'personal' || member.role !== 'agent';
  return (
    <>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="font-mono text-sm font-semibold break-all text-accent">
            /{reply.shortcut}
          </span>
          <span className="font-semibold break-words">{reply.title}</span>
          <Badge>{t(`canned.scope.${reply.scope}`)}</Badge>
          {reply.folder ? <Badge>{reply.folder}</Badge> : null}
          {reply.files.length > 0 ? (
            <Badge>
              <Paperclip size={12} aria-hidden="true" />
              {t('canned.files.count', { count: reply.files.length })}
            </Badge>
          ) : null}
          {reply.used_count > 0 ? (
            <span className="text-xs text-soft">
              {t('canned.used', { count: reply.used_count })}
            </span>
          ) : null}
        </p>
        <p
          dir="auto"
          className="mt-1 line-clamp-3 text-sm break-words whitespace-pre-wrap text-soft"
        >
          <Marked text={reply.body} />
        </p>
      </div>
      {mayChange ? (
        <div className="flex shrink-0">
          <IconButton
            label={t('canned.edit', { name: reply.title })}
            onClick={() => onOpen({ kind: 'edit', reply })}
          >
            <Pencil size={16} />
          </IconButton>
          <IconButton
            label={t('canned.remove', { name: reply.title })}
            onClick={() => onOpen({ kind: 'remove', reply })}
          >
            <Trash2 size={16} />
          </IconButton>
        </div>
      ) : null}
    </>
  );
}

function Removal({ reply, onClose }: { reply: CannedReply; onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const remove = () => {
    setBusy(true);
    deskApi.removeCannedReply(reply.id).then(
      async () => {
        toast('good', t('canned.removed'));
        onClose();
        await queries.invalidateQueries({ queryKey: CANNED_KEY });
      },
      (error) => {
        setBusy(false);
        toastFailure(words)(error);
      },
    );
  };
  return (
    <Confirm
      title={t('canned.remove', { name: reply.title })}
      text={t(reply.scope === 'org' ? 'canned.remove.org' : 'canned.remove.personal')}
      confirm={t('canned.remove.confirm')}
      isBusy={isBusy}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
