// Whether a page shows what is the org's or the server's; whoever does not run the server has no choice.

import { useMe } from '../../app/live-context.tsx';
import type { Scope } from '../../app/protection-api.ts';
import { Tabs } from '../admin-page.tsx';
import { useProtectionWords } from './protection-words.ts';

interface ScopeTabsProps {
  scope: Scope;
  onChange: (scope: Scope) => void;
}

export function ScopeTabs({ scope, onChange }: ScopeTabsProps) {
  const { t } = useProtectionWords();
  const { member } = useMe();
  if (!member.platform_admin) return null;
  return (
    <Tabs
      label={t('audit.scope')}
      value={scope}
      tabs={(['org', 'platform'] as const).map((it) => [it, t(`audit.scope.${it}`)] as const)}
      onChange={onChange}
    />
  );
}
