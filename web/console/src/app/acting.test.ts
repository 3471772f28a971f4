import { beforeEach, describe, expect, it, vi } from 'vitest';

const ACTING = {
  org_id: 'org-2',
  org_name: 'Lamps',
  reason: 'ticket 77',
  ends_at: '2026-11-30T12:00:00Z',
};

async function loaded(stored: unknown) {
  vi.resetModules();
  const kept = new Map(stored === null ? [] : [['switchboard:acting', JSON.stringify(stored)]]);
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  return import('./acting.ts');
}

/** Asks a path, and returns the headers that were sent. */
async function sent(path: string, stored: unknown, status = 200, body = '{}') {
  const { actingFetch } = await loaded(stored);
  const onOver = vi.fn();
  let headers: Record<string, string> = {};
  const ask = actingFetch(async (_, init) => {
    headers = init.headers;
    return { status, text: async () => body };
  }, onOver);
  const response = await ask(`/base/api/v1${path}`, {
    method: 'GET',
    headers: { 'X-Requested-With': 'switchboard' },
    credentials: 'same-origin',
  });
  return { headers, onOver, text: await response.text() };
}

describe('acting for an org', () => {
  beforeEach(() => vi.unstubAllGlobals());

  it('names the org to what sets it up', async () => {
    for (const path of ['/settings', '/channels?limit=5', '/knowledge/pairs/7', '/members']) {
      const { headers } = await sent(path, ACTING);
      expect(headers).toEqual({ 'X-Requested-With': 'switchboard', 'X-Acting-For': 'org-2' });
    }
  });

  it('leaves the live side, the account and the platform alone', async () => {
    for (const path of [
      '/auth/me',
      '/conversations',
      '/notifications',
      '/orgs',
      '/platform/audit',
    ]) {
      expect((await sent(path, ACTING)).headers).toEqual({ 'X-Requested-With': 'switchboard' });
    }
  });

  it('names nothing where nobody acts', async () => {
    expect((await sent('/settings', null)).headers).not.toHaveProperty('X-Acting-For');
  });

  it('says when it is over, and hands the answer on', async () => {
    const over = JSON.stringify({ error: { code: 'forbidden', reason: 'not_acting' } });
    const { onOver, text } = await sent('/settings', ACTING, 403, over);
    expect(onOver).toHaveBeenCalledOnce();
    expect(text).toBe(over);
    const other = JSON.stringify({ error: { code: 'forbidden', reason: 'acting' } });
    expect((await sent('/settings', ACTING, 403, other)).onOver).not.toHaveBeenCalled();
  });
});
