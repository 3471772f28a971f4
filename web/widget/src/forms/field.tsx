// One field of a form, with its name above it and what is wrong with it below.

import type { WidgetFormField } from '@switchboard/shared/wire.ts';
import { useId } from 'preact/hooks';
import type { WordKey, Words } from '../words.ts';
import { maxCharsOf } from './form-answers.ts';

interface FieldProps {
  field: WidgetFormField;
  value: string | boolean | undefined;
  fault: WordKey | null;
  onChange: (value: string | boolean) => void;
  words: Words;
}

const KINDS = {
  name: { type: 'text', autocomplete: 'name' },
  email: { type: 'email', autocomplete: 'email', dir: 'ltr' },
  phone: { type: 'tel', autocomplete: 'tel', dir: 'ltr' },
} as const;

export function Field({ field, value, fault, onChange, words }: FieldProps) {
  const id = useId();
  const { type, label, required } = field;
  const shared = {
    id,
    class: 'field',
    'aria-invalid': fault !== null,
    'aria-required': required,
    ...(fault ? { 'aria-describedby': `${id}-fault` } : {}),
  };
  return (
    <div class="labelled">
      {type === 'consent' ? (
        <div class="consent">
          <input
            {...shared}
            type="checkbox"
            checked={value === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
          <span>
            <label for={id}>
              <bdi>{label}</bdi>
            </label>{' '}
            <ReadMore link={field.link} words={words} />
          </span>
        </div>
      ) : (
        <>
          <label for={id}>
            <bdi>{label}</bdi>
            {required ? null : <small> ({words.t('form.optional')})</small>}
          </label>
          {type === 'choice' ? (
            <select
              {...shared}
              value={String(value ?? '')}
              onChange={(event) => onChange(event.currentTarget.value)}
            >
              <option value="">{words.t('form.choose')}</option>
              {field.options.map((option) => (
                <option key={option} value={option}>
                  {option}
                </option>
              ))}
            </select>
          ) : type === 'text' ? (
            <textarea
              {...shared}
              rows={field.name === 'message' ? 4 : 2}
              dir="auto"
              maxLength={maxCharsOf(field)}
              value={String(value ?? '')}
              onInput={(event) => onChange(event.currentTarget.value)}
            />
          ) : (
            <input
              dir="auto"
              {...shared}
              {...KINDS[type]}
              name={type}
              maxLength={maxCharsOf(field)}
              value={String(value ?? '')}
              onInput={(event) => onChange(event.currentTarget.value)}
            />
          )}
        </>
      )}
      {fault ? (
        <p id={`${id}-fault`} class="failure" role="alert">
          {words.t(fault)}
        </p>
      ) : null}
    </div>
  );
}

function ReadMore({ link, words }: { link: string | null | undefined; words: Words }) {
  if (!link || !/^https?:\/\//i.test(link)) return null;
  return (
    <a href={link} target="_blank" rel="noopener noreferrer">
      {words.t('form.link')}
    </a>
  );
}
