// The files that agents send: the browser sorts out what no hub takes, and the hub decides by its content.

import { DOCUMENT_TYPES } from '@switchboard/shared/document-types.ts';
import { PICTURE_TYPES } from '@switchboard/shared/picture-types.ts';
import type { Accepted } from '@switchboard/shared/pictures.ts';

export const FILE_TYPES: readonly string[] = [...PICTURE_TYPES, ...DOCUMENT_TYPES];

export const AGENT_FILES: Accepted = {
  types: FILE_TYPES,
  maxBytes: () => Number.POSITIVE_INFINITY,
};

export function isPicture(type: string): boolean {
  return PICTURE_TYPES.includes(type);
}
