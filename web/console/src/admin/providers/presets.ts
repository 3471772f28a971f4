// What is already known of the usual providers, so that nobody has to look their addresses up.

import type { Provider, ProviderBody } from '@switchboard/shared/wire.ts';

export interface Preset {
  id: string;
  name: string;
  kind: Provider['kind'];
  base_url: string | null;
  /** What an address may look like, where there is no one address. */
  example_url?: string;
  model: string;
  needs_key: boolean;
  tool_calling: Provider['tool_calling'];
}

export const PRESETS: readonly Preset[] = [
  {
    id: 'openai',
    name: 'OpenAI',
    kind: 'openai',
    base_url: null,
    model: 'gpt-4.1-mini',
    needs_key: true,
    tool_calling: 'native',
  },
  {
    id: 'azure',
    name: 'Azure OpenAI',
    kind: 'azure',
    base_url: null,
    example_url: 'https://NAME.openai.azure.com',
    model: '',
    needs_key: true,
    tool_calling: 'native',
  },
  {
    id: 'anthropic',
    name: 'Anthropic',
    kind: 'anthropic',
    base_url: null,
    model: 'claude-haiku-4-5',
    needs_key: true,
    tool_calling: 'native',
  },
  {
    id: 'openrouter',
    name: 'OpenRouter',
    kind: 'compatible',
    base_url: 'https://openrouter.ai/api/v1',
    model: '',
    needs_key: true,
    tool_calling: 'native',
  },
  {
    id: 'ollama',
    name: 'Ollama',
    kind: 'compatible',
    base_url: 'http://127.0.0.1:11434/v1',
    model: '',
    needs_key: false,
    tool_calling: 'native',
  },
  {
    id: 'vllm',
    name: 'vLLM',
    kind: 'compatible',
    base_url: 'http://127.0.0.1:8000/v1',
    model: '',
    needs_key: false,
    tool_calling: 'native',
  },
  {
    id: 'llamacpp',
    name: 'llama.cpp',
    kind: 'compatible',
    base_url: 'http://127.0.0.1:8080/v1',
    model: '',
    needs_key: false,
    tool_calling: 'prompt',
  },
  {
    id: 'other',
    name: '',
    kind: 'compatible',
    base_url: null,
    example_url: 'https://models.example.com/v1',
    model: '',
    needs_key: false,
    tool_calling: 'native',
  },
];

/** What a known provider starts its form with. */
export function presetOf({ kind, base_url }: Provider): Preset {
  const byAddress = PRESETS.find((it) => it.kind === kind && it.base_url === base_url);
  const other = PRESETS.at(-1) as Preset;
  return byAddress ?? PRESETS.find((it) => it.kind === kind && kind !== 'compatible') ?? other;
}

/** The form's fields as the server wants them; an empty key is left out, so that it stays. */
export function readProvider(form: FormData, preset: Preset, isNew: boolean): ProviderBody {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const key = text('key');
  return {
    ...(isNew ? { kind: preset.kind } : {}),
    name: text('name'),
    base_url: text('base_url') || null,
    model: text('model'),
    tool_calling: text('tool_calling') === 'prompt' ? 'prompt' : 'native',
    voice_model: text('voice_model') || null,
    sees_images: form.get('sees_images') === 'on',
    ...(preset.kind === 'azure' ? { azure_api_version: text('azure_api_version') || null } : {}),
    ...(key ? { key } : form.get('drop_key') === 'on' ? { key: null } : {}),
  };
}
