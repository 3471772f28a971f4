// One row of the audit log; its details open on demand.

import type { AuditRow } from '@switchboard/shared/wire.ts';
import type { ReactNode } from 'react';
import { browserName } from '../../app/browser-name.ts';
import { formatMoment } from '../../app/format.ts';
import { useWords } from '../../app/words.ts';
import { type ChangedField, changedFields } from './audit-rows.ts';
import { actText, type ProtectionWords, useProtectionWords } from './protection-words.ts';

export function AuditRowView({ row }: { row: AuditRow }) {
  const { locale } = useWords();
  const words = useProtectionWords();
  const { t } = words;
  const fields = changedFields(row);
  return (
    <article className="flex flex-col gap-1">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{actText(row.act, words)}</span>
        <span className="text-soft">{actorText(row, words)}</span>
      </p>
      <p className="text-sm break-words text-soft">
        {formatMoment(row.at, locale)}
        {row.address ? ` · ${row.address}` : ''}
        {row.user_agent ? ` · ${browserName(row.user_agent)}` : ''}
      </p>
      <details className="text-sm">
        <summary className="w-fit cursor-pointer rounded text-accent">{t('audit.details')}</summary>
        {fields.length > 0 ? <Changes fields={fields} /> : null}
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 break-words">
          <Fact name={t('audit.subject')}>{row.subject_id}</Fact>
          <Fact name={t('audit.address')}>{row.address}</Fact>
          <Fact name={t('audit.browser')}>{row.user_agent}</Fact>
          <Fact name={t('audit.request')}>{row.request_id}</Fact>
          <Fact name={t('audit.number')}>{row.seq}</Fact>
          <Fact name={t('audit.hash')}>{row.hash}</Fact>
        </dl>
      </details>
    </article>
  );
}

function actorText({ actor }: AuditRow, { t }: ProtectionWords): string {
  switch (actor.kind) {
    case 'member':
      return actor.name;
    case 'platform':
      return t('audit.actor.platform', { name: actor.name });
    case 'visitor':
      return t('audit.actor.visitor', { id: actor.id?.slice(0, 8) ?? '' });
    default:
      return t(`audit.actor.${actor.kind}`);
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null) return null;
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0 break-all">{children}</dd>
    </>
  );
}

function Changes({ fields }: { fields: readonly ChangedField[] }) {
  const { t } = useProtectionWords();
  const value = (text: string | null) =>
    text ?? <span className="text-soft italic">{t('audit.nothing')}</span>;
  return (
    <table className="mt-2 w-full table-fixed text-left">
      <thead className="text-soft">
        <tr>
          <th scope="col" className="w-1/4 pr-2 font-medium">
            {t('audit.field')}
          </th>
          <th scope="col" className="pr-2 font-medium">
            {t('audit.before')}
          </th>
          <th scope="col" className="font-medium">
            {t('audit.after')}
          </th>
        </tr>
      </thead>
      <tbody className="align-top">
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row" className="pr-2 font-normal break-words">
              {field.name}
            </th>
            <td className="pr-2 break-words">{value(field.before)}</td>
            <td className="break-words">{value(field.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
