// How visitors rated conversations and single answers, over all time.

import { useQuery } from '@tanstack/react-query';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { adminApi } from '../../app/admin-api.ts';
import { useWords } from '../../app/words.ts';
import { Failed, Loading } from '../../ui/states.tsx';
import { Card } from '../admin-page.tsx';

const SCORES = ['5', '4', '3', '2', '1'] as const;

export function Ratings() {
  const { t, locale } = useWords();
  const { data, error, refetch } = useQuery({ queryKey: ['ratings'], queryFn: adminApi.ratings });
  if (error) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const { conversations, messages } = data;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Card>
        <section aria-labelledby="ratings-conversations" className="flex flex-col gap-4 p-4 md:p-5">
          <h2 id="ratings-conversations" className="font-semibold">
            {t('ratings.conversations')}
          </h2>
          {conversations.average === null ? (
            <p className="text-sm text-soft">{t('ratings.none')}</p>
          ) : (
            <>
              <p className="text-sm">
                <span className="text-2xl font-semibold tabular-nums">
                  {number.format(conversations.average)}
                </span>{' '}
                <span className="text-soft">{t('ratings.of', { count: conversations.count })}</span>
              </p>
              <dl className="flex flex-col gap-2 text-sm">
                {SCORES.map((score) => {
                  const count = conversations.by_score[score] ?? 0;
                  return (
                    <div
                      key={score}
                      className="grid grid-cols-[1.5rem_1fr_3rem] items-center gap-3"
                    >
                      <dt className="tabular-nums text-soft">{score}</dt>
                      <dd className="contents">
                        <span
                          className="h-1.5 overflow-hidden rounded-full bg-raised"
                          aria-hidden="true"
                        >
                          <span
                            className="block h-full rounded-full bg-accent"
                            style={{ width: `${(count / conversations.count) * 100}%` }}
                          />
                        </span>
                        <span className="text-right tabular-nums">{number.format(count)}</span>
                      </dd>
                    </div>
                  );
                })}
              </dl>
            </>
          )}
        </section>
      </Card>
      <Card>
        <section aria-labelledby="ratings-answers" className="flex flex-col gap-4 p-4 md:p-5">
          <h2 id="ratings-answers" className="font-semibold">
            {t('ratings.answers')}
          </h2>
          <dl className="flex flex-col gap-2 text-sm">
            <div className="flex items-center gap-2">
              <ThumbsUp size={16} aria-hidden="true" />
              <dt className="flex-1 text-soft">{t('ratings.helpful')}</dt>
              <dd className="font-semibold tabular-nums">{number.format(messages.up)}</dd>
            </div>
            <div className="flex items-center gap-2">
              <ThumbsDown size={16} aria-hidden="true" />
              <dt className="flex-1 text-soft">{t('ratings.notHelpful')}</dt>
              <dd className="font-semibold tabular-nums">{number.format(messages.down)}</dd>
            </div>
          </dl>
        </section>
      </Card>
    </div>
  );
}
