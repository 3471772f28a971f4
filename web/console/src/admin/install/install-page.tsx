// How a channel comes onto a site: the text for each way of putting it there, how it will look, and whether it is there.

import { serverUrl } from '@switchboard/shared/browser/server-path.ts';
import type { Channel } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Mail } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api } from '../../app/api.ts';
import { useWords } from '../../app/words.ts';
import { CopyBox } from '../../ui/copy-box.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { AdminPage, Card, ForAdmins, Tabs } from '../admin-page.tsx';
import { SiteCheck } from './site-check.tsx';
import { type Look, PLAIN_LOOK, previewPage, snippet, WAYS, type Way } from './snippets.ts';

export function InstallPage() {
  const { t } = useWords();
  const { id } = useParams({ from: '/shell/channels/$id/install' });
  const { data, error, refetch } = useQuery({ queryKey: ['channels'], queryFn: api.channels });
  const channel = data?.items.find((it) => it.id === id);
  return (
    <AdminPage title={t('install.title')} lead={channel?.name ?? ''} action={<Back />}>
      <ForAdmins>
        {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <Loading /> : null}
        {data && !channel ? <p className="text-soft">{t('install.unknown')}</p> : null}
        {channel ? <Install channel={channel} /> : null}
      </ForAdmins>
    </AdminPage>
  );
}

function Back() {
  const { t } = useWords();
  return (
    <Link
      to="/channels"
      className="inline-flex items-center gap-1.5 text-sm text-accent hover:underline"
    >
      <ArrowLeft size={16} aria-hidden="true" />
      {t('channels.title')}
    </Link>
  );
}

function Install({ channel }: { channel: Channel }) {
  const { t } = useWords();
  const [way, setWay] = useState<Way>('tag');
  const [look, setLook] = useState<Look>(PLAIN_LOOK);
  const place = { server: serverUrl(), key: channel.key, look };
  const text = snippet(way, place);
  const steps = t(`install.steps.${way}`);
  return (
    <>
      <Card>
        <div className="flex flex-col gap-4 p-4 md:p-5">
          <Tabs
            label={t('install.ways')}
            value={way}
            tabs={WAYS.map((it) => [it, t(`install.way.${it}`)] as const)}
            onChange={setWay}
          />
          <p className="text-soft">{steps}</p>
          <CopyBox text={text} label={t('install.text')} isCode />
          <MailToDeveloper channel={channel} steps={steps} text={text} />
          {way === 'page' ? null : <LookFields look={look} onChange={setLook} />}
        </div>
      </Card>
      {way === 'page' ? null : <Preview page={previewPage(place)} />}
      <Card>
        <div className="p-4 md:p-5">
          <SiteCheck channel={channel} />
        </div>
      </Card>
    </>
  );
}

interface MailProps {
  channel: Channel;
  steps: string;
  text: string;
}

function MailToDeveloper({ channel, steps, text }: MailProps) {
  const { t } = useWords();
  const subject = encodeURIComponent(t('install.mail.subject', { name: channel.name }));
  const body = encodeURIComponent(`${steps}\n\n${text}\n`);
  return (
    <a
      href={`mailto:?subject=${subject}&body=${body}`}
      className="inline-flex items-center gap-1.5 self-start text-sm text-accent hover:underline"
    >
      <Mail size={15} aria-hidden="true" />
      {t('install.mail')}
    </a>
  );
}

interface LookFieldsProps {
  look: Look;
  onChange: (look: Look) => void;
}

const CHOICES = {
  lang: ['en', 'es', 'he'],
  position: ['bottom-right', 'bottom-left', 'top-right', 'top-left'],
  theme: ['auto', 'light', 'dark'],
} as const;

function LookFields({ look, onChange }: LookFieldsProps) {
  const { t } = useWords();
  const select = (name: keyof typeof CHOICES) => (
    <SelectField
      key={name}
      label={t(`install.look.${name}`)}
      value={look[name]}
      onChange={(event) => onChange({ ...look, [name]: event.currentTarget.value })}
    >
      <option value="">{t('install.look.channel')}</option>
      {CHOICES[name].map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </SelectField>
  );
  return (
    <details className="rounded-xl border border-line p-3">
      <summary className="cursor-pointer text-sm font-medium">{t('install.look')}</summary>
      <div className="mt-3 grid gap-3 sm:grid-cols-2">
        {select('lang')}
        {select('position')}
        {select('theme')}
        <TextField
          label={t('install.look.color')}
          value={look.color}
          placeholder="#2f92ad"
          pattern="#[0-9a-fA-F]{6}"
          onChange={(event) => onChange({ ...look, color: event.currentTarget.value })}
        />
        <TextField
          label={t('install.look.launcherLabel')}
          value={look.launcherLabel}
          maxLength={60}
          onChange={(event) => onChange({ ...look, launcherLabel: event.currentTarget.value })}
        />
      </div>
    </details>
  );
}

/** The widget as visitors get it; what is written in it reaches the inbox. */
function Preview({ page }: { page: string }) {
  const { t } = useWords();
  // A frame for each look: what a script has begun does not change with its tag.
  const shown = useDeferredValue(page);
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">{t('install.preview')}</h2>
      <p className="text-sm text-soft">{t('install.preview.text')}</p>
      <iframe
        key={shown}
        title={t('install.preview')}
        srcDoc={shown}
        allow="microphone"
        className="h-[620px] w-full rounded-2xl border border-line bg-white"
      />
    </section>
  );
}
