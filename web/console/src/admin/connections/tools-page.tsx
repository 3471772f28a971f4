// What the assistant may do besides talking: which tools are on, where they are, and what they did.

import type { OrgTool } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { FlaskConical, Settings2 } from 'lucide-react';
import { useState } from 'react';
import { connectionsApi } from '../../app/connections-api.ts';
import { useMe } from '../../app/live-context.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins, Tabs } from '../admin-page.tsx';
import { toolText, useConnectionWords } from './connection-words.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { ToolCatalogue } from './tool-catalogue.tsx';
import { ToolDialog } from './tool-dialog.tsx';
import { ToolRuns } from './tool-runs.tsx';
import { ToolTest } from './tool-test.tsx';

export function ToolsPage() {
  const { t } = useConnectionWords();
  const { member } = useMe();
  const [tab, setTab] = useState<'list' | 'runs' | 'catalogue'>('list');
  return (
    <AdminPage title={t('tools.title')} lead={t('tools.lead')}>
      <ForAdmins>
        <Tabs
          label={t('tools.title')}
          value={tab}
          tabs={[
            ['list', t('tools.tab.list')],
            ['runs', t('tools.tab.runs')],
            ...(member.platform_admin ? [['catalogue', t('catalogue.title')] as const] : []),
          ]}
          onChange={setTab}
        />
        {tab === 'list' ? <Tools /> : null}
        {tab === 'runs' ? <ToolRuns /> : null}
        {tab === 'catalogue' ? <ToolCatalogue /> : null}
      </ForAdmins>
    </AdminPage>
  );
}

function Tools() {
  const { data, error, refetch } = useQuery({ queryKey: ['tools'], queryFn: connectionsApi.tools });
  const [edited, setEdited] = useState<OrgTool | null>(null);
  const [tested, setTested] = useState<OrgTool | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Card>
      <ul className="divide-y divide-line" data-testid="tools">
        {data.map((tool) => (
          <Row key={tool.name} tool={tool} onEdit={setEdited} onTest={setTested} />
        ))}
      </ul>
      {edited ? (
        <ToolDialog tool={edited} onSecret={setSecret} onClose={() => setEdited(null)} />
      ) : null}
      {tested ? <ToolTest tool={tested} onClose={() => setTested(null)} /> : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret(null)} /> : null}
    </Card>
  );
}

interface RowProps {
  tool: OrgTool;
  onEdit: (tool: OrgTool) => void;
  onTest: (tool: OrgTool) => void;
}

function Row({ tool, onEdit, onTest }: RowProps) {
  const words = useConnectionWords();
  const { t } = words;
  const { title, text } = toolText(tool, words);
  const isOn = tool.enabled ?? tool.default_enabled;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2.5 px-4 py-3.5 md:px-5">
      <div className="min-w-56 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold break-words">{title}</span>
          <Badge>{t(tool.kind === 'webhook' ? 'tools.webhook' : 'tools.builtin')}</Badge>
          <Badge tone={tool.usable ? 'ok' : isOn ? 'warn' : 'plain'}>
            {t(tool.usable ? 'tools.usable' : isOn ? 'tools.needsUrl' : 'tools.off')}
          </Badge>
        </p>
        <p className="text-sm text-soft">{text}</p>
        {title === tool.name ? null : (
          <p className="font-mono text-xs break-all text-soft">{tool.name}</p>
        )}
        {tool.url ? <p className="text-sm break-all text-soft">{tool.url}</p> : null}
      </div>
      <div className="flex gap-2">
        <Button isSmall aria-label={`${t('tools.setUp')}: ${title}`} onClick={() => onEdit(tool)}>
          <Settings2 size={15} aria-hidden="true" />
          {t('tools.setUp')}
        </Button>
        <Button
          isSmall
          aria-label={`${t('tools.test')}: ${title}`}
          disabled={!tool.usable}
          onClick={() => onTest(tool)}
        >
          <FlaskConical size={15} aria-hidden="true" />
          {t('tools.test')}
        </Button>
      </div>
    </li>
  );
}
