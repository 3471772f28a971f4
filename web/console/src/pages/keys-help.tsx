// What the keys do.

import { singleKeys } from '../app/settings.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords, type WordKey } from '../app/words.ts';
import { Dialog } from '../ui/dialog.tsx';

const KEYS: readonly (readonly [keys: readonly string[], word: WordKey])[] = [
  [['J', 'K'], 'keys.move'],
  [['Enter'], 'keys.open'],
  [['T'], 'keys.takeover'],
  [['R'], 'keys.message'],
  [['N'], 'keys.note'],
  [['Ctrl+Shift+E'], 'keys.close'],
  [['Z'], 'keys.undo'],
  [['L'], 'keys.call.listen'],
  [['V'], 'keys.call.take'],
  [['U', 'H'], 'keys.call.mine'],
  [['W', 'S'], 'keys.call.tell'],
  [['Ctrl+Shift+G'], 'keys.call.giveBack'],
  [['Ctrl+Shift+X'], 'keys.call.end'],
  [['/'], 'keys.search'],
  [['Esc'], 'keys.leave'],
  [['?'], 'keys.help'],
];

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const isOn = useCell(singleKeys);
  return (
    <Dialog title={t('keys.title')} text={t(isOn ? 'keys.where' : 'keys.off')} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5">
        {KEYS.map(([keys, word]) => (
          <div key={word} className="contents">
            <dt className="flex gap-1.5">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-7 rounded-md border border-line bg-raised px-2 py-0.5 text-center text-sm"
                >
                  {key}
                </kbd>
              ))}
            </dt>
            <dd className="text-soft">{t(word)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
