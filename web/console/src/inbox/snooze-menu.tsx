// Puts the conversation aside: until one of three usual times, or until what the agent writes in plain words.

import { AlarmClock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { formatMoment } from '../app/format.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import type { Actions } from './actions.ts';
import { parseSnooze } from './snooze-words.ts';

const USUAL = ['in 2 hours', 'tomorrow 9', 'monday 9'] as const;
const WORDS = {
  'in 2 hours': 'snooze.hours',
  'tomorrow 9': 'snooze.tomorrow',
  'monday 9': 'snooze.monday',
} as const;

/** What it needs of a conversation, or of many. */
type Snoozing = Pick<Actions, 'snoozed_until' | 'snooze'>;

interface SnoozeMenuProps {
  actions: Snoozing;
  /** For many conversations, of which some may be put aside. */
  isForMany?: boolean;
}

export function SnoozeMenu({ actions, isForMany = false }: SnoozeMenuProps) {
  const { t, locale } = useWords();
  const [isPicking, setPicking] = useState(false);
  const until = actions.snoozed_until;
  const trigger = (
    <Button
      isSmall
      title={until ? t('snooze.until', { time: formatMoment(until, locale) }) : undefined}
    >
      <AlarmClock size={15} aria-hidden="true" />
      {t(until ? 'snooze.on' : 'snooze.label')}
    </Button>
  );
  return (
    <>
      <Menu trigger={trigger} align={isForMany ? 'start' : 'end'}>
        {until || isForMany ? (
          <>
            <MenuItem onSelect={() => actions.snooze(null)}>
              {t(isForMany ? 'bulk.back' : 'snooze.back')}
            </MenuItem>
            <MenuLine />
          </>
        ) : null}
        {USUAL.map((it) => {
          const moment = parseSnooze(it, new Date());
          return moment ? (
            <MenuItem key={it} onSelect={() => actions.snooze(moment)}>
              <span className="flex-1">{t(WORDS[it])}</span>
              <span className="pl-4 text-xs text-soft">
                {formatMoment(moment.toISOString(), locale)}
              </span>
            </MenuItem>
          ) : null;
        })}
        <MenuLine />
        <MenuItem onSelect={() => setPicking(true)}>{t('snooze.other')}</MenuItem>
      </Menu>
      {isPicking ? <Picker actions={actions} onClose={() => setPicking(false)} /> : null}
    </>
  );
}

function Picker({ actions, onClose }: { actions: Snoozing; onClose: () => void }) {
  const { t, locale } = useWords();
  const [text, setText] = useState('');
  const moment = parseSnooze(text, new Date());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!moment) return;
    actions.snooze(moment);
    onClose();
  };
  const answer = moment
    ? t('snooze.until', { time: formatMoment(moment.toISOString(), locale) })
    : t(text.trim() === '' ? 'snooze.example' : 'snooze.unknown');
  return (
    <Dialog title={t('snooze.other')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <input
          autoFocus
          value={text}
          maxLength={60}
          aria-label={t('snooze.field')}
          aria-describedby="snooze-answer"
          onChange={(event) => setText(event.target.value)}
          className="h-10 rounded-lg border border-line bg-ground px-3 max-md:text-base"
        />
        <p id="snooze-answer" role="status" className="text-sm text-soft">
          {answer}
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind="strong" type="submit" disabled={!moment}>
            {t('snooze.label')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
