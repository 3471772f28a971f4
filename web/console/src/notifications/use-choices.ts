// What the agent chose, as the page shows and stores it: shown at once, stored one after the other.

import type { NotificationChoices } from '@switchboard/shared/wire.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { deskApi } from '../app/desk-api.ts';
import { toastFailure } from '../app/failures.ts';
import { useWords } from '../app/words.ts';
import { inZone } from './choices.ts';

export const CHOICES_KEY = ['notification-choices'] as const;

export type Choose = (change: (before: NotificationChoices) => NotificationChoices) => void;

/** `stored` is what the server has. Changes are those of the newest choices, however quickly they follow. */
export function useChoices(
  stored: NotificationChoices,
  zone: string,
): [NotificationChoices, Choose] {
  const words = useWords();
  const queries = useQueryClient();
  const [shown, setShown] = useState(stored);
  const latest = useRef(stored);
  const saved = useRef(Promise.resolve());
  const unsavedCount = useRef(0);
  useEffect(() => {
    // What was chosen since is newer than what the server had then.
    if (unsavedCount.current > 0) return;
    latest.current = stored;
    setShown(stored);
  }, [stored]);
  const choose: Choose = (change) => {
    const chosen = inZone(latest.current, change(latest.current), zone);
    latest.current = chosen;
    setShown(chosen);
    unsavedCount.current += 1;
    saved.current = saved.current.then(() =>
      deskApi.chooseNotifications(chosen).then(
        () => {
          unsavedCount.current -= 1;
          if (latest.current === chosen) queries.setQueryData(CHOICES_KEY, chosen);
        },
        async (error: unknown) => {
          unsavedCount.current -= 1;
          toastFailure(words)(error);
          await queries.invalidateQueries({ queryKey: CHOICES_KEY });
          // The same as before is no change to show.
          const known = queries.getQueryData<NotificationChoices>(CHOICES_KEY);
          if (known) {
            latest.current = known;
            setShown(known);
          }
        },
      ),
    );
  };
  return [shown, choose];
}
