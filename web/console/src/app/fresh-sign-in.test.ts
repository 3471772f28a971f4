import { Rest } from '@switchboard/shared/rest.ts';
import { expect, it } from 'vitest';
import { askingOnceMore, freshSignIn } from './fresh-sign-in.ts';

const STALE = { error: { code: 'fresh_sign_in_required', message: '', retry: false } };

/** A hub that refuses until the sign-in is fresh. */
function hub() {
  const sent: string[] = [];
  const state = { isFresh: false };
  const rest = new Rest({
    base: '',
    fetch: askingOnceMore(async (url, init) => {
      sent.push(`${init.method} ${url}`);
      const answer = state.isFresh ? { recovery_codes: [] } : STALE;
      return { status: state.isFresh ? 200 : 403, text: async () => JSON.stringify(answer) };
    }),
  });
  const renew = () => rest.post<'/auth/two-step/recovery-codes'>('/auth/two-step/recovery-codes');
  return { renew, sent, state };
}

it('asks once for all that waits, and sends it again', async () => {
  const { renew, sent, state } = hub();
  const answers = [renew(), renew()];
  await expect.poll(() => freshSignIn.get()).not.toBeNull();
  await expect.poll(() => sent.length).toBe(2);
  state.isFresh = true;
  freshSignIn.get()?.(true);
  expect(await Promise.all(answers)).toEqual([{ recovery_codes: [] }, { recovery_codes: [] }]);
  expect(sent).toHaveLength(4);
  expect(freshSignIn.get()).toBeNull();
});

it('fails as the hub said where the member puts the dialog away', async () => {
  const { renew, sent } = hub();
  const answer = renew();
  await expect.poll(() => freshSignIn.get()).not.toBeNull();
  freshSignIn.get()?.(false);
  await expect(answer).rejects.toMatchObject({ code: 'fresh_sign_in_required' });
  expect(sent).toHaveLength(1);
});
