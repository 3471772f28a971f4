// Buttons: one strong per place, quiet ones beside it, and square ones that hold an icon.

import type { ComponentProps } from 'react';
import { classes } from './classes.ts';

const KINDS = {
  strong: 'bg-accent text-on-accent hover:brightness-110 border-transparent',
  quiet: 'bg-surface text-ink border-line hover:bg-raised',
  danger: 'bg-danger text-surface border-transparent hover:brightness-110',
  plain: 'bg-transparent text-accent border-transparent hover:bg-raised',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  kind?: keyof typeof KINDS;
  isSmall?: boolean;
}

export function Button({ kind = 'quiet', isSmall, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        'inline-flex items-center justify-center gap-1.5 rounded-lg border font-medium whitespace-nowrap transition disabled:opacity-50',
        isSmall ? 'h-8 px-3 text-sm' : 'h-10 px-4',
        KINDS[kind],
        className,
      )}
    />
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  label: string;
}

export function IconButton({ label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={classes(
        'inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-soft transition hover:bg-raised hover:text-ink disabled:opacity-50',
        className,
      )}
    />
  );
}
