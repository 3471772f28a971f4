// This browser as one that takes pushes while no page is open: switching it on and off.

import { Failure } from '@switchboard/shared/errors.ts';
import { openBrowserStore } from '@switchboard/shared/browser/ports.ts';
import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import { deskApi } from '../app/desk-api.ts';
import { browserName } from '../app/browser-name.ts';

/** The agent's browsers among what is kept of the server's answers. */
export const PUSH_QUERY = ['push'] as const;
const SCOPE = `${serverPath}/console/`;
const WORKER = `${SCOPE}push-worker.js`;
/** Whose pushes this browser takes, and its id in the list of their browsers. */
const OWN_KEY = 'switchboard:console:push-browser';
const SIGNED_IN_KEY = 'switchboard:console:push-signed-in';
const store = openBrowserStore();

/** Browsers have pushes on encrypted pages only; on a phone sometimes only once the page is installed. */
export function canPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

function own(): { member: string; id: string } | null {
  const [member, id] = (store.get(OWN_KEY) || '').split(' ');
  return member && id ? { member, id } : null;
}

/** The id of this browser in the list of this agent's browsers, where it takes their pushes. */
export function ownPushId(me: string): string | null {
  const known = own();
  return known?.member === me ? known.id : null;
}

/** Pushes end with the session that asked for them; the next one asks anew. */
export function noteSignIn(): void {
  store.set(SIGNED_IN_KEY, 'yes');
}

/** After a sign-in: this browser goes on with the pushes of the one who had switched them on, and with nobody else's. False
 * where it changed nothing. */
export async function keepPush(me: string, locale: string): Promise<boolean> {
  if (!store.get(SIGNED_IN_KEY)) return false;
  const known = own();
  if (known && known.member !== me) {
    store.set(OWN_KEY, '');
    await unsubscribe();
  } else if (known && canPush() && Notification.permission === 'granted') {
    await startPush(me, locale);
  }
  // Only now: a page that is left before has the next one go on.
  store.set(SIGNED_IN_KEY, '');
  return known !== null;
}

/** Asks the browser, and tells the server where this browser is reached. False where it was not allowed. */
export async function startPush(me: string, locale: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const { public_key } = await deskApi.push();
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  const { pushManager } = await navigator.serviceWorker.ready;
  // One that was made for another org, or for a server that was set up anew, would not let this one in.
  await (await pushManager.getSubscription())?.unsubscribe();
  let subscription: PushSubscription | undefined;
  try {
    subscription = await pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: public_key,
    });
    store.set(OWN_KEY, `${me} ${await tellServer(subscription, locale)}`);
  } catch (error) {
    // One that the server does not know of would never get anything.
    store.set(OWN_KEY, '');
    await subscription?.unsubscribe().catch(() => {});
    throw error;
  }
  return true;
}

/** Returns the id of this browser there. */
async function tellServer(subscription: PushSubscription, locale: string): Promise<string> {
  const { endpoint, keys } = subscription.toJSON();
  if (!endpoint || !keys?.p256dh || !keys.auth) throw new Failure('internal', 'no keys of a push');
  const { browser } = await deskApi.startPush({
    endpoint,
    keys: { p256dh: keys.p256dh, auth: keys.auth },
    locale,
    name: browserName(navigator.userAgent),
  });
  return browser.id;
}

/** Takes this browser out, also where the server has forgotten it already, or cannot be told: nothing comes any more. */
export async function stopPush(): Promise<void> {
  const known = own();
  try {
    if (known) await deskApi.stopPush(known.id).catch(unlessForgotten);
  } finally {
    store.set(OWN_KEY, '');
    await unsubscribe();
  }
}

async function unsubscribe(): Promise<void> {
  if (!canPush()) return;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

function unlessForgotten(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'not_found') throw error;
}

/** Opens what a push was about in this page, when its worker says so. Gives back how to stop. */
export function followPushes(open: (path: string) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {};
  const hear = ({ data }: MessageEvent<{ kind?: string; path?: string } | null>) => {
    if (data?.kind === 'open' && data.path) open(data.path);
  };
  navigator.serviceWorker.addEventListener('message', hear);
  return () => navigator.serviceWorker.removeEventListener('message', hear);
}
