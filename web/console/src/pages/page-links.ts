// The pages of the console, with their words and signs, by role.

import type { Member } from '@switchboard/shared/wire.ts';
import {
  BookOpen,
  Bot,
  Building2,
  ChartColumn,
  Cpu,
  FlaskConical,
  Globe,
  Inbox,
  type LucideIcon,
  Mail,
  MessageSquareQuote,
  MessageSquareWarning,
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
/** Of an org that a platform admin acts for. */
export const SETUP_PAGES: readonly PageLink[] = [
  ...PAGES.filter(([to]) => to === '/members' || to === '/channels'),
  ...ADMIN_PAGES,
];
/** Behind a page of the rail; the palette leads to them. */
const INNER_PAGES: readonly PageLink[] = [
  ['/assistant/log', 'nav.assistantLog', ScrollText],
  ['/assistant/test', 'nav.assistantTest', FlaskConical],
  ['/assistant/handoff', 'nav.handoffWords', MessageSquareWarning],
];
/** For whoever runs the platform. */
const PLATFORM_PAGES: readonly PageLink[] = [['/platform', 'nav.platform', Building2]];

export function pagesFor({
  role,
  platform_admin,
}: Pick<Member, 'role' | 'platform_admin'>): readonly PageLink[] {
  const own = role === 'agent' ? PAGES : [...PAGES, ...ADMIN_PAGES];
  return platform_admin ? [...own, ...PLATFORM_PAGES] : own;
}

/** All pages there are, for whoever looks for one by its name. */
export function allPagesFor(member: Pick<Member, 'role' | 'platform_admin'>): readonly PageLink[] {
  const pages = pagesFor(member);
  return member.role === 'agent' ? pages : [...pages, ...INNER_PAGES];
}

/** Whether a page sets an org up; what people said there is not part of that. */
export function isSetupPage(pathname: string): boolean {
  if (pathname === '/assistant/log') return false;
  return SETUP_PAGES.some(([to]) => pathname === to || pathname.startsWith(`${to}/`));
}
