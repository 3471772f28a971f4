// What the assistant knows: sources, questions with answers, a place to try it out, and what nobody could answer.

import { useQuery } from '@tanstack/react-query';
import { FileText, FileUp, Globe, MessageCircleQuestion, Plus, Type } from 'lucide-react';
import { useState } from 'react';
import { adminApi } from '../../app/admin-api.ts';
import { useMe } from '../../app/live-context.tsx';
import { useWords } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { AdminPage, ForAdmins, Tabs } from '../admin-page.tsx';
import { PairDialog } from './pair-dialog.tsx';
import { Pairs } from './pairs.tsx';
import { SourceDialog, type SourceForm } from './source-dialog.tsx';
import { Sources } from './sources.tsx';
import { TryOut } from './try-out.tsx';
import { UnansweredList } from './unanswered.tsx';

const TABS = ['sources', 'pairs', 'try', 'unanswered'] as const;
type Tab = (typeof TABS)[number];

const KINDS = [
  ['text', Type],
  ['markdown', FileText],
  ['file', FileUp],
  ['page', Globe],
] as const;

export const unansweredQuery = { queryKey: ['unanswered'], queryFn: adminApi.unanswered };

export function KnowledgePage() {
  const { t } = useWords();
  const { member } = useMe();
  const [tab, setTab] = useState<Tab>('sources');
  const [added, setAdded] = useState<SourceForm['kind'] | 'pair' | null>(null);
  const close = () => setAdded(null);
  const add = member.role === 'agent' ? null : <AddMenu onAdd={setAdded} />;
  return (
    <AdminPage title={t('knowledge.title')} lead={t('knowledge.lead')} action={add}>
      <ForAdmins>
        <Views tab={tab} onTab={setTab} />
        {tab === 'sources' ? <Sources /> : null}
        {tab === 'pairs' ? <Pairs /> : null}
        {tab === 'try' ? <TryOut /> : null}
        {tab === 'unanswered' ? <UnansweredList /> : null}
        {added === 'pair' ? <PairDialog pair={null} onClose={close} /> : null}
        {added && added !== 'pair' ? (
          <SourceDialog kind={added} source={null} onClose={close} />
        ) : null}
      </ForAdmins>
    </AdminPage>
  );
}

function Views({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const { t } = useWords();
  const { data } = useQuery(unansweredQuery);
  const openCount = data?.items.length ?? 0;
  return (
    <Tabs
      label={t('knowledge.title')}
      value={tab}
      tabs={TABS.map(
        (it) =>
          [
            it,
            <span key={it} className="inline-flex items-center gap-1.5">
              {t(`knowledge.tab.${it}`)}
              {it === 'unanswered' && openCount > 0 ? <Badge tone="warn">{openCount}</Badge> : null}
            </span>,
          ] as const,
      )}
      onChange={onTab}
    />
  );
}

function AddMenu({ onAdd }: { onAdd: (kind: SourceForm['kind'] | 'pair') => void }) {
  const { t } = useWords();
  const trigger = (
    <Button kind="strong">
      <Plus size={17} />
      {t('knowledge.add')}
    </Button>
  );
  return (
    <Menu trigger={trigger}>
      <MenuItem onSelect={() => onAdd('pair')}>
        <MessageCircleQuestion size={17} aria-hidden="true" />
        {t('knowledge.add.pair')}
      </MenuItem>
      {KINDS.map(([kind, Icon]) => (
        <MenuItem key={kind} onSelect={() => onAdd(kind)}>
          <Icon size={17} aria-hidden="true" />
          {t(`knowledge.add.${kind}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}
