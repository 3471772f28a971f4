// What looks like an attack: addresses that stand out, single events, and who is shut out.

import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../app/live-context.tsx';
import type { Scope } from '../../app/protection-api.ts';
import { Button } from '../../ui/button.tsx';
import { AdminPage, ForAdmins, Tabs } from '../admin-page.tsx';
import { Addresses } from './addresses.tsx';
import { BlockAddressDialog } from './block-address-dialog.tsx';
import { BlockList } from './block-list.tsx';
import { useProtectionWords } from './protection-words.ts';
import { ScopeTabs } from './scope-tabs.tsx';
import { SecurityEvents } from './security-events.tsx';

const TABS = ['addresses', 'events', 'blocks'] as const;

export function SecurityPage() {
  const { t } = useProtectionWords();
  const { member } = useMe();
  const [scope, setScope] = useState<Scope>('org');
  const [tab, setTab] = useState<(typeof TABS)[number]>('addresses');
  /** The address that the dialog begins with; null while it is closed. */
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <AdminPage
      title={t('security.title')}
      lead={t('security.lead')}
      action={
        member.role === 'agent' ? null : (
          <Button kind="strong" onClick={() => setAsked('')}>
            <Ban size={16} aria-hidden="true" />
            {t('security.block.new')}
          </Button>
        )
      }
    >
      <ForAdmins>
        <ScopeTabs scope={scope} onChange={setScope} />
        <Tabs
          label={t('security.tabs')}
          value={tab}
          tabs={TABS.map((it) => [it, t(`security.tab.${it}`)] as const)}
          onChange={setTab}
        />
        {tab === 'addresses' ? <Addresses scope={scope} onBlock={setAsked} /> : null}
        {tab === 'events' ? <SecurityEvents scope={scope} /> : null}
        {tab === 'blocks' ? <BlockList scope={scope} /> : null}
        {asked === null ? null : (
          <BlockAddressDialog scope={scope} range={asked} onClose={() => setAsked(null)} />
        )}
      </ForAdmins>
    </AdminPage>
  );
}
