// How this agent is notified: by kind and way, when it is quiet, and what this browser does.

import type { NotificationChoices } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Bell, type LucideIcon, Monitor, Smartphone, Volume2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { AdminPage, Card } from '../admin/admin-page.tsx';
import { deskApi } from '../app/desk-api.ts';
import { useWords } from '../app/words.ts';
import { CheckField } from '../ui/field.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { has, KINDS, toggled, type Way, WAYS } from './choices.ts';
import { Digest } from './digest.tsx';
import { QuietTimes } from './quiet-times.tsx';
import { ThisBrowser } from './this-browser.tsx';
import { CHOICES_KEY, type Choose, useChoices } from './use-choices.ts';

export function NotificationChoicesPage() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: CHOICES_KEY,
    queryFn: deskApi.notificationChoices,
  });
  return (
    <AdminPage title={t('notices.title')} lead={t('notices.lead')}>
      {error ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      {data ? <Own stored={data} /> : null}
      <Part title={t('notices.here')}>
        <ThisBrowser />
      </Part>
    </AdminPage>
  );
}

function Own({ stored }: { stored: NotificationChoices }) {
  const { t } = useWords();
  const zone = ownZone();
  const [choices, choose] = useChoices(stored, zone);
  return (
    <>
      <Ways choices={choices} onChoose={choose} />
      <Part title={t('notices.quiet')}>
        <QuietTimes choices={choices} zone={zone} onChoose={choose} />
      </Part>
      <Part title={t('notices.digest')}>
        <Digest choices={choices} onChoose={choose} />
      </Part>
    </>
  );
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">{title}</h2>
      <Card>
        <div className="flex flex-col gap-4 p-4 md:p-5">{children}</div>
      </Card>
    </section>
  );
}

const ICONS: Readonly<Record<Way, LucideIcon>> = {
  bell: Bell,
  sound: Volume2,
  desktop: Monitor,
  push: Smartphone,
};

/** On a phone a sign, which the line below the table explains. */
function WayHead({ way }: { way: Way }) {
  const { t } = useWords();
  const Icon = ICONS[way];
  return (
    <>
      <Icon size={16} aria-hidden="true" className="mx-auto sm:hidden" />
      <span className="max-sm:sr-only">{t(`notices.way.${way}`)}</span>
    </>
  );
}

/** What the signs of the narrow table mean. */
function Legend() {
  const { t } = useWords();
  return (
    <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft sm:hidden">
      {WAYS.map((way) => {
        const Icon = ICONS[way];
        return (
          <li key={way} className="flex items-center gap-1.5">
            <Icon size={14} />
            {t(`notices.way.${way}`)}
          </li>
        );
      })}
    </ul>
  );
}

interface WaysProps {
  choices: NotificationChoices;
  onChoose: Choose;
}

function Ways({ choices, onChoose }: WaysProps) {
  const { t } = useWords();
  return (
    <Card>
      <table className="w-full text-left">
        <thead>
          <tr className="border-b border-line text-xs text-soft">
            <th scope="col" className="px-4 py-2.5 font-semibold md:px-5">
              {t('notices.kind')}
            </th>
            {WAYS.map((way) => (
              <th
                key={way}
                scope="col"
                className="px-0.5 py-2.5 text-center font-semibold sm:px-1.5"
              >
                <WayHead way={way} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row" className="px-4 py-1 text-sm font-normal md:px-5">
                {t(`notices.kind.${kind}`)}
              </th>
              {WAYS.map((way) => (
                <td key={way} className="px-0.5 py-1 text-center sm:px-1.5">
                  <label className="inline-flex size-10 cursor-pointer items-center justify-center rounded-lg hover:bg-raised">
                    <input
                      type="checkbox"
                      className="size-4 accent-accent"
                      aria-label={t('notices.cell', {
                        kind: t(`notices.kind.${kind}`),
                        way: t(`notices.way.${way}`),
                      })}
                      checked={has(choices, kind, way)}
                      onChange={() => onChoose((it) => toggled(it, kind, way))}
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="flex flex-col gap-3 border-t border-line px-4 py-3 md:px-5">
        <Legend />
        <p className="text-sm text-soft">{t('notices.seen')}</p>
        <CheckField
          label={t('notices.push.preview')}
          checked={choices.push_preview}
          onChange={() => onChoose((it) => ({ ...it, push_preview: !it.push_preview }))}
        />
      </div>
    </Card>
  );
}
