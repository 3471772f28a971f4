// The wire contract as types: all generated from the server, with short names for some of their parts.

import type { Entry, StateForAgents, StateForVisitors } from './wire.generated.ts';

export type * from './rest.generated.ts';
export type * from './wire.generated.ts';

export type Role = Entry['role'];
export type Status = StateForVisitors['status'];
export type Priority = NonNullable<StateForAgents['priority']>;
