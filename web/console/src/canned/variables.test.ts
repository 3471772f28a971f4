import { describe, expect, it } from 'vitest';
import { fillVariables, holesIn, type VariableFacts } from './variables.ts';

const facts: VariableFacts = {
  visitor: { name: 'Ana', email: null, phone: '+34 600', attributes: { plan: 'gold', orders: 3 } },
  agent_name: 'Nor',
  channel_name: 'Shop',
};

describe('variables', () => {
  it('are filled in where they are known', () => {
    const body =
      'Hi {{visitor.name}} ({{ visitor.phone }}, {{visitor.attributes.plan}}, {{visitor.attributes.orders}}), {{agent.name}} of {{channel.name}}';
    expect(fillVariables(body, facts)).toBe('Hi Ana (+34 600, gold, 3), Nor of Shop');
  });

  it('take their default where they are not, and stay where there is none', () => {
    expect(fillVariables('{{visitor.email|your address}} {{visitor.email}}', facts)).toBe(
      'your address {{visitor.email}}',
    );
    expect(fillVariables('a{{visitor.email|}}b {{no.such|x}} {{no.such}}', facts)).toBe(
      'ab x {{no.such}}',
    );
  });

  it('know that a guest has no name', () => {
    const guest = { ...facts, visitor: { ...facts.visitor, name: 'Guest-4821' } };
    expect(fillVariables('Hi {{visitor.name|there}}, {{visitor.name}}', guest)).toBe(
      'Hi there, {{visitor.name}}',
    );
  });

  it('are not looked for in what was filled in', () => {
    const odd = { ...facts, visitor: { ...facts.visitor, name: '{{agent.name}} $& $1' } };
    expect(fillVariables('Hi {{visitor.name}}', odd)).toBe('Hi {{agent.name}} $& $1');
  });

  it('are found in a text with their place', () => {
    expect(holesIn('a {{b}} c {{ visitor.email }}')).toEqual([
      { start: 2, end: 7 },
      { start: 10, end: 29 },
    ]);
    expect(holesIn('{ {a} }} {{ \n }}')).toEqual([]);
  });
});
