// What the list draws now; the rest comes with the next frames.

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type Drawing, DrawnRows, type Wanted } from './drawn-rows.ts';

export function useDrawnRows(wanted: Wanted): Drawing {
  const [drawn] = useState(() => new DrawnRows());
  const [, redraw] = useState({});
  const stop = useRef(() => {});
  const startedAtMs = performance.now();
  const drawing = drawn.choose(wanted);
  const { made_count, is_pending } = drawing;
  useLayoutEffect(() => {
    if (made_count === 0 && !is_pending) return;
    stop.current();
    const scriptMs = performance.now() - startedAtMs;
    stop.current = afterFrame((drawMs) => {
      if (made_count > 0) drawn.took(made_count, scriptMs + drawMs);
      if (is_pending) redraw({});
    });
  });
  useEffect(() => () => stop.current(), []);
  return drawing;
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
