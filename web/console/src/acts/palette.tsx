// The command palette: one list over every place and every act that is possible now.

import * as Radix from '@radix-ui/react-dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useLive } from '../app/live-context.tsx';
import { toast } from '../app/toasts.ts';
import { useWords } from '../app/words.ts';
import { classes } from '../ui/classes.ts';
import { Key } from '../ui/key.tsx';
import { nameOf } from './act-board.ts';
import { isPaletteKey } from './act-keys.ts';
import { actOf } from './act-table.ts';
import { orderRows } from './palette-order.ts';
import { recentActs, rememberAct } from './recent-acts.ts';

const BOX =
  'fixed top-[12dvh] left-1/2 z-50 flex max-h-[70dvh] w-[min(94vw,600px)] -translate-x-1/2 flex-col overflow-hidden rounded-2xl border border-line bg-surface shadow-2xl';

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const { acts: board } = useLive();
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const [before] = useState(() => document.activeElement);
  const isChosen = useRef(false);
  // As it was at the opening: nothing jumps under the hands.
  const [offered] = useState(() => board.list().filter((it) => it.id !== 'palette'));
  const [recent] = useState(recentActs);
  const rows = useMemo(() => {
    const all = offered.map((it) => {
      const { group, word, key } = actOf(it.id);
      return { name: nameOf(it), group, title: t(word, it.params), key };
    });
    return orderRows(all, query, recent);
  }, [offered, query, recent, t]);
  const pointed = Math.min(at, Math.max(0, rows.length - 1));
  const optionId = (index: number) => `${id}-${index}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the option is found by where it stands.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [pointed, rows]);
  const giveFocusBack = () => {
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const choose = (name: string) => {
    isChosen.current = true;
    rememberAct(name);
    // Within the key press or click, so that the very next letter lands where the act leads.
    flushSync(onClose);
    giveFocusBack();
    const act = board.find(name);
    if (act) act.run();
    else toast('bad', t('palette.gone'));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const count = rows.length;
    if (isPaletteKey(event.nativeEvent)) onClose();
    else if (event.key === 'ArrowDown') setAt(count === 0 ? 0 : (pointed + 1) % count);
    else if (event.key === 'ArrowUp') setAt(count === 0 ? 0 : (pointed + count - 1) % count);
    else if (event.key === 'Enter') {
      const row = rows[pointed];
      if (row) choose(row.name);
    } else return;
    event.preventDefault();
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          className={BOX}
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!isChosen.current) giveFocusBack();
          }}
        >
          <Radix.Title className="sr-only">{t('palette.title')}</Radix.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search size={18} className="shrink-0 text-soft" aria-hidden="true" />
            <input
              role="combobox"
              aria-expanded="true"
              aria-autocomplete="list"
              aria-controls={`${id}-list`}
              aria-label={t('palette.field')}
              {...(rows.length > 0 ? { 'aria-activedescendant': optionId(pointed) } : {})}
              placeholder={t('palette.field')}
              value={query}
              autoComplete="off"
              spellCheck={false}
              maxLength={100}
              onChange={(event) => {
                setQuery(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              className="h-13 min-w-0 flex-1 bg-transparent text-base outline-none"
            />
          </div>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={t('palette.title')}
            className="min-h-0 overflow-y-auto p-1.5"
          >
            {rows.map(({ name, group, title, key }, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and moves the options by its own keys.
              <div
                key={name}
                id={optionId(index)}
                role="option"
                tabIndex={-1}
                aria-selected={index === pointed}
                onMouseDown={(event) => event.preventDefault()}
                onMouseMove={() => setAt(index)}
                onClick={() => choose(name)}
                className={classes(
                  'flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2 text-sm',
                  index === pointed && 'bg-accent-soft',
                )}
              >
                <span className="min-w-0 flex-1 truncate">{title}</span>
                <span className="shrink-0 text-xs text-soft max-sm:hidden">
                  {t(`palette.group.${group}`)}
                </span>
                {key ? <Key>{key.label}</Key> : null}
              </div>
            ))}
          </div>
          <p role="status" className={classes('px-4 text-soft', rows.length === 0 && 'pb-4')}>
            {rows.length === 0 ? t('palette.nothing') : null}
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
