// Which rows of the list are drawn whole now; the others keep their place free until a next frame.

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { RowBudget } from './row-budget.ts';

/** `ids`: the rows that have a place, in the order in which they are needed. */
export function useRowBudget(ids: readonly string[], isScrolling: boolean): ReadonlySet<string> {
  const [budget] = useState(() => new RowBudget());
  const [, redraw] = useState({});
  const stop = useRef(() => {});
  const startedAtMs = performance.now();
  const whole = budget.choose(ids, isScrolling);
  const { made_count } = budget;
  const isPending = whole.size < ids.length;
  useLayoutEffect(() => {
    if (made_count === 0 && !isPending) return;
    stop.current();
    const scriptMs = performance.now() - startedAtMs;
    stop.current = afterFrame((drawMs) => {
      if (made_count > 0) budget.took(made_count, scriptMs + drawMs);
      if (isPending) redraw({});
    });
  });
  useEffect(() => () => stop.current(), []);
  return whole;
}

/** Calls `run` after the browser has drawn, with how long that took, from this frame on. */
function afterFrame(run: (drawMs: number) => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const frame = requestAnimationFrame(() => {
    const fromMs = performance.now();
    timer = setTimeout(() => run(performance.now() - fromMs));
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
