import { describe, expect, it } from 'vitest';
import { readTool } from './tool-dialog.tsx';

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

describe('the form of a tool', () => {
  it('leaves a secret alone that is not entered again', () => {
    const draft = readTool(form({ enabled: 'true', url: 'https://a.example' }), {
      kind: 'webhook',
    });
    expect(draft).toEqual({ enabled: true, url: 'https://a.example' });
    expect(readTool(form({ secret: 's' }), { kind: 'webhook' }).secret).toBe('s');
  });

  it('tells off from what the platform says, and an address that goes from none', () => {
    expect(readTool(form({ enabled: '' }), { kind: 'webhook' })).toEqual({
      enabled: null,
      url: null,
    });
    expect(readTool(form({ enabled: 'false' }), { kind: 'built_in' })).toEqual({ enabled: false });
  });
});
