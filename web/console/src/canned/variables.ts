// Fills the variables of canned replies in, and finds those in a text that nothing is known of.

import type { ConversationSummary } from '@switchboard/shared/wire.ts';

export interface VariableFacts {
  visitor: Pick<ConversationSummary['visitor'], 'name' | 'email' | 'phone' | 'attributes'>;
  agent_name: string;
  /** Null until channels are loaded. */
  channel_name: string | null;
}

/** A variable that stands in a text as it was written. */
export interface Hole {
  start: number;
  end: number;
}

export const VARIABLES = [
  'visitor.name',
  'visitor.email',
  'visitor.phone',
  'visitor.attributes.',
  'agent.name',
  'channel.name',
] as const;

const VARIABLE = /\{\{\s*([A-Za-z0-9_.-]+)\s*(?:\|([^{}]*))?\}\}/g;
/** What is known of visitors who said no name is a made-up one. */
const MADE_UP_NAME = /^Guest-\d+$/;
const ATTRIBUTE = 'visitor.attributes.';

/** The text with everything filled in that is known or has a default. What is neither stands as it is. */
export function fillVariables(body: string, facts: VariableFacts): string {
  return body.replaceAll(VARIABLE, (whole, name: string, fallback: string | undefined) => {
    return valueOfVariable(name, facts) ?? fallback?.trim() ?? whole;
  });
}

/** Variables that are still to be filled in by hand. */
export function holesIn(text: string): Hole[] {
  return [...text.matchAll(/\{\{[^{}\n]*\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function valueOfVariable(
  name: string,
  { visitor, agent_name, channel_name }: VariableFacts,
): string | null {
  if (name.startsWith(ATTRIBUTE)) {
    const value = visitor.attributes[name.slice(ATTRIBUTE.length)];
    return value === undefined || value === null || value === '' ? null : String(value);
  }
  switch (name) {
    case 'visitor.name':
      return MADE_UP_NAME.test(visitor.name) ? null : visitor.name || null;
    case 'visitor.email':
      return visitor.email || null;
    case 'visitor.phone':
      return visitor.phone || null;
    case 'agent.name':
      return agent_name;
    case 'channel.name':
      return channel_name;
    default:
      return null;
  }
}
