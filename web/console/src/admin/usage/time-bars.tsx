// A bar for every day or hour.

import { useWords } from '../../app/words.ts';
import { type Measure, measureOf, numberText } from './numbers.ts';
import type { Bar } from './sum-bars.ts';

const WIDTH = 720;
const HEIGHT = 180;
/** Room for the greatest value above the bars and the days below them. */
const TOP = 18;
const BOTTOM = 20;
const ROOM = HEIGHT - TOP - BOTTOM;
/** What is more than nothing is seen. */
const LEAST = 2;

interface TimeBarsProps {
  bars: readonly Bar[];
  measure: Measure;
  label: string;
}

export function TimeBars({ bars, measure, label }: TimeBarsProps) {
  const { locale } = useWords();
  const most = Math.max(...bars.map((it) => measureOf(it, measure)));
  const step = WIDTH / bars.length;
  const heightOf = (it: Bar) => {
    const value = measureOf(it, measure);
    return value > 0 ? Math.max((value / most) * ROOM, LEAST) : 0;
  };
  return (
    <figure className="m-0">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={label}
        className="block w-full text-accent"
      >
        <line x1={0} x2={WIDTH} y1={TOP} y2={TOP} className="stroke-line" strokeDasharray="3 4" />
        <line x1={0} x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} className="stroke-line" />
        <text x={0} y={TOP - 6} className="fill-soft text-[11px]">
          {numberText(measure, most, locale)}
        </text>
        {bars.map((it, at) => (
          <g key={it.key}>
            <title>{`${it.label}: ${numberText(measure, measureOf(it, measure), locale)}`}</title>
            <rect x={at * step} y={TOP} width={step} height={ROOM} fill="transparent" />
            <rect
              x={at * step + step * 0.15}
              y={HEIGHT - BOTTOM - heightOf(it)}
              width={step * 0.7}
              height={heightOf(it)}
              rx={3}
              fill="currentColor"
            />
          </g>
        ))}
        <text x={0} y={HEIGHT - 5} className="fill-soft text-[11px]">
          {bars[0]?.label}
        </text>
        {bars.length > 1 ? (
          <text x={WIDTH} y={HEIGHT - 5} textAnchor="end" className="fill-soft text-[11px]">
            {bars.at(-1)?.label}
          </text>
        ) : null}
      </svg>
    </figure>
  );
}
