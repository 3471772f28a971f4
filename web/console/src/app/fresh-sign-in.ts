// Showing once more who one is, when the hub asks for it: whatever was refused waits for one dialog.

import { Cell } from '@switchboard/shared/cell.ts';
import type { Fetch } from '@switchboard/shared/rest.ts';

/** What the open dialog answers; null while there is none. */
export const freshSignIn = new Cell<((isFresh: boolean) => void) | null>(null);

let asked: Promise<boolean> | null = null;

/** Opens the dialog, or waits for the one that is open; false where the member puts it away. */
export function refreshSignIn(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => freshSignIn.set(resolve)).finally(() => {
    freshSignIn.set(null);
    asked = null;
  });
  return asked;
}

/** The same fetch, which has the member show once more who they are where the hub asks for that, and sends the same
 * again: nothing has changed on the hub by what it refused. */
export function askingOnceMore(fetch: Fetch): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status !== 403) return response;
    const text = await response.text();
    if (isStale(text) && (await refreshSignIn())) return fetch(url, init);
    return { status: response.status, text: async () => text };
  };
}

function isStale(text: string): boolean {
  try {
    return JSON.parse(text)?.error?.code === 'fresh_sign_in_required';
  } catch {
    return false;
  }
}
