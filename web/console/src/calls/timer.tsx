// How long a call has been going on, every second anew.

import { useEffect, useState } from 'react';
import { formatDuration } from '../app/format.ts';

export function Timer({ since }: { since: string }) {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time role="timer" className="tabular-nums">
      {formatDuration((nowMs - Date.parse(since)) / 1_000)}
    </time>
  );
}
