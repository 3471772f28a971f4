// The code of calls, fetched when the first one is seen: most conversations never have one.

import { lazy } from 'react';

export const ConversationCall = lazy(async () => ({
  default: (await import('./conversation-call.tsx')).ConversationCall,
}));

export const DeskWatch = lazy(async () => ({
  default: (await import('./desk-watch.tsx')).DeskWatch,
}));

export const LiveLines = lazy(async () => ({
  default: (await import('./live-lines.tsx')).LiveLines,
}));
