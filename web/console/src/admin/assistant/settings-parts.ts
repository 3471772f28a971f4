// Which settings stand together: those of writing, of the widget, and of calls.

import type { Setting } from '@switchboard/shared/wire.ts';

export const PARTS = ['text', 'widget', 'voice'] as const;
export type SettingsPart = (typeof PARTS)[number];

const OF_WIDGET: ReadonlySet<string> = new Set([
  'welcome_questions',
  'launcher_label',
  'offline_text',
  'offline_form',
  'first_choice',
  'prechat_form',
  'consent_text',
  'consent_link',
  'show_people',
  'ask_rating',
  'frame_origins',
  'attachment_types',
  'reply_by_mail',
]);

/** Those of members, of the platform and of usage are set on their own pages. */
const OF_MEMBERS: ReadonlySet<string> = new Set(['require_two_step']);
const OF_PLATFORM: ReadonlySet<string> = new Set(['self_registration']);
const OF_USAGE =
  /^(limit_mode|(daily|monthly)_budget_usd.*|fallback_.*_usd|max_.*_per_(day|month).*)$/;

export function partOf({
  name,
}: Pick<Setting, 'name'>): SettingsPart | 'members' | 'platform' | 'usage' {
  if (OF_MEMBERS.has(name)) return 'members';
  if (OF_PLATFORM.has(name)) return 'platform';
  if (OF_USAGE.test(name)) return 'usage';
  if (/^(max_)?voice(_|$)/.test(name)) return 'voice';
  return name.startsWith('widget_') || OF_WIDGET.has(name) ? 'widget' : 'text';
}
