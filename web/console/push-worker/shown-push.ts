// What a push says, and where it leads.

import { createTranslator } from '../../shared/src/i18n.ts';
import en from './locales/en.json';
import es from './locales/es.json';

/** As the server sends it: `src/desk/notification_delivery.rs`. */
interface Push {
  id?: string;
  kind?: string;
  count?: number;
  name?: string | null;
  agent?: string | null;
  conversation_id?: string | null;
  seq?: number | null;
  preview?: string | null;
  locale?: string;
}

export interface ShownPush {
  title: string;
  body: string;
  /** A later one of the same takes its place. */
  tag: string;
  /** Below the console's own address. */
  path: string;
  lang: string;
}

/** Whatever came, something is shown: browsers take the right to push from whoever shows nothing. */
export function shownPush(data: unknown): ShownPush {
  const push: Push = typeof data === 'object' && data !== null ? data : {};
  const lang = push.locale === 'es' ? 'es' : 'en';
  const words = createTranslator<string>(lang, lang === 'es' ? es : en, en);
  const kind = push.kind ?? 'other';
  const params = { name: push.name ?? '', agent: push.agent ?? '', count: push.count ?? 1 };
  const text = words.t(kind, params);
  return {
    title: text === kind ? words.t('other') : text,
    body: push.preview ?? '',
    tag: push.id ?? 'switchboard',
    path: pathOf(push),
    lang,
  };
}

function pathOf({ kind, conversation_id, seq }: Push): string {
  if (!conversation_id) return kind === 'limit' ? 'usage' : 'inbox';
  const place = `inbox/${encodeURIComponent(conversation_id)}`;
  return seq ? `${place}?at=${seq}` : place;
}
