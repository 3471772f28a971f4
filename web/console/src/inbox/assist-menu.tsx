// What the assistant does for the agent's own reply: drafts it, and puts it in other words. Nothing is sent by itself.

import type { KnowledgePassage } from '@switchboard/shared/wire.ts';
import { Languages, LoaderCircle, Scissors, Smile, Sparkles } from 'lucide-react';
import { useRef, useState } from 'react';
import { api } from '../app/api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';

type Style = 'shorter' | 'friendlier' | 'translate';

const STYLES = [
  ['shorter', Scissors],
  ['friendlier', Smile],
  ['translate', Languages],
] as const;

/** Words that the agent may put into the field. */
interface Offer {
  id: string;
  title: string;
  text: string;
  /** It stands for the whole field; otherwise it goes behind what is there. */
  isWhole: boolean;
}

function offerOf({ id, question, title, text }: KnowledgePassage): Offer {
  return { id, title: question ?? title, text, isWhole: false };
}

interface AssistMenuProps {
  session_id: string;
  text: string;
  /** Puts words into the field; whoever wrote them reads them there. */
  onText: (text: string) => void;
}

export function AssistMenu({ session_id, text, onText }: AssistMenuProps) {
  const words = useWords();
  const { t } = words;
  const [isBusy, setBusy] = useState(false);
  const [offers, setOffers] = useState<readonly Offer[]>([]);
  /** What stood in the field before words were put into it. */
  const [before, setBefore] = useState<string | null>(null);
  const latest = useRef(text);
  latest.current = text;
  const put = (next: string) => {
    setBefore(latest.current);
    setOffers([]);
    onText(next);
  };
  /** Nothing that was written meanwhile is written over: then it is offered. */
  const take = (result: string, asked: string, title: string) => {
    if (latest.current === asked) put(result);
    else setOffers([{ id: 'result', title, text: result, isWhole: true }]);
  };
  const run = (asked: Promise<void>) => {
    setBusy(true);
    asked.catch(toastFailure(words)).finally(() => setBusy(false));
  };
  const suggest = () =>
    run(
      api.suggest(session_id).then((suggestion) => {
        if (suggestion.text) take(suggestion.text, '', t('assist.suggested'));
        else setOffers(suggestion.passages.map(offerOf));
      }),
    );
  const rewrite = (style: Style) =>
    run(
      api
        .rewrite(session_id, { text, style })
        .then((answer) => take(answer.text, text, t('assist.result'))),
    );
  const trigger = (
    <Button isSmall disabled={isBusy} aria-busy={isBusy}>
      {isBusy ? (
        <LoaderCircle size={15} className="animate-spin" aria-hidden="true" />
      ) : (
        <Sparkles size={15} aria-hidden="true" />
      )}
      {t('assist.label')}
    </Button>
  );
  return (
    <>
      <Menu trigger={trigger} align="start" side="top">
        <MenuItem onSelect={suggest}>
          <Sparkles size={16} aria-hidden="true" />
          {t('assist.suggest')}
        </MenuItem>
        <MenuLine />
        {STYLES.map(([style, Icon]) => (
          <MenuItem key={style} isDisabled={text.trim() === ''} onSelect={() => rewrite(style)}>
            <Icon size={16} aria-hidden="true" />
            {t(`assist.${style}`)}
          </MenuItem>
        ))}
      </Menu>
      {before === null ? null : (
        <Button
          isSmall
          kind="plain"
          onClick={() => {
            onText(before);
            setBefore(null);
          }}
        >
          {t('assist.undo')}
        </Button>
      )}
      {offers.length > 0 ? (
        <ul aria-label={t('assist.passages')} className="flex w-full flex-col gap-1.5">
          {offers.map((it) => (
            <li key={it.id}>
              <button
                type="button"
                onClick={() => put(it.isWhole || text === '' ? it.text : `${text}\n${it.text}`)}
                className="w-full rounded-lg border border-line bg-surface px-3 py-2 text-left text-sm hover:bg-raised"
              >
                <span className="block text-xs font-semibold text-soft">{it.title}</span>
                <span className="line-clamp-2" dir="auto">
                  {it.text}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
