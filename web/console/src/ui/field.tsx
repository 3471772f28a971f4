// A labelled field with its hint.

import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

const BOX =
  'w-full rounded-lg border border-line bg-surface px-3 text-ink outline-offset-0 disabled:opacity-60';

interface LabelProps {
  label: string;
  hint?: string;
}

interface FrameProps extends LabelProps {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

export function TextField({ label, hint, ...rest }: LabelProps & ComponentProps<'input'>) {
  const id = useId();
  const described = hint ? { 'aria-describedby': `${id}-hint` } : {};
  return (
    <Frame id={id} label={label} {...(hint ? { hint } : {})}>
      <input id={id} {...described} {...rest} className={classes(BOX, 'h-10')} />
    </Frame>
  );
}

export function AreaField({ label, hint, ...rest }: LabelProps & ComponentProps<'textarea'>) {
  const id = useId();
  const described = hint ? { 'aria-describedby': `${id}-hint` } : {};
  return (
    <Frame id={id} label={label} {...(hint ? { hint } : {})}>
      <textarea id={id} rows={3} {...described} {...rest} className={classes(BOX, 'py-2')} />
    </Frame>
  );
}

export function SelectField({ label, hint, ...rest }: LabelProps & ComponentProps<'select'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} {...(hint ? { hint } : {})}>
      <select id={id} {...rest} className={classes(BOX, 'h-10')} />
    </Frame>
  );
}

export function CheckField({ label, ...rest }: LabelProps & ComponentProps<'input'>) {
  return (
    <label className="flex items-center gap-2.5">
      <input type="checkbox" {...rest} className="size-4 accent-accent" />
      {label}
    </label>
  );
}
