// What was filled in: what is wrong with it, and what it says of the visitor.

import type { VisitorUpdate, WidgetFormField } from '@switchboard/shared/wire.ts';
import type { Attributes } from '../chat/chat.ts';
import { isEmail } from '../view/is-email.ts';
import type { WordKey } from '../words.ts';

/** By the name of the field; consent is a yes or no. */
export type Answers = Readonly<Record<string, string | boolean>>;
export type Faults = Readonly<Record<string, WordKey>>;

/** As the hub takes them; `message` is that of the offline form, all other texts are attributes. */
const MAX_CHARS = { name: 120, email: 254, phone: 40, text: 500, message: 5_000 } as const;

export function maxCharsOf({ type, name }: WidgetFormField): number {
  if (type === 'text' && name === 'message') return MAX_CHARS.message;
  return type in MAX_CHARS ? MAX_CHARS[type as keyof typeof MAX_CHARS] : MAX_CHARS.text;
}

export function findFaults(fields: readonly WidgetFormField[], answers: Answers): Faults {
  const faults: Record<string, WordKey> = {};
  for (const field of fields) {
    const fault = faultOf(field, answers[field.name]);
    if (fault) faults[field.name] = fault;
  }
  return faults;
}

function faultOf({ type, required }: WidgetFormField, answer: string | boolean | undefined) {
  if (type === 'consent') return required && answer !== true ? 'form.consent' : null;
  const text = typeof answer === 'string' ? answer.trim() : '';
  if (text === '') return required ? 'form.required' : null;
  if (type === 'email' && !isEmail(text)) return 'waiting.email.wrong';
  if (type === 'phone' && !isPhone(text)) return 'form.phone';
  return null;
}

/** Digits in whatever order people put signs between them. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  return /^\+?[\d\s().\-/]+$/.test(text) && digits >= 5 && digits <= 15;
}

/** Names, addresses and numbers are the visitor's own; all else are attributes. */
export function profileOf(fields: readonly WidgetFormField[], answers: Answers): VisitorUpdate {
  const profile: VisitorUpdate = {};
  for (const { name, type } of fields) {
    const answer = answers[name];
    const text = typeof answer === 'string' ? answer.trim() : '';
    if (text !== '' && (type === 'name' || type === 'email' || type === 'phone')) {
      profile[type] = text;
    }
  }
  const attributes = attributesOf(fields, answers);
  return Object.keys(attributes).length > 0 ? { ...profile, attributes } : profile;
}

export function attributesOf(fields: readonly WidgetFormField[], answers: Answers): Attributes {
  const attributes: Record<string, string | boolean> = {};
  for (const { name, type } of fields) {
    const answer = answers[name];
    if (type === 'consent') attributes[name] = answer === true;
    else if ((type === 'text' || type === 'choice') && typeof answer === 'string') {
      if (answer.trim() !== '') attributes[name] = answer.trim();
    }
  }
  return attributes;
}
