// What an agent can set themselves to, and the colour of each presence.

export const STATUSES = ['online', 'away', 'busy'] as const;

export const PRESENCE_DOTS = {
  online: 'bg-emerald-500',
  away: 'bg-amber-500',
  busy: 'bg-rose-500',
  offline: 'bg-slate-400',
} as const;
