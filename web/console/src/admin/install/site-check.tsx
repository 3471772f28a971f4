// Looks at a site for the widget, and says what is there and what keeps it away.

import type { Channel, InstallCheckAnswer } from '@switchboard/shared/wire.ts';
import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { api } from '../../app/api.ts';
import { failureText } from '../../app/failures.ts';
import { useWords, type Words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { textOf } from '../form-dialog.tsx';

export function SiteCheck({ channel }: { channel: Channel }) {
  const words = useWords();
  const { t } = words;
  const check = useMutation({ mutationFn: (url: string) => api.installCheck(channel.id, url) });
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t('install.check')}</h2>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate(textOf(new FormData(event.currentTarget), 'url'));
        }}
      >
        <div className="min-w-60 flex-1">
          <TextField
            label={t('install.check.url')}
            name="url"
            required
            defaultValue={channel.origins[0] ?? ''}
            placeholder="https://www.example.com"
            error={check.error ? failureText(check.error, words) : null}
          />
        </div>
        <Button type="submit" disabled={check.isPending}>
          {t(check.isPending ? 'install.check.running' : 'install.check.run')}
        </Button>
      </form>
      {check.data ? <Findings found={check.data} words={words} /> : null}
    </section>
  );
}

type Finding = readonly [level: 'good' | 'doubt' | 'bad', text: string];

/** What was found as sentences, each with what to do about it. */
export function findingsOf(found: InstallCheckAnswer, { t }: Pick<Words, 't'>): Finding[] {
  const findings: Finding[] = [];
  if (found.status >= 400)
    findings.push(['bad', t('install.found.status', { status: found.status })]);
  if (found.has_script && found.key === 'this') findings.push(['good', t('install.found.script')]);
  else if (found.key === 'other') findings.push(['bad', t('install.found.otherKey')]);
  else if (found.has_tag_manager) findings.push(['doubt', t('install.found.tagManager')]);
  else findings.push(['bad', t('install.found.nothing')]);
  findings.push(
    found.is_origin_allowed
      ? ['good', t('install.found.origin')]
      : ['bad', t('install.found.noOrigin', { origin: new URL(found.url).origin })],
  );
  const directives = found.blocked_by_policy.join(', ');
  if (directives) findings.push(['bad', t('install.found.policy', { directives })]);
  return findings;
}

const ICONS = { good: CircleCheck, doubt: TriangleAlert, bad: CircleX };
const TONES = { good: 'text-ok', doubt: 'text-warn', bad: 'text-danger' };

function Findings({ found, words }: { found: InstallCheckAnswer; words: Words }) {
  return (
    <div role="status" className="flex flex-col gap-2 rounded-xl border border-line p-3 text-sm">
      <p className="break-all text-soft">{found.url}</p>
      <ul className="flex flex-col gap-1.5">
        {findingsOf(found, words).map(([level, text]) => {
          const Icon = ICONS[level];
          return (
            <li key={text} className="flex items-start gap-2">
              <Icon size={16} className={`mt-0.5 shrink-0 ${TONES[level]}`} aria-hidden="true" />
              <span>{text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
