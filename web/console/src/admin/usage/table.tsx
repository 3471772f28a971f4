// A plain table that scrolls sideways by itself where the screen is narrow.

import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.ts';
import { Card } from '../admin-page.tsx';

interface TableProps {
  caption: string;
  heads: readonly string[];
  /** Columns from this one on are numbers. */
  numeric_from: number;
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

export function Table({ caption, heads, numeric_from, rows }: TableProps) {
  return (
    <Card>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard. */}
      <section aria-label={caption} className="overflow-x-auto outline-offset-[-3px]" tabIndex={0}>
        <table className="w-full text-sm">
          <caption className="px-4 pt-4 pb-2 text-left font-semibold">{caption}</caption>
          <thead>
            <tr className="border-b border-line text-soft">
              {heads.map((head, at) => (
                <th
                  key={head}
                  scope="col"
                  className={classes(
                    'px-3 py-2 font-medium whitespace-nowrap first:pl-4 last:pr-4',
                    at >= numeric_from ? 'text-right' : 'text-left',
                  )}
                >
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map(({ key, cells }) => (
              <tr key={key}>
                {cells.map((cell, at) => (
                  <td
                    key={heads[at]}
                    className={classes(
                      'px-3 py-2 whitespace-nowrap first:pl-4 last:pr-4',
                      at >= numeric_from && 'text-right tabular-nums',
                    )}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}
