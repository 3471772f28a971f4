// The pages of the console, with their words and signs, by role.

import type { MemberRole } from '@switchboard/shared/wire.ts';
import {
  BookOpen,
  Bot,
  ChartColumn,
  Cpu,
  Globe,
  Inbox,
  type LucideIcon,
  Mail,
  MessageSquareQuote,
  Phone,
  ScrollText,
  ShieldAlert,
  Ticket,
  Users,
  Webhook,
  Wrench,
} from 'lucide-react';
import type { WordKey } from '../app/words.ts';

export type PageLink = readonly [to: string, word: WordKey, icon: LucideIcon];

const PAGES: readonly PageLink[] = [
  ['/inbox', 'nav.inbox', Inbox],
  ['/calls', 'nav.calls', Phone],
  ['/tickets', 'nav.tickets', Ticket],
  ['/submissions', 'nav.submissions', Mail],
  ['/canned-replies', 'nav.canned', MessageSquareQuote],
  ['/members', 'nav.members', Users],
  ['/channels', 'nav.channels', Globe],
];
/** For owners and admins. */
const ADMIN_PAGES: readonly PageLink[] = [
  ['/assistant', 'nav.assistant', Bot],
  ['/knowledge', 'nav.knowledge', BookOpen],
  ['/providers', 'nav.providers', Cpu],
  ['/tools', 'nav.tools', Wrench],
  ['/webhooks', 'nav.webhooks', Webhook],
  ['/usage', 'nav.usage', ChartColumn],
  ['/audit', 'nav.audit', ScrollText],
  ['/security', 'nav.security', ShieldAlert],
];
export function pagesFor(role: MemberRole): readonly PageLink[] {
  return role === 'agent' ? PAGES : [...PAGES, ...ADMIN_PAGES];
}
