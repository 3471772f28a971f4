// API tokens: one's own, and for admins all of the org.

import type { ApiToken, MemberRole } from '@switchboard/shared/wire.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { FormDialog, textOf } from '../admin/form-dialog.tsx';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { formatAgo, formatDate } from '../app/format.ts';
import { useMe } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { membersQuery } from '../inbox/editors.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { CopyBox } from '../ui/copy-box.tsx';
import { Confirm, Dialog } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';

const TOKENS_KEY = ['tokens'] as const;
const RIGHTS = ['read', 'write', 'admin'] as const;
type Rights = (typeof RIGHTS)[number];

export function TokensPage() {
  const { t } = useWords();
  const { member } = useMe();
  const { data, error, refetch } = useQuery({ queryKey: TOKENS_KEY, queryFn: api.tokens });
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <AdminPage
      title={t('tokens.title')}
      lead={t('tokens.lead')}
      action={
        <Button kind="strong" onClick={() => setMaking(true)}>
          <Plus size={17} aria-hidden="true" />
          {t('tokens.make')}
        </Button>
      }
    >
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Card>
          {data.items.length === 0 ? (
            <Empty icon={KeyRound} title={t('tokens.none')} text={t('tokens.none.text')} />
          ) : null}
          <ul className="divide-y divide-line">
            {data.items.map((token) => (
              <Row key={token.id} token={token} />
            ))}
          </ul>
        </Card>
      ) : null}
      {isMaking ? (
        <MakeDialog role={member.role} onMade={setMade} onClose={() => setMaking(false)} />
      ) : null}
      {made ? (
        <Dialog title={t('tokens.made')} text={t('tokens.made.text')} onClose={() => setMade(null)}>
          <CopyBox text={made} label={t('tokens.made')} />
        </Dialog>
      ) : null}
    </AdminPage>
  );
}

interface MakeDialogProps {
  role: MemberRole;
  onMade: (token: string) => void;
  onClose: () => void;
}

function MakeDialog({ role, onMade, onClose }: MakeDialogProps) {
  const { t } = useWords();
  const queries = useQueryClient();
  const make = (form: FormData) => {
    const days = textOf(form, 'days');
    return api.createToken({
      name: textOf(form, 'name'),
      kind: textOf(form, 'kind') === 'server' ? 'server' : 'agent',
      rights: RIGHTS.find((it) => it === textOf(form, 'rights')) ?? 'read',
      ...(days === '' ? {} : { expires_in_days: Number(days) }),
    });
  };
  return (
    <FormDialog
      title={t('tokens.make')}
      save={t('tokens.make.save')}
      onSave={make}
      onSaved={({ token }) => {
        onMade(token);
        void queries.invalidateQueries({ queryKey: TOKENS_KEY });
      }}
      onClose={onClose}
    >
      <TextField label={t('tokens.name')} name="name" autoComplete="off" maxLength={120} required />
      {role === 'agent' ? null : (
        <SelectField label={t('tokens.kind')} name="kind" defaultValue="agent">
          <option value="agent">{t('tokens.kind.agent')}</option>
          <option value="server">{t('tokens.kind.server')}</option>
        </SelectField>
      )}
      <SelectField label={t('tokens.rights')} name="rights" defaultValue="read">
        {RIGHTS.map((it) => (
          <option key={it} value={it}>
            {t(`tokens.rights.${it}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('tokens.days')}
        hint={t('tokens.days.hint')}
        name="days"
        type="number"
        min={1}
        max={3650}
      />
    </FormDialog>
  );
}

function Row({ token }: { token: ApiToken }) {
  const words = useWords();
  const { t, locale } = words;
  const queries = useQueryClient();
  const { data: members } = useQuery(membersQuery);
  const [isRemoving, setRemoving] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.deleteToken(token.id),
    onSuccess: () => toast('good', t('tokens.removed')),
    onError: toastFailure(words),
    onSettled: () => {
      setRemoving(false);
      void queries.invalidateQueries({ queryKey: TOKENS_KEY });
    },
  });
  const owner = members?.items.find((it) => it.id === token.agent_id)?.name;
  const hasExpired = token.expires_at !== null && Date.parse(token.expires_at) <= Date.now();
  const facts = [
    token.kind === 'server' ? t('tokens.kind.server') : (owner ?? ''),
    token.last_used_at
      ? t('tokens.used', { time: formatAgo(token.last_used_at, Date.now(), words) })
      : t('tokens.unused'),
    token.expires_at
      ? t('tokens.expires', { date: formatDate(token.expires_at, locale) })
      : t('tokens.forever'),
  ];
  return (
    <li className="flex flex-wrap items-center gap-3 px-4 py-3 md:px-5">
      <KeyRound size={20} className="shrink-0 text-soft" aria-hidden="true" />
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="break-words">{token.name}</span>
          <Badge tone={token.rights === 'admin' ? 'accent' : 'plain'}>
            {t(`tokens.rights.${token.rights satisfies Rights}.short`)}
          </Badge>
          {hasExpired ? <Badge tone="warn">{t('tokens.expired')}</Badge> : null}
        </p>
        <p className="text-sm text-soft">{facts.filter((it) => it !== '').join(' · ')}</p>
      </div>
      <Button
        isSmall
        aria-label={t('tokens.removeOne', { name: token.name })}
        onClick={() => setRemoving(true)}
      >
        {t('tokens.remove')}
      </Button>
      {isRemoving ? (
        <Confirm
          title={t('tokens.remove.title', { name: token.name })}
          text={t('tokens.remove.text')}
          confirm={t('tokens.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setRemoving(false)}
        />
      ) : null}
    </li>
  );
}
