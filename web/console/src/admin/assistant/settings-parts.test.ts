import { expect, it } from 'vitest';
import { partOf } from './settings-parts.ts';

it('puts what is about calls together, whatever its name begins with', () => {
  const names = ['voice', 'voice_enabled', 'voice_calls_at_once'];
  expect(names.map((name) => partOf({ name }))).toEqual(['voice', 'voice', 'voice']);
  expect(partOf({ name: 'widget_color' })).toBe('widget');
  expect(partOf({ name: 'prechat_form' })).toBe('widget');
  expect(partOf({ name: 'assistant_name' })).toBe('text');
  for (const name of ['max_tokens_per_day', 'max_voice_minutes_per_month_mode', 'limit_mode'])
    expect(partOf({ name })).toBe('usage');
  expect(partOf({ name: 'max_output_tokens' })).toBe('text');
  expect(partOf({ name: 'require_two_step' })).toBe('members');
  expect(partOf({ name: 'self_registration' })).toBe('platform');
});
