// What a visitor's message is about and how its writer feels, as the hub reads it.

export interface Insight {
  /** Such as `refund`, `order` or `question`. */
  intent: string;
  sentiment: 'positive' | 'neutral' | 'negative';
  /** Such as `en`. */
  language: string;
}

type Known = Insight;

declare global {
  /** `wire.generated.ts` names it without declaring it; a declaration there takes precedence over this one. */
  interface Insight extends Known {}
}
