// Where this server's own pages stand on its host: a proxy may serve it below a path.

/** Such as `/support`; empty at the root, and where the page was opened past the proxy. The server writes it into its pages. */
export const serverPath: string = readPath();

function readPath(): string {
  const path = globalThis.document?.documentElement.dataset.serverPath ?? '';
  return globalThis.location?.pathname.startsWith(path) ? path : '';
}

/** The server's address, without a slash at the end. */
export function serverUrl(): string {
  return `${location.origin}${serverPath}`;
}
