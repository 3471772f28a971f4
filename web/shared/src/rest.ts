// A small REST client: JSON in and out, failures as `Failure`, nothing of the browser but an injected fetch.

import { Failure } from './errors.ts';
import type { Deletes, Gets, Patches, Posts, Puts } from './rest.generated.ts';
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

/** What a URL may be that a path of the API stands for: its parameters filled, with or without a query. */
type Filled<P extends string> = Plain<P> | `${Plain<P>}?${string}`;
type Plain<P extends string> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Plain<After>}`
  : P;

/** A request with a key is carried out once, however often it is sent. */
type Sent<Exchange> = Exchange extends { body: infer Body }
  ? [body: Body, keepalive?: boolean, key?: string]
  : [body?: undefined, keepalive?: boolean, key?: string];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export class Rest {
  #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  get<P extends keyof Gets>(path: Filled<P>): Promise<Gets[P]['answer']> {
    return this.#call('GET', path);
  }

  post<P extends keyof Posts>(
    path: Filled<P>,
    ...[body, keepalive, key]: Sent<Posts[P]>
  ): Promise<Posts[P]['answer']> {
    return this.#call('POST', path, body ?? {}, keepalive, key);
  }

  put<P extends keyof Puts>(
    path: Filled<P>,
    body: Puts[P]['body'],
    keepalive?: boolean,
  ): Promise<Puts[P]['answer']> {
    return this.#call('PUT', path, body, keepalive);
  }

  patch<P extends keyof Patches>(
    path: Filled<P>,
    body: Patches[P]['body'],
  ): Promise<Patches[P]['answer']> {
    return this.#call('PATCH', path, body);
  }

  delete<P extends keyof Deletes>(path: Filled<P>): Promise<Deletes[P]['answer']> {
    return this.#call('DELETE', path);
  }

  async #call<T>(
    method: Method,
    path: string,
    body?: unknown,
    keepalive = false,
    key?: string,
  ): Promise<T> {
    const { base, fetch, token } = this.#options;
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
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
