// A labelled field with its hint.

import { type ComponentProps, type ReactNode, useId } from 'react';
import { classes } from './classes.ts';

const BOX =
  'w-full rounded-lg border border-line bg-surface px-3 text-ink outline-offset-0 disabled:opacity-60 aria-invalid:border-danger';

interface LabelProps {
  label: string;
  hint?: string;
  /** What is wrong with what stands in it. */
  error?: string | null | undefined;
}

interface FrameProps extends LabelProps {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, error, children }: FrameProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-sm font-medium text-danger">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** What a field says of itself to readers of the screen. */
function saysOf(id: string, hint: string | undefined, error: string | null | undefined) {
  const ids = [...(error ? [`${id}-error`] : []), ...(hint ? [`${id}-hint`] : [])];
  return {
    ...(ids.length > 0 ? { 'aria-describedby': ids.join(' ') } : {}),
    ...(error ? { 'aria-invalid': true } : {}),
  };
}

export function TextField({ label, hint, error, ...rest }: LabelProps & ComponentProps<'input'>) {
  const id = useId();
  const described = saysOf(id, hint, error);
  return (
    <Frame id={id} label={label} error={error} {...(hint ? { hint } : {})}>
      <input id={id} {...described} {...rest} className={classes(BOX, 'h-10')} />
    </Frame>
  );
}

export function AreaField(props: LabelProps & ComponentProps<'textarea'>) {
  const { label, hint, error, ...rest } = props;
  const id = useId();
  const described = saysOf(id, hint, error);
  return (
    <Frame id={id} label={label} error={error} {...(hint ? { hint } : {})}>
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
