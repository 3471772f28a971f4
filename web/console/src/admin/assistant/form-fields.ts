// Fields of a form as they are made and moved.

import type { FormFieldType, WidgetFormField } from '@switchboard/shared/wire.ts';

/** A new field whose name no other has. */
export function emptyField(
  type: FormFieldType,
  label: string,
  others: readonly WidgetFormField[],
): WidgetFormField {
  const taken = new Set(others.map((it) => it.name));
  let name = nameFor(type, '');
  for (let number = 2; taken.has(name); number += 1) name = `${nameFor(type, '')}_${number}`;
  return { name, type, label, required: false, options: [], link: null };
}

/** What the answer is kept as: fixed where it becomes the visitor's own. */
export function nameFor(type: FormFieldType, name: string): string {
  if (type === 'name' || type === 'email' || type === 'phone') return type;
  const isFixed = name === '' || name === 'name' || name === 'email' || name === 'phone';
  return isFixed ? type : name;
}

export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
