// A small REST client: JSON in and out, failures as `Failure`, nothing of the browser but an injected fetch.

import { Failure } from './errors.ts';
import type { WireError } from './wire.ts';

export interface Response {
  status: number;
  text(): Promise<string>;
}

export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    credentials: 'same-origin' | 'omit';
    keepalive?: boolean;
  },
) => Promise<Response>;

export interface RestOptions {
  /** Origin and path before `/api/v1`, without a slash at the end. */
  base: string;
  fetch: Fetch;
  /** A visitor's token; without one the cookie of the same origin counts. */
  token?: () => string | null;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export class Rest {
  #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}, keepalive = false): Promise<T> {
    return this.#call<T>('POST', path, body, keepalive);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PATCH', path, body);
  }

  delete(path: string): Promise<void> {
    return this.#call<void>('DELETE', path);
  }

  async #call<T>(method: Method, path: string, body?: unknown, keepalive = false): Promise<T> {
    const { base, fetch, token } = this.#options;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token) {
      const bearer = token();
      if (bearer) headers.Authorization = `Bearer ${bearer}`;
    } else {
      headers['X-Requested-With'] = 'switchboard';
    }
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${base}/api/v1${path}`, {
        method,
        headers,
        credentials: token ? 'omit' : 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(keepalive ? { keepalive } : {}),
      });
      text = await response.text();
    } catch {
      throw Failure.disconnected();
    }
    const answer = parse(text);
    if (response.status >= 200 && response.status < 300) return answer as T;
    throw failureOf(response.status, answer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failureOf(status: number, answer: unknown): Failure {
  const error = (answer as { error?: WireError } | null)?.error;
  if (error?.code) return Failure.fromWire(error);
  // A proxy or a server on its way down answered in its own words.
  const retry = status >= 500 || status === 429;
  return new Failure(retry ? 'unavailable' : 'internal', `status ${status}`, { retry });
}
