import type { Provider } from '@switchboard/shared/wire.ts';
import { describe, expect, it } from 'vitest';
import { PRESETS, type Preset, presetOf, readProvider } from './presets.ts';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

const OPENAI = PRESETS[0] as Preset;
const KNOWN: Provider = {
  id: '1',
  position: 0,
  kind: 'compatible',
  name: 'Mine',
  base_url: 'http://127.0.0.1:11434/v1',
  model: 'qwen3',
  tool_calling: 'native',
  sees_images: false,
  azure_api_version: null,
  voice_model: null,
  key_hint: 'sk-...aBcD',
  created_at: '',
};

describe('the form of a provider', () => {
  it('leaves a key alone that is not entered again', () => {
    expect(readProvider(form({ model: 'm' }), OPENAI, false)).not.toHaveProperty('key');
    expect(readProvider(form({ key: ' sk-1 ' }), OPENAI, false).key).toBe('sk-1');
    expect(readProvider(form({ drop_key: 'on' }), OPENAI, false).key).toBeNull();
  });

  it('has no voice model where none is entered', () => {
    expect(readProvider(form({}), OPENAI, false).voice_model).toBeNull();
    expect(readProvider(form({ voice_model: ' v ' }), OPENAI, false).voice_model).toBe('v');
  });

  it('names the kind of a new one only', () => {
    expect(readProvider(form({}), OPENAI, true).kind).toBe('openai');
    expect(readProvider(form({}), OPENAI, false)).not.toHaveProperty('kind');
  });

  it('knows where a provider came from by its address', () => {
    expect(presetOf(KNOWN).id).toBe('ollama');
    expect(presetOf({ ...KNOWN, base_url: 'https://x.example' }).id).toBe('other');
    expect(presetOf({ ...KNOWN, kind: 'azure', base_url: 'https://x.example' }).id).toBe('azure');
  });
});
