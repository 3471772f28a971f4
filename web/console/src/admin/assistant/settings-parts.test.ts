import { expect, it } from 'vitest';
import { partOf } from './settings-parts.ts';

it('puts what is about calls together, whatever its name begins with', () => {
  const names = ['voice', 'voice_enabled', 'max_voice_minutes_per_day'];
  expect(names.map((name) => partOf({ name }))).toEqual(['voice', 'voice', 'voice']);
  expect(partOf({ name: 'widget_color' })).toBe('widget');
  expect(partOf({ name: 'prechat_form' })).toBe('widget');
  expect(partOf({ name: 'assistant_name' })).toBe('text');
  expect(partOf({ name: 'max_tokens_per_day' })).toBe('text');
  expect(partOf({ name: 'require_two_step' })).toBe('members');
  expect(partOf({ name: 'self_registration' })).toBe('platform');
});
