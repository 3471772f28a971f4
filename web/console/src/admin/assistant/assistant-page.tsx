// What the assistant is told and may do, per channel, org and platform, with where each value comes from.

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useState } from 'react';
import { adminApi, type SettingLevel } from '../../app/admin-api.ts';
import { api } from '../../app/api.ts';
import { useMe } from '../../app/live-context.tsx';
import { useWords } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, ForAdmins, Tabs } from '../admin-page.tsx';
import { AssistantNav } from './assistant-nav.tsx';
import { HistoryDialog } from './history-dialog.tsx';
import { OwnVoiceCard } from './own-voice.tsx';
import { SettingsForm } from './settings-form.tsx';
import type { SettingsPart } from './settings-parts.ts';

export function AssistantPage() {
  const { t } = useWords();
  const [level, setLevel] = useState<SettingLevel>('org');
  const { part = 'text' } = useSearch({ from: '/shell/assistant' });
  const navigate = useNavigate();
  const setPart = (to: SettingsPart) =>
    void navigate({ to: '/assistant', search: { part: to }, replace: true });
  const [hasHistory, setHistory] = useState(false);
  return (
    <AdminPage
      title={t('assistant.title')}
      lead={t('assistant.lead')}
      action={
        <Button onClick={() => setHistory(true)}>
          <History size={17} />
          {t('assistant.history')}
        </Button>
      }
    >
      <ForAdmins>
        <AssistantNav />
        <LevelField level={level} onLevel={setLevel} />
        <Tabs
          label={t('assistant.parts')}
          value={part}
          tabs={[
            ['text', t('assistant.part.text')],
            ['widget', t('assistant.part.widget')],
            ['voice', t('assistant.part.voice')],
          ]}
          onChange={setPart}
        />
        {part === 'voice' ? <OwnVoiceCard /> : null}
        <Settings key={JSON.stringify(level)} level={level} part={part} />
        {hasHistory ? <HistoryDialog level={level} onClose={() => setHistory(false)} /> : null}
      </ForAdmins>
    </AdminPage>
  );
}

function LevelField(props: { level: SettingLevel; onLevel: (level: SettingLevel) => void }) {
  const { level, onLevel } = props;
  const { t } = useWords();
  const { member, org } = useMe();
  const { data } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const choose = (value: string) =>
    onLevel(value === 'org' || value === 'platform' ? value : { channel: value });
  return (
    <div className="max-w-sm">
      <SelectField
        label={t('assistant.level')}
        value={typeof level === 'string' ? level : level.channel}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="org">{t('assistant.level.org', { name: org.name })}</option>
        {data?.items.map((channel) => (
          <option key={channel.id} value={channel.id}>
            {t('assistant.level.channel', { name: channel.name })}
          </option>
        ))}
        {member.platform_admin ? (
          <option value="platform">{t('assistant.level.platform')}</option>
        ) : null}
      </SelectField>
    </div>
  );
}

function Settings({ level, part }: { level: SettingLevel; part: SettingsPart }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['settings', level],
    queryFn: () => adminApi.settings(level),
    // A form is being filled in: nothing may change under the hands.
    refetchOnWindowFocus: false,
  });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <SettingsForm level={level} part={part} settings={data} />;
}
