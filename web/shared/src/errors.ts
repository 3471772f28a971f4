// The ways in which asking the hub can fail, as one error class.

import type { ErrorCode, WireError } from './wire.ts';

/** `disconnected`: the question may or may not have arrived. `timeout`: no answer in time. */
export type FailureCode = ErrorCode | 'disconnected' | 'timeout';

export class Failure extends Error {
  readonly code: FailureCode;
  readonly retry: boolean;
  readonly retry_after_ms: number;
  readonly details: Record<string, unknown>;

  constructor(code: FailureCode, message: string, rest: Partial<WireError> = {}) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.retry = rest.retry ?? false;
    this.retry_after_ms = rest.retry_after_ms ?? 0;
    this.details = rest.details ?? {};
  }

  static fromWire(error: WireError): Failure {
    // `holder` and the like stand beside the code or under `details`; readers find them in one place.
    const { code, message, retry, retry_after_ms, details, ...beside } = error;
    return new Failure(code, message, {
      retry,
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
      details: { ...beside, ...details },
    });
  }

  static disconnected(): Failure {
    return new Failure('disconnected', 'the connection was lost', { retry: true });
  }
}
