import { expect, test } from 'vitest';
import { readCatalogueTool } from './catalogue-tool.ts';

const TYPED = {
  name: 'weather',
  description: 'Says the weather',
  schema: '{"type": "object"}',
  isIdempotent: true,
  isDefault: false,
  wrong: 'no schema',
};

test('a schema is sent as an object, and what is none is said before anything is sent', () => {
  expect(readCatalogueTool(TYPED).input_schema).toEqual({ type: 'object' });
  for (const schema of ['', '[]', '7', '{'])
    expect(() => readCatalogueTool({ ...TYPED, schema })).toThrow('no schema');
});
