// The console's service worker: shows pushes and opens what they are about. It keeps nothing and answers no request.

import { shownPush } from './shown-push.ts';

// What a worker's own `self` is, which its types do not say.
const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('push', (event) => {
  const { title, path, ...rest } = shownPush(read(event.data));
  event.waitUntil(worker.registration.showNotification(title, { ...rest, data: { path } }));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { path: string }).path));
});

function read(data: PushMessageData | null): unknown {
  try {
    return data?.json();
  } catch {
    return null;
  }
}

/** In a page that is open already, otherwise in a new one. */
async function open(path: string): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const own = pages.find((page) => page.url.startsWith(worker.registration.scope));
  if (!own) {
    await worker.clients.openWindow(new URL(path, worker.registration.scope));
    return;
  }
  own.postMessage({ kind: 'open', path });
  // A browser that does not let the page come forward shows it when the agent does.
  await own.focus().catch(() => {});
}
