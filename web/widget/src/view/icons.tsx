// The few drawings the widget needs, as strokes that take the colour of their text.

const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M6 9.5l6 6 6-6',
  send: 'M4.5 12L20 4.5 15 20l-3.4-6.6L4.5 12Zm7.1 1.4L20 4.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.6-3.6 3.6-5.5 7.5-5.5s6.900 1.900 7.500 5.500',
  end: 'M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M9.500 8.500L6 12l3.500 3.500M6 12h9.500',
  clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17ZM12 7.500V12l3 2',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  checks: 'M2.500 12.500L7 17l9-9.500M12 16l1 1 8.500-9.500',
  alert: 'M12 7.500v5.500M12 16.500v.100M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  chat: 'M12 3.500c-5 0-9 3.400-9 7.700 0 2.300 1.200 4.400 3 5.800l-.700 3.500 4-1.900c.900.200 1.800.300 2.700.300 5 0 9-3.400 9-7.700s-4-7.700-9-7.700Z',
} as const;

export function Icon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
