// The form that the server's table of fields asks for; only what was changed is sent, all or nothing.

import type { Setting, SettingValue } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { adminApi, type SettingLevel } from '../../app/admin-api.ts';
import { failureText } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckField } from '../../ui/field.tsx';
import { Card } from '../admin-page.tsx';
import { SettingField } from './setting-field.tsx';
import { partOf, type SettingsPart } from './settings-parts.ts';

type Draft = Readonly<Record<string, SettingValue>>;

interface SettingsFormProps {
  level: SettingLevel;
  /** What is shown; what was changed in the other part is kept and saved with it. */
  part: SettingsPart;
  settings: Setting[];
}

export function SettingsForm({ level, part, settings }: SettingsFormProps) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>({});
  const save = useMutation({
    mutationFn: (changes: Draft) => adminApi.changeSettings(level, changes),
    onSuccess: async (_answer, changes) => {
      toast('good', t('assistant.saved'));
      setDraft((now) => without(now, Object.keys(changes)));
      await queries.invalidateQueries({ queryKey: ['settings'] });
    },
  });
  const refusal = save.error ? failureText(save.error, words) : null;
  // The server names the field it refuses first.
  const refused = save.error ? save.error.message.split(' ')[0] : null;
  const [isOwnOnly, setOwnOnly] = useState(false);
  const own = typeof level === 'string' ? level : 'channel';
  const ofPart = settings.filter((it) => partOf(it) === part);
  const ownCount = ofPart.filter((it) => it.source === own && it.settable).length;
  const shown = isOwnOnly ? ofPart.filter((it) => it.source === own || it.name in draft) : ofPart;
  const set = (setting: Setting, value: SettingValue) => {
    save.reset();
    const isBack = JSON.stringify(value) === JSON.stringify(setting.value);
    setDraft((now) => (isBack ? without(now, [setting.name]) : { ...now, [setting.name]: value }));
  };
  const isDirty = Object.keys(draft).length > 0;
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isDirty) save.mutate(draft);
      }}
    >
      <CheckField
        label={t('assistant.ownOnly', { count: ownCount })}
        checked={isOwnOnly}
        onChange={(event) => setOwnOnly(event.target.checked)}
      />
      {isOwnOnly && shown.length === 0 ? (
        <p className="text-soft">{t('assistant.ownOnly.none')}</p>
      ) : null}
      {(['business', 'technical'] as const).map((nature) => {
        const fields = shown.filter((it) => it.nature === nature && it.settable);
        return fields.length === 0 ? null : (
          <section
            key={nature}
            aria-labelledby={`settings-${nature}`}
            className="flex flex-col gap-3"
          >
            <div>
              <h2 id={`settings-${nature}`} className="text-lg font-semibold">
                {t(`assistant.${part}.${nature}`)}
              </h2>
              <p className="text-sm text-soft">{t(`assistant.${part}.${nature}.text`)}</p>
            </div>
            <Card>
              <div className="divide-y divide-line">
                {fields.map((it) => (
                  <SettingField
                    key={it.name}
                    setting={it}
                    level={level}
                    value={it.name in draft ? (draft[it.name] ?? null) : it.value}
                    isChanged={it.name in draft}
                    refusal={refused === it.name ? (save.error?.message ?? null) : null}
                    onChange={(value) => set(it, value)}
                    onReset={() => save.mutate({ [it.name]: null })}
                  />
                ))}
              </div>
            </Card>
          </section>
        );
      })}
      {isDirty || refusal ? (
        <div className="sticky bottom-3 flex flex-wrap items-center gap-3 rounded-2xl border border-line bg-surface p-3 shadow-xl">
          <div className="min-w-40 flex-1 text-sm">
            {refusal ? (
              <FormError text={refusal} />
            ) : (
              t('assistant.unsaved', { count: Object.keys(draft).length })
            )}
          </div>
          <Button
            onClick={() => {
              setDraft({});
              save.reset();
            }}
          >
            {t('assistant.discard')}
          </Button>
          <Button type="submit" kind="strong" disabled={save.isPending || !isDirty}>
            {t('common.save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}

function without(draft: Draft, names: readonly string[]): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([name]) => !names.includes(name)));
}
