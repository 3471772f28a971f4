// The drawings that only a call needs.

const PATHS = {
  mic: 'M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5',
  muted:
    'M15 9.5v-3a3 3 0 0 0-5.7-1.3M9 9.5v2a3 3 0 0 0 4.8 2.4M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.5 11.5a6.5 6.5 0 0 1-.6 2.7M12 18v2.5M4 4l16 16',
  hangUp:
    'M3.5 14.2c-.6-1-.5-2.2.4-3C6 9.3 8.9 8.2 12 8.2s6 1.1 8.1 3c.9.8 1 2 .4 3l-.7 1.2c-.4.6-1.1.9-1.8.7l-2.6-.8c-.6-.2-1-.7-1.1-1.3l-.2-1.6a8 8 0 0 0-4.2 0l-.2 1.6c-.1.6-.5 1.1-1.1 1.3l-2.6.8c-.7.2-1.4-.1-1.8-.7l-.7-1.2Z',
  devices:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 7m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M9 17m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  sound: 'M4.5 9.5v5h3.5l4.5 4v-13l-4.5 4H4.5ZM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11',
  close: 'M6 6l12 12M18 6L6 18',
} as const;

export function CallIcon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
