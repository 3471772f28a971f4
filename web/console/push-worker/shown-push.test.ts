import { expect, test } from 'vitest';
import { KINDS } from '../src/notifications/choices.ts';
import { shownPush } from './shown-push.ts';

const PUSH = {
  id: 'n1',
  kind: 'visitor_wrote',
  count: 3,
  name: 'Ana',
  agent: 'Ana',
  conversation_id: 'c1',
  seq: 7,
  preview: null,
  locale: 'es',
};

test('a push says who and what in the language of its agent, and leads there', () => {
  expect(shownPush(PUSH)).toEqual({
    title: 'Ana escribió 3 mensajes',
    body: '',
    tag: 'n1',
    path: 'inbox/c1?at=7',
    lang: 'es',
  });
  expect(shownPush({ ...PUSH, count: 1, locale: 'en', preview: 'Hi' })).toMatchObject({
    title: 'Ana wrote',
    body: 'Hi',
  });
  expect(shownPush({ kind: 'limit' }).path).toBe('usage');
});

test('every kind of notification has words of its own in both languages', () => {
  for (const locale of ['en', 'es']) {
    const other = shownPush({ kind: 'of a newer server', locale }).title;
    const titles = KINDS.map((kind) => shownPush({ ...PUSH, kind, locale }).title);
    expect(titles).not.toContain(other);
    expect(new Set(titles).size).toBe(KINDS.length);
  }
});

test('whatever comes, something is shown', () => {
  for (const data of [null, 'text', {}, { kind: 'of a newer server' }, 5]) {
    expect(shownPush(data)).toMatchObject({ title: 'There is news in Switchboard', path: 'inbox' });
  }
});
