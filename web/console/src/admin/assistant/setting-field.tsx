// One setting: its input by kind, where its value comes from, and the way back to what is inherited.

import type { Hours, Setting, SettingValue, WidgetForm } from '@switchboard/shared/wire.ts';
import { Link } from '@tanstack/react-router';
import { CircleAlert, RotateCcw } from 'lucide-react';
import { type Ref, useId, useRef } from 'react';
import type { SettingLevel } from '../../app/admin-api.ts';
import { labelOf } from '../../app/setting-label.ts';
import { useWords, type WordKey, type Words } from '../../app/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { CheckField } from '../../ui/field.tsx';
import { FormEditor } from './form-editor.tsx';
import { valueText } from './history-dialog.tsx';
import { HoursEditor } from './hours-editor.tsx';
import { TemplateButton } from './template-dialog.tsx';

interface SettingFieldProps {
  setting: Setting;
  level: SettingLevel;
  value: SettingValue;
  isChanged: boolean;
  refusal: string | null;
  onChange: (value: SettingValue) => void;
  onReset: () => void;
}

const BOX =
  'w-full rounded-lg border border-line bg-surface px-3 text-ink outline-offset-0 aria-invalid:border-danger';
const VARIABLES = [
  'org_name',
  'channel_name',
  'assistant_name',
  'visitor_name',
  'visitor_language',
  'page_url',
  'page_title',
  'date',
];

export function SettingField(props: SettingFieldProps) {
  const { setting, level, isChanged, refusal, onReset } = props;
  const words = useWords();
  const id = useId();
  const own = typeof level === 'string' ? level : 'channel';
  const isOwn = setting.source === own;
  return (
    <div className="grid gap-x-6 gap-y-2 p-4 md:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] md:px-5">
      <div className="flex flex-col gap-1">
        <label htmlFor={id} id={`${id}-label`} className="text-sm font-medium">
          {labelOf(setting, words)}
        </label>
        <p id={`${id}-help`} className="text-sm text-soft">
          {helpOf(setting, words)}
        </p>
        <Origin setting={setting} isOwn={isOwn} isChanged={isChanged} onReset={onReset} />
      </div>
      <div className="flex min-w-0 flex-col gap-1.5">
        <Input {...props} id={id} />
        {refusal ? (
          <p role="alert" className="flex items-center gap-1.5 text-sm text-danger">
            <CircleAlert size={14} aria-hidden="true" />
            {refusal}
          </p>
        ) : null}
      </div>
    </div>
  );
}

interface OriginProps {
  setting: Setting;
  isOwn: boolean;
  isChanged: boolean;
  onReset: () => void;
}

/** Where the value comes from. Only what differs from the levels above is marked, with the way back to them. */
function Origin({ setting, isOwn, isChanged, onReset }: OriginProps) {
  const words = useWords();
  const { t } = words;
  if (!isOwn && !isChanged) {
    return <p className="mt-1 text-xs text-soft">{t(`assistant.from.${setting.source}`)}</p>;
  }
  const inherited = valueText(setting.inherited_value, words) ?? t('assistant.empty');
  const from = t(`assistant.from.${setting.inherited_source}`);
  return (
    <>
      <p className="mt-1 flex flex-wrap items-center gap-1.5">
        {isChanged ? <Badge tone="warn">{t('assistant.changed')}</Badge> : null}
        {isOwn ? <Badge tone="accent">{t('assistant.own')}</Badge> : null}
        {isOwn && !isChanged ? (
          <Button isSmall kind="plain" className="h-6 px-1.5" onClick={onReset}>
            <RotateCcw size={13} />
            {t('assistant.reset')}
          </Button>
        ) : null}
      </p>
      <p className="line-clamp-2 text-xs break-words text-soft">
        {t('assistant.otherwise', { value: inherited, from })}
      </p>
    </>
  );
}

function Input({ id, setting, value, refusal, onChange }: SettingFieldProps & { id: string }) {
  const words = useWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const shared = {
    id,
    'aria-describedby': `${id}-help`,
    'aria-invalid': refusal !== null,
  };
  switch (setting.kind) {
    case 'flag':
      return (
        <input
          {...shared}
          type="checkbox"
          className="size-5 accent-accent"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case 'count':
    case 'number':
      return (
        <input
          {...shared}
          type="number"
          className={classes(BOX, 'h-10 max-w-48')}
          {...(setting.min === undefined ? {} : { min: setting.min })}
          {...(setting.max === undefined ? {} : { max: setting.max })}
          step={setting.kind === 'count' ? 1 : 'any'}
          value={typeof value === 'number' ? value : ''}
          required
          onChange={(event) =>
            onChange(Number.isNaN(event.target.valueAsNumber) ? null : event.target.valueAsNumber)
          }
        />
      );
    case 'choice':
      return (
        <select
          {...shared}
          className={classes(BOX, 'h-10 max-w-72')}
          value={String(value)}
          onChange={(event) => onChange(event.target.value)}
        >
          {setting.choices?.map((choice) => (
            <option key={choice} value={choice}>
              {choiceText(setting, choice, words)}
            </option>
          ))}
        </select>
      );
    case 'color':
      return (
        <span className="flex items-center gap-2">
          <input
            {...shared}
            type="color"
            className="h-10 w-14 cursor-pointer rounded-lg border border-line bg-surface p-1"
            value={String(value ?? '')}
            onChange={(event) => onChange(event.target.value)}
          />
          <span className="font-mono text-sm text-soft">{String(value ?? '')}</span>
        </span>
      );
    case 'form':
      return (
        <FormEditor
          labelled_by={`${id}-label`}
          value={value as WidgetForm | null}
          onChange={onChange}
        />
      );
    case 'list':
      return setting.choices ? (
        <SubsetInput
          setting={setting}
          value={value}
          labelled_by={`${id}-label`}
          onChange={onChange}
        />
      ) : (
        <ListInput
          {...shared}
          value={value}
          builtIn={setting.name === 'handoff_words'}
          onChange={onChange}
        />
      );
    case 'origins':
      return <ListInput {...shared} value={value} onChange={onChange} />;
    case 'hours':
      return (
        <HoursEditor
          labelled_by={`${id}-label`}
          value={value as Hours | null}
          onChange={onChange}
        />
      );
    case 'template':
      return (
        <>
          <TextArea
            {...shared}
            ref={area}
            rows={10}
            value={String(value ?? '')}
            onChange={onChange}
          />
          <Variables area={area} onChange={onChange} />
          {setting.name === 'instructions' ? (
            <TemplateButton area={area} onChange={onChange} />
          ) : null}
        </>
      );
    default: {
      const isLong = setting.kind === 'text' && (setting.max ?? 0) > 300;
      if (isLong)
        return <TextArea {...shared} rows={4} value={String(value ?? '')} onChange={onChange} />;
      return (
        <input
          {...shared}
          type={setting.kind === 'address' ? 'url' : 'text'}
          className={classes(BOX, 'h-10')}
          value={String(value ?? '')}
          placeholder={setting.kind === 'address' ? 'https://' : words.t('assistant.empty')}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    }
  }
}

interface TextAreaProps {
  ref?: Ref<HTMLTextAreaElement>;
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  rows: number;
  value: string;
  onChange: (value: string) => void;
}

function TextArea({ onChange, ...rest }: TextAreaProps) {
  return (
    <textarea
      {...rest}
      dir="auto"
      className={classes(BOX, 'py-2')}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface ListInputProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
  value: SettingValue;
  /** Whether an empty list means words that the server has itself. */
  builtIn?: boolean;
  onChange: (value: SettingValue) => void;
}

/** One item a line; empty lines are dropped when it is sent, not while somebody writes. */
function ListInput({ value, builtIn = false, onChange, ...shared }: ListInputProps) {
  const { t } = useWords();
  const items = Array.isArray(value) ? value : [];
  return (
    <>
      <textarea
        {...shared}
        dir="auto"
        rows={Math.min(Math.max(items.length + 1, 3), 8)}
        className={classes(BOX, 'py-2')}
        value={items.join('\n')}
        onChange={(event) =>
          onChange(event.target.value === '' ? [] : event.target.value.split('\n'))
        }
        onBlur={() => {
          const kept = items.map((it) => it.trim()).filter((it) => it !== '');
          if (kept.join('\n') !== items.join('\n')) onChange(kept);
        }}
      />
      <p className="text-xs text-soft">
        {builtIn && items.length === 0 ? (
          <Link to="/assistant/handoff" className="text-accent underline">
            {t('assistant.list.builtIn')}
          </Link>
        ) : (
          t('assistant.list', { count: items.length })
        )}
      </p>
    </>
  );
}

interface SubsetInputProps {
  setting: Setting;
  value: SettingValue;
  labelled_by: string;
  onChange: (value: SettingValue) => void;
}

/** Some of several, each a box to tick, in the order of the list. */
function SubsetInput({ setting, value, labelled_by, onChange }: SubsetInputProps) {
  const words = useWords();
  const chosen = Array.isArray(value) ? value : [];
  const choices = setting.choices ?? [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: the label stands beside it, not in a legend.
    <div role="group" aria-labelledby={labelled_by} className="flex flex-wrap gap-x-5 gap-y-2">
      {choices.map((choice) => (
        <CheckField
          key={choice}
          label={choiceText(setting, choice, words)}
          checked={chosen.includes(choice)}
          onChange={(event) =>
            onChange(
              choices.filter((it) => (it === choice ? event.target.checked : chosen.includes(it))),
            )
          }
        />
      ))}
    </div>
  );
}

interface VariablesProps {
  area: { current: HTMLTextAreaElement | null };
  onChange: (value: string) => void;
}

function Variables({ area, onChange }: VariablesProps) {
  const { t } = useWords();
  const insert = (name: string) => {
    const field = area.current;
    if (!field) return;
    field.setRangeText(`{{${name}}}`, field.selectionStart, field.selectionEnd, 'end');
    field.focus();
    onChange(field.value);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields, these are buttons.
    <div role="group" aria-label={t('assistant.variables')} className="flex flex-wrap gap-1.5">
      {VARIABLES.map((name) => (
        <button
          key={name}
          type="button"
          title={t('assistant.insert', { name })}
          onClick={() => insert(name)}
          className="rounded-full border border-line bg-raised px-2.5 py-1 font-mono text-xs hover:border-accent hover:text-accent"
        >
          {`{{${name}}}`}
        </button>
      ))}
    </div>
  );
}

function choiceText({ name }: Setting, choice: string, words: Words): string {
  const text = words.t(`setting.${name}.${choice}` as WordKey);
  return text === `setting.${name}.${choice}` ? choice : text;
}

function helpOf({ name, help }: Setting, words: Words): string {
  const text = words.t(`setting.${name}.help` as WordKey);
  return text === `setting.${name}.help` ? help : text;
}
