// The few drawings the widget needs, as strokes that take the colour of their text.

const PATHS = {
  down: 'M6 9.5l6 6 6-6',
  send: 'M4.5 12L20 4.5 15 20l-3.4-6.6L4.5 12Zm7.1 1.4L20 4.5',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.6-3.6 3.6-5.5 7.5-5.5s6.9 1.9 7.5 5.5',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2 12.5l4.5 4.5L16 7.5M12.5 16.5l.5.5L22.5 7.5',
  alert: 'M12 7.5v5.5M12 16.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  spark: 'M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9L12 3.5Z',
  phone:
    'M6.5 3.5h2.6l1.5 4-2 1.6a12 12 0 0 0 6.3 6.3l1.6-2 4 1.5v2.6a2 2 0 0 1-2 2C11 19.5 4.5 13 4.5 5.5a2 2 0 0 1 2-2Z',
  spoken:
    'M12 3.5a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5',
  chat: 'M12 4c-5 0-9 3-9 7 0 3 1 5 3 6l-1 4 4-2 3 .3c5 0 9-4 9-8s-4-7.3-9-7.3Z',
  menu: 'M5.5 12h.1M12 12h.1M18.5 12h.1',
  smile:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9 10v.1M15 10v.1M8.5 14c1.8 2.5 5.2 2.5 7 0',
  clip: 'M19 11.5l-7 7a4.5 4.5 0 0 1-6.4-6.4l7.5-7.5a3 3 0 0 1 4.3 4.3l-7.3 7.2a1.5 1.5 0 0 1-2.1-2.1l6.5-6.5',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  name?: IconName;
  /** A drawing of one part of the chat alone. */
  path?: string;
  size?: number;
}

export function Icon({ name, path = name && PATHS[name], size = 20 }: IconProps) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
