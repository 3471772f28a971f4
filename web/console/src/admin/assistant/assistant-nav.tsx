// The way between the pages of the assistant: its settings, its test chat, its log.

import { Link } from '@tanstack/react-router';
import { classes } from '../../ui/classes.ts';
import { useAssistantWords } from './assistant-words.ts';

const PAGES = [
  ['/assistant', 'nav.settings'],
  ['/assistant/handoff', 'nav.handoff'],
  ['/assistant/test', 'nav.test'],
  ['/assistant/log', 'nav.log'],
] as const;

export function AssistantNav() {
  const { t } = useAssistantWords();
  return (
    <nav aria-label={t('nav.label')} className="flex flex-wrap gap-1 border-b border-line">
      {PAGES.map(([to, word]) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          className={classes(
            '-mb-px border-b-2 border-transparent px-3 py-2 text-sm text-soft hover:text-ink',
            'aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-accent',
          )}
        >
          {t(word)}
        </Link>
      ))}
    </nav>
  );
}
