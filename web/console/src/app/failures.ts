// Why something did not work, in plain words.

import { Failure } from '@switchboard/shared/errors.ts';
import { toast } from './toasts.ts';
import type { WordKey, Words } from './words.ts';

const WORDS: Readonly<Record<string, WordKey>> = {
  disconnected: 'error.disconnected',
  timeout: 'error.disconnected',
  unavailable: 'error.unavailable',
  draining: 'error.unavailable',
  unauthenticated: 'error.unauthenticated',
  forbidden: 'error.forbidden',
  fresh_sign_in_required: 'error.fresh_sign_in_required',
  second_step_required: 'error.second_step_required',
  two_step_required: 'error.two_step_required',
  not_found: 'error.not_found',
  rate_limited: 'error.rate_limited',
  conversation_closed: 'error.conversation_closed',
  conflict: 'error.conflict',
  too_large: 'error.too_large',
};

export function failureText(error: unknown, words: Words): string {
  if (!(error instanceof Failure)) return words.t('error.other');
  if (error.code === 'already_taken' || error.code === 'not_holder') {
    const name = holderName(error);
    if (name) return words.t('error.held', { name });
    return words.t(error.code === 'not_holder' ? 'error.not_holder' : 'error.held.unknown');
  }
  if (error.details.reason === 'own_address') return words.t('error.own_address');
  if (error.details.reason === 'password_guessable') return words.t('error.password_guessable');
  if (error.details.reason === 'org_suspended') return words.t('error.org_suspended');
  // The hub's own words name the field; they are better than "something was wrong".
  if (error.code === 'bad_request' || (error.code === 'too_large' && error.message !== '')) {
    return words.t('error.bad_request', { reason: error.message });
  }
  return words.t(WORDS[error.code] ?? 'error.other');
}

export function toastFailure(words: Words): (error: unknown) => void {
  return (error) => toast('bad', failureText(error, words));
}

function holderName(error: Failure): string | null {
  const { holder } = error.details;
  if (typeof holder !== 'object' || holder === null || !('name' in holder)) return null;
  return typeof holder.name === 'string' ? holder.name : null;
}
