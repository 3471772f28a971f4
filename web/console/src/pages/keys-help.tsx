// What the keys do, as the table of acts has them.

import { ACTS, type ActId, actOf, OTHER_KEYS } from '../acts/act-table.ts';
import { singleKeys } from '../app/settings.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords, type WordKey } from '../app/words.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Key } from '../ui/key.tsx';

const KEYS: readonly (readonly [keys: readonly string[], word: WordKey])[] = [
  ...(Object.keys(ACTS) as ActId[]).flatMap((id) => {
    const { word, key } = actOf(id);
    return key ? ([[[key.label], word]] as const) : [];
  }),
  ...OTHER_KEYS,
];

export function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const isOn = useCell(singleKeys);
  return (
    <Dialog title={t('keys.title')} text={t(isOn ? 'keys.where' : 'keys.off')} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2">
        {KEYS.map(([keys, word]) => (
          <div key={word} className="contents">
            <dt className="flex gap-1.5">
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd className="text-soft">{t(word)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
