// A row with a bar for each of the largest groups.

import { useWords } from '../../app/words.ts';
import { type Measure, measureOf, numberText } from './numbers.ts';
import type { Bar } from './sum-bars.ts';

/** What a reader takes in at once; the table has all. */
const ROWS_MAX = 12;

export function Rows({ bars, measure }: { bars: readonly Bar[]; measure: Measure }) {
  const { locale } = useWords();
  const largest = [...bars]
    .sort((a, b) => measureOf(b, measure) - measureOf(a, measure))
    .slice(0, ROWS_MAX);
  const most = Math.max(...largest.map((it) => measureOf(it, measure)));
  return (
    <dl className="flex flex-col gap-2 text-sm">
      {largest.map((it) => (
        <div
          key={it.key}
          className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-center gap-3"
        >
          <dt className="break-words text-soft">{it.label}</dt>
          <dd className="contents">
            <span className="h-2 overflow-hidden rounded-full bg-raised" aria-hidden="true">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${most === 0 ? 0 : (measureOf(it, measure) / most) * 100}%` }}
              />
            </span>
            <span className="text-right tabular-nums">
              {numberText(measure, measureOf(it, measure), locale)}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
