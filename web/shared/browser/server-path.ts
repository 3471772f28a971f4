// Where this server's own pages stand on its host: a proxy may serve it below a path.

/** Such as `/support`; empty at the root. The server writes it into its pages. */
export const server_path: string = globalThis.document?.documentElement.dataset.serverPath ?? '';

/** The server's address, without a slash at the end. */
export function serverUrl(): string {
  return `${location.origin}${server_path}`;
}
