// Opening hours: a time zone, and for each day the spans in which people are there.

import type { Hours } from '@switchboard/shared/wire.ts';
import { Plus, X } from 'lucide-react';
import { useWords } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const WORKDAYS = DAYS.slice(0, 5);
/** As many as the server takes. */
const MAX_SPANS = 6;
const TIME_BOX = 'h-9 rounded-lg border border-line bg-surface px-2 text-sm';

type Span = [from: string, until: string];

interface HoursEditorProps {
  labelled_by: string;
  value: Hours | null;
  onChange: (value: Hours | null) => void;
}

export function HoursEditor({ labelled_by, value, onChange }: HoursEditorProps) {
  const { t } = useWords();
  const start = () =>
    onChange({
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      days: Object.fromEntries(WORKDAYS.map((day) => [day, [['09:00', '18:00'] as Span]])),
    });
  return (
    // biome-ignore lint/a11y/useSemanticElements: the label stands beside it, not in a legend.
    <div role="group" aria-labelledby={labelled_by} className="flex flex-col gap-3">
      <CheckField
        label={t('hours.always')}
        checked={value === null}
        onChange={(event) => (event.target.checked ? onChange(null) : start())}
      />
      {value ? <Week hours={value} onChange={onChange} /> : null}
    </div>
  );
}

function Week({ hours, onChange }: { hours: Hours; onChange: (value: Hours) => void }) {
  const { t } = useWords();
  const setDay = (day: string, spans: Span[]) => {
    const { [day]: _, ...others } = hours.days;
    onChange({ ...hours, days: spans.length > 0 ? { ...others, [day]: spans } : others });
  };
  return (
    <>
      <label className="flex flex-wrap items-center gap-2 text-sm">
        {t('hours.zone')}
        <select
          className={`${TIME_BOX} max-w-full`}
          value={hours.timezone}
          onChange={(event) => onChange({ ...hours, timezone: event.target.value })}
        >
          {zones(hours.timezone).map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
      <ul className="flex flex-col gap-2">
        {DAYS.map((day) => (
          <Day
            key={day}
            name={t(`hours.${day}`)}
            spans={hours.days[day] ?? []}
            onChange={(spans) => setDay(day, spans)}
          />
        ))}
      </ul>
    </>
  );
}

interface DayProps {
  name: string;
  spans: readonly Span[];
  onChange: (spans: Span[]) => void;
}

function Day({ name, spans, onChange }: DayProps) {
  const { t } = useWords();
  const change = (at: number, span: Span) => onChange(spans.map((it, i) => (i === at ? span : it)));
  const more = (
    <IconButton
      label={t('hours.add', { day: name })}
      disabled={spans.length >= MAX_SPANS}
      onClick={() =>
        onChange([...spans, spans.length === 0 ? ['09:00', '18:00'] : ['19:00', '21:00']])
      }
    >
      <Plus size={15} />
    </IconButton>
  );
  return (
    <li className="flex items-start gap-2 max-sm:flex-col max-sm:gap-1">
      <span className="w-20 shrink-0 pt-2 text-sm">{name}</span>
      <div className="flex flex-1 flex-col gap-1.5">
        {spans.length === 0 ? (
          <p className="flex items-center gap-1.5 text-sm text-soft">
            {t('hours.off')} {more}
          </p>
        ) : null}
        {spans.map(([from, until], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has nothing but its place.
          <span key={at} className="flex items-center gap-1.5">
            <input
              type="time"
              className={TIME_BOX}
              aria-label={t('hours.from', { day: name })}
              value={from}
              onChange={(event) => change(at, [event.target.value, until])}
            />
            –
            <input
              type="time"
              className={TIME_BOX}
              aria-label={t('hours.until', { day: name })}
              // The last moment of a day is 24:00, which browsers do not know.
              value={until === '24:00' ? '23:59' : until}
              onChange={(event) =>
                change(at, [from, event.target.value === '23:59' ? '24:00' : event.target.value])
              }
            />
            <IconButton
              label={t('hours.remove', { day: name })}
              onClick={() => onChange(spans.filter((_, i) => i !== at))}
            >
              <X size={15} />
            </IconButton>
            {at === spans.length - 1 ? more : null}
          </span>
        ))}
      </div>
    </li>
  );
}

function zones(current: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return [...new Set([current, 'UTC', ...known])];
}
