import type { WidgetFormField } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { findFaults, maxCharsOf, profileOf } from './form-answers.ts';

const field = (type: WidgetFormField['type'], name: string, required = true): WidgetFormField => ({
  type,
  name,
  label: name,
  required,
  options: [],
  link: null,
});
const FIELDS = [
  field('name', 'who'),
  field('email', 'mail'),
  field('phone', 'tel', false),
  field('choice', 'topic', false),
  field('consent', 'terms'),
];

describe('a form', () => {
  it('says what is missing or cannot be', () => {
    expect(findFaults(FIELDS, { mail: 'ana@', tel: '12', who: '  ' })).toEqual({
      who: 'form.required',
      mail: 'waiting.email.wrong',
      tel: 'form.phone',
      terms: 'form.consent',
    });
    const answers = { who: 'Ana', mail: 'ana@exämple.com', tel: '+49 (30) 123-456', terms: true };
    expect(findFaults(FIELDS, answers)).toEqual({});
  });

  it('makes a profile of what is the visitor’s own, and attributes of the rest', () => {
    const answers = { who: ' Ana ', mail: 'a@b.co', topic: 'Lamps', terms: true, other: 'x' };

    expect(profileOf(FIELDS, answers)).toEqual({
      name: 'Ana',
      email: 'a@b.co',
      attributes: { topic: 'Lamps', terms: true },
    });
  });

  it('leaves out what was not answered', () => {
    expect(profileOf([field('text', 'why', false)], {})).toEqual({});
  });

  it('takes no more than the hub does', () => {
    const chars = [...FIELDS, field('text', 'message'), field('text', 'why')].map(maxCharsOf);
    expect(chars).toEqual([120, 254, 40, 500, 500, 5_000, 500]);
  });
});
