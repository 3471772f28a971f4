// A tool for the catalogue from what was typed.

import { Failure } from '@switchboard/shared/errors.ts';

interface Typed {
  name: string;
  description: string;
  /** JSON. */
  schema: string;
  isIdempotent: boolean;
  isDefault: boolean;
  /** What is said of a schema that is none. */
  wrong: string;
}

export function readCatalogueTool(typed: Typed) {
  return {
    name: typed.name,
    description: typed.description,
    input_schema: objectOf(typed.schema, typed.wrong),
    idempotent: typed.isIdempotent,
    default_enabled: typed.isDefault,
  };
}

function objectOf(text: string, wrong: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new Failure('bad_request', wrong);
}
