// A round picture of somebody: theirs, or initials on a colour that stays the same for the same person.

import { useState } from 'react';
import { classes } from './classes.ts';

const HUES = [195, 160, 265, 25, 340, 95, 220, 45];

interface AvatarProps {
  id: string;
  name: string;
  /** The address of their picture. */
  picture?: string | null;
  isSmall?: boolean;
  /** A dot for who is there: its class names the colour. */
  dot?: string;
}

export function Avatar({ id, name, picture = null, isSmall, dot }: AvatarProps) {
  const [loaded, setLoaded] = useState<string | null>(null);
  const isHere = picture !== null && loaded === picture;
  const hue = HUES[sum(id) % HUES.length] ?? 195;
  return (
    <span className="relative inline-flex shrink-0" aria-hidden="true">
      <span
        className={classes(
          'inline-flex items-center justify-center rounded-full font-semibold text-white',
          isSmall ? 'size-7 text-[11px]' : 'size-10 text-sm',
        )}
        style={{ background: `hsl(${hue} 38% 33%)` }}
      >
        {isHere ? null : initials(name)}
        {picture ? (
          <img
            src={picture}
            alt=""
            hidden={!isHere}
            className="size-full rounded-full object-cover"
            onLoad={() => setLoaded(picture)}
          />
        ) : null}
      </span>
      {dot ? (
        <span
          className={classes(
            'absolute -right-0.5 -bottom-0.5 size-3 rounded-full border-2 border-surface',
            dot,
          )}
        />
      ) : null}
    </span>
  );
}

function sum(text: string): number {
  let total = 0;
  for (const char of text) total = (total * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return total;
}

function initials(name: string): string {
  // Guest-4821 is better told apart by its digits than by its G.
  const digits = name.startsWith('Guest-') ? name.slice(-2) : null;
  const parts = name.trim().split(/\s+/);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ''];
  return (
    digits ??
    letters
      .map((part) => [...(part ?? '')][0] ?? '')
      .join('')
      .toUpperCase()
  );
}
