// The drawings that only a call needs.

const PATHS = {
  mic: 'M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5',
  muted:
    'M15 9.5v-3a3 3 0 0 0-5.7-1.3M9 9.5v2a3 3 0 0 0 4.8 2.4M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.5 11.5a6.5 6.5 0 0 1-.6 2.7M12 18v2.5M4 4l16 16',
  hangUp:
    'M3.5 14.2c-.6-1-.5-2.2.4-3C6 9.300 8.900 8.200 12 8.200s6 1.100 8.100 3c.9.8 1 2 .4 3l-.7 1.200c-.4.6-1.100.9-1.800.7l-2.600-.8c-.6-.2-1-.7-1.100-1.300l-.2-1.600a8 8 0 0 0-4.200 0l-.2 1.600c-.1.6-.5 1.100-1.100 1.300l-2.600.8c-.7.2-1.400-.1-1.800-.7l-.7-1.200Z',
  devices:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 7m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M9 17m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  sound:
    'M4.500 9.500v5h3.500l4.500 4v-13l-4.500 4H4.500ZM16 9a4.200 4.200 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11',
  close: 'M6 6l12 12M18 6L6 18',
} as const;

export function CallIcon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
