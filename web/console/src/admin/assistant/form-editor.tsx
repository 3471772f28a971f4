// The form that visitors fill in before they write: its title and its fields.

import type { FormFieldType, WidgetForm, WidgetFormField } from '@switchboard/shared/wire.ts';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useWords } from '../../app/words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { AreaField, CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { emptyField, moved, nameFor } from './form-fields.ts';

const TYPES = ['name', 'email', 'phone', 'text', 'choice', 'consent'] as const;
/** As many as the server takes. */
const MAX_FIELDS = 10;

interface FormEditorProps {
  labelled_by: string;
  value: WidgetForm | null;
  onChange: (value: WidgetForm | null) => void;
}

export function FormEditor({ labelled_by, value, onChange }: FormEditorProps) {
  const { t } = useWords();
  const begin = () =>
    onChange({ title: null, fields: [emptyField('email', t('form.type.email'), [])] });
  return (
    // biome-ignore lint/a11y/useSemanticElements: the label stands beside it, not in a legend.
    <div role="group" aria-labelledby={labelled_by} className="flex flex-col gap-3">
      <CheckField
        label={t('form.none')}
        checked={value === null}
        onChange={(event) => (event.target.checked ? onChange(null) : begin())}
      />
      {value ? <Fields form={value} onChange={onChange} /> : null}
    </div>
  );
}

function Fields({ form, onChange }: { form: WidgetForm; onChange: (form: WidgetForm) => void }) {
  const { t } = useWords();
  const { fields } = form;
  const put = (next: WidgetFormField[]) => onChange({ ...form, fields: next });
  const add = () => put([...fields, emptyField('text', t('form.type.text'), fields)]);
  return (
    <>
      <TextField
        label={t('form.title')}
        maxLength={120}
        value={form.title ?? ''}
        onChange={(event) => onChange({ ...form, title: event.target.value || null })}
      />
      <ol className="flex flex-col gap-3">
        {fields.map((field, index) => (
          // Names change while they are written; the place is what stays.
          // biome-ignore lint/suspicious/noArrayIndexKey: fields have no other identity.
          <li key={index} className="rounded-xl border border-line p-3">
            <Field
              field={field}
              number={index + 1}
              onChange={(next) => put(fields.with(index, next))}
            />
            <div className="mt-2 flex justify-end gap-1">
              <IconButton
                label={t('form.up', { number: index + 1 })}
                disabled={index === 0}
                onClick={() => put(moved(fields, index, index - 1))}
              >
                <ArrowUp size={16} />
              </IconButton>
              <IconButton
                label={t('form.down', { number: index + 1 })}
                disabled={index === fields.length - 1}
                onClick={() => put(moved(fields, index, index + 1))}
              >
                <ArrowDown size={16} />
              </IconButton>
              <IconButton
                label={t('form.remove', { number: index + 1 })}
                disabled={fields.length === 1}
                onClick={() => put(fields.toSpliced(index, 1))}
              >
                <Trash2 size={16} />
              </IconButton>
            </div>
          </li>
        ))}
      </ol>
      <div>
        <Button onClick={add} disabled={fields.length >= MAX_FIELDS}>
          <Plus size={16} />
          {t('form.add')}
        </Button>
      </div>
    </>
  );
}

interface FieldProps {
  field: WidgetFormField;
  number: number;
  onChange: (field: WidgetFormField) => void;
}

function Field({ field, number, onChange }: FieldProps) {
  const { t } = useWords();
  const setType = (type: FormFieldType) =>
    onChange({
      ...field,
      type,
      name: nameFor(type, field.name),
      options:
        type === 'choice' ? [t('form.option', { number: 1 }), t('form.option', { number: 2 })] : [],
      link: null,
    });
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={t('form.type', { number })}
        value={field.type}
        onChange={(event) => setType(event.target.value as FormFieldType)}
      >
        {TYPES.map((type) => (
          <option key={type} value={type}>
            {t(`form.type.${type}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('form.label')}
        required
        maxLength={200}
        value={field.label}
        onChange={(event) => onChange({ ...field, label: event.target.value })}
      />
      {field.type === 'text' || field.type === 'choice' || field.type === 'consent' ? (
        <TextField
          label={t('form.name')}
          hint={t('form.name.hint')}
          required
          maxLength={64}
          pattern="[A-Za-z0-9_.\-]+"
          value={field.name}
          onChange={(event) => onChange({ ...field, name: event.target.value })}
        />
      ) : null}
      {field.type === 'choice' ? (
        <AreaField
          label={t('form.options')}
          value={field.options.join('\n')}
          onChange={(event) => onChange({ ...field, options: event.target.value.split('\n') })}
          onBlur={() =>
            onChange({ ...field, options: field.options.map((it) => it.trim()).filter(Boolean) })
          }
        />
      ) : null}
      {field.type === 'consent' ? (
        <TextField
          label={t('form.link')}
          type="url"
          placeholder="https://"
          value={field.link ?? ''}
          onChange={(event) => onChange({ ...field, link: event.target.value || null })}
        />
      ) : null}
      <CheckField
        label={t('form.required')}
        checked={field.required}
        onChange={(event) => onChange({ ...field, required: event.target.checked })}
      />
    </div>
  );
}
