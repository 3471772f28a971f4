// What the assistant and the hub say about an entry in its metadata, read with care: it may be anything.

import type { Entry } from './wire.ts';

/** Where an answer comes from. */
export interface Source {
  number: number | null;
  title: string;
  /** Only http and https addresses become links. */
  url: string | null;
}

/** An answer the visitor may pick; picking it sends its text. */
export interface Choice {
  id: string;
  text: string;
}

export const INTERRUPTIONS = ['takeover', 'release', 'closed', 'error', 'superseded'] as const;
export type Interruption = (typeof INTERRUPTIONS)[number];

export function sourcesOf(entry: Entry): Source[] {
  return objectsOf(entry.metadata.sources).flatMap((it) => {
    const url = textOf(it.url);
    const title = textOf(it.title) ?? url;
    if (!title) return [];
    const number = typeof it.number === 'number' ? it.number : null;
    return [{ number, title, url: url && /^https?:\/\//i.test(url) ? url : null }];
  });
}

export function choicesOf(entry: Entry): Choice[] {
  return objectsOf(entry.metadata.choices).flatMap((it) => {
    const id = textOf(it.id);
    const text = textOf(it.text);
    return id && text ? [{ id, text }] : [];
  });
}

/** Why a reply is not whole, if it is not. */
export function interruptionOf(entry: Entry): Interruption | null {
  return INTERRUPTIONS.find((it) => it === entry.metadata.interrupted) ?? null;
}

/** Whether a note sums a conversation up for the agent who comes. */
export function isBrief(entry: Entry): boolean {
  return entry.kind === 'note' && entry.metadata.brief === true;
}

/** What a brief says, as data that is worded where it is read. */
export interface BriefFacts {
  /** A model's words; null where none was asked. */
  summary: string | null;
  intent: string | null;
  sentiment: string | null;
  language: string | null;
  page: string | null;
  /** The visitor's last words. */
  quotes: string[];
}

/** Null where a brief comes as text alone. */
export function briefFactsOf(entry: Entry): BriefFacts | null {
  const data = objectsOf([entry.metadata.brief_data])[0];
  if (!data) return null;
  const quotes = Array.isArray(data.quotes) ? data.quotes : [];
  return {
    summary: textOf(data.summary),
    intent: textOf(data.intent),
    sentiment: textOf(data.sentiment),
    language: textOf(data.language),
    page: textOf(data.page),
    quotes: quotes.flatMap((it) => textOf(it) ?? []),
  };
}

/** Whether it was said in a call rather than written. */
export function isSpoken(entry: Entry): boolean {
  return entry.metadata.voice === true;
}

/** Whether a note was told to the assistant during a call, unheard by the visitor. */
export function isWhisper(entry: Entry): boolean {
  return entry.kind === 'note' && entry.metadata.whisper === true;
}

/** The newest entry with choices, and whether one may still be picked: nobody has written since. */
export function findChoices(entries: readonly Entry[]): { id: string; isOpen: boolean } | null {
  const messages = entries.filter((entry) => entry.kind === 'message');
  const newest = messages.findLast((entry) => choicesOf(entry).length > 0);
  return newest ? { id: newest.id, isOpen: newest === messages.at(-1) } : null;
}

/** The text of the choice that was picked of each entry that had some. */
export function pickedChoices(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const picked = new Map<string, string>();
  for (const { reply_to, content, role } of entries) {
    if (reply_to && role === 'visitor') picked.set(reply_to, content);
  }
  return picked;
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((it) => typeof it === 'object' && it !== null);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
