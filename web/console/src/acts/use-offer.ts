// Offers acts for as long as a component is on screen.

import { useEffect, useRef } from 'react';
import { useLive } from '../app/live-context.tsx';
import type { Offered } from './act-board.ts';

export function useOffer(acts: readonly Offered[]): void {
  const { acts: board } = useLive();
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => board.offer(() => latest.current), [board]);
}
