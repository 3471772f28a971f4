// What a visitor's message is about and how its writer feels, as the hub reads it.

export type { Insight } from './wire.generated.ts';
