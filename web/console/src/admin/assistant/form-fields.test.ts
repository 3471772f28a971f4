import { expect, it } from 'vitest';
import { emptyField, moved, nameFor } from './form-fields.ts';

it('gives a new field a name that no other has', () => {
  const first = emptyField('text', 'Text', []);
  const second = emptyField('text', 'Text', [first]);
  const third = emptyField('text', 'Text', [first, second]);
  expect([first.name, second.name, third.name]).toEqual(['text', 'text_2', 'text_3']);
});

it('keeps the name of an attribute and fixes that of what is the visitor\u2019s own', () => {
  expect(nameFor('email', 'topic')).toBe('email');
  expect(nameFor('choice', 'topic')).toBe('topic');
  expect(nameFor('choice', 'email')).toBe('choice');
});

it('moves one item and leaves the order of the others', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});
