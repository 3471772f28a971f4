// Adds or changes a provider. Its key goes in and never comes out.

import type { Provider, ProviderBody } from '@switchboard/shared/wire.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { adminApi, type ChainLevel } from '../../app/admin-api.ts';
import { failureText } from '../../app/failures.ts';
import { toast } from '../../app/toasts.ts';
import { useWords } from '../../app/words.ts';
import { FormError } from '../../pages/auth-layout.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { PRESETS, type Preset, presetOf, readProvider } from './presets.ts';

interface ProviderDialogProps {
  level: ChainLevel;
  /** Null for a new one. */
  provider: Provider | null;
  onClose: () => void;
}

export function ProviderDialog({ level, provider, onClose }: ProviderDialogProps) {
  const words = useWords();
  const { t } = words;
  const queries = useQueryClient();
  const [preset, setPreset] = useState(provider ? presetOf(provider) : (PRESETS[0] as Preset));
  const save = useMutation({
    mutationFn: (draft: ProviderBody) =>
      provider
        ? adminApi.changeProvider(level, provider.id, draft)
        : adminApi.addProvider(level, draft),
    onSuccess: async () => {
      toast('good', t('providers.saved'));
      onClose();
      await queries.invalidateQueries({ queryKey: ['providers', level] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(readProvider(new FormData(event.currentTarget), preset, provider === null));
  };
  const title = provider ? t('providers.edit', { name: provider.name }) : t('providers.add');
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {provider ? null : (
          <SelectField
            label={t('providers.preset')}
            value={preset.id}
            onChange={(event) =>
              setPreset(PRESETS.find((it) => it.id === event.target.value) ?? preset)
            }
          >
            {PRESETS.map((it) => (
              <option key={it.id} value={it.id}>
                {it.name || t('providers.preset.other')}
              </option>
            ))}
          </SelectField>
        )}
        <Fields key={preset.id} preset={preset} provider={provider} />
        <FormError text={save.error ? failureText(save.error, words) : null} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" kind="strong" disabled={save.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Fields({ preset, provider }: { preset: Preset; provider: Provider | null }) {
  const { t } = useWords();
  const needsUrl = preset.kind === 'compatible' || preset.kind === 'azure';
  const knownUrl = provider ? (provider.base_url ?? '') : (preset.base_url ?? '');
  const [url, setUrl] = useState(knownUrl);
  const [key, setKey] = useState('');
  const losesKey = provider?.key_hint && url.trim() !== knownUrl && key === '';
  return (
    <>
      <TextField
        label={t('providers.name')}
        name="name"
        defaultValue={provider?.name ?? preset.name}
      />
      <TextField
        label={t('providers.url')}
        name="base_url"
        type="url"
        value={url}
        required={needsUrl}
        placeholder={preset.example_url ?? ''}
        hint={needsUrl ? t('providers.url.hint') : t('providers.url.own')}
        onChange={(event) => setUrl(event.target.value)}
      />
      {losesKey ? (
        <p role="alert" className="flex gap-2 rounded-lg bg-warn-soft p-3 text-sm text-warn">
          <TriangleAlert size={17} className="shrink-0" aria-hidden="true" />
          {t('providers.losesKey')}
        </p>
      ) : null}
      <TextField
        label={preset.kind === 'azure' ? t('providers.deployment') : t('providers.model')}
        name="model"
        defaultValue={provider?.model ?? preset.model}
        required
        spellCheck={false}
      />
      {preset.kind === 'anthropic' ? null : (
        <TextField
          label={t('providers.voiceModel')}
          name="voice_model"
          defaultValue={provider?.voice_model ?? ''}
          hint={t(
            preset.kind === 'openai' ? 'providers.voiceModel.openai' : 'providers.voiceModel.hint',
          )}
          spellCheck={false}
        />
      )}
      {preset.kind === 'azure' ? (
        <TextField
          label={t('providers.azureVersion')}
          name="azure_api_version"
          defaultValue={provider?.azure_api_version ?? ''}
        />
      ) : null}
      <TextField
        label={t('providers.key')}
        name="key"
        type="password"
        autoComplete="off"
        value={key}
        required={preset.needs_key && !provider}
        placeholder={provider?.key_hint ?? ''}
        hint={provider?.key_hint ? t('providers.key.keep') : t('providers.key.hint')}
        onChange={(event) => setKey(event.target.value)}
      />
      {provider?.key_hint ? <CheckField label={t('providers.key.drop')} name="drop_key" /> : null}
      <SelectField
        label={t('providers.tools')}
        name="tool_calling"
        defaultValue={provider?.tool_calling ?? preset.tool_calling}
      >
        <option value="native">{t('providers.tools.native')}</option>
        <option value="prompt">{t('providers.tools.prompt')}</option>
      </SelectField>
      <CheckField
        label={t('providers.seesImages')}
        name="sees_images"
        defaultChecked={provider?.sees_images ?? false}
      />
    </>
  );
}
