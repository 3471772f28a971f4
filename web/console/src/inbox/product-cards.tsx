// Products that an agent or the assistant shows the visitor: picture, title, price, and where to find them.

import { addressOf } from '@switchboard/shared/browser/address-of.ts';
import { serverUrl } from '@switchboard/shared/browser/server-path.ts';
import { type Card, cardsOf } from '@switchboard/shared/cards.ts';
import type { Entry } from '@switchboard/shared/wire.ts';
import { useState } from 'react';
import { useWords } from '../app/words.ts';

export function ProductCards({ entry }: { entry: Entry }) {
  const { t } = useWords();
  const cards = entry.role === 'visitor' ? [] : cardsOf(entry.metadata.cards);
  if (cards.length === 0) return null;
  return (
    <ul
      aria-label={t('cards.label')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="flex max-w-[min(80%,640px)] gap-2 overflow-x-auto overscroll-x-contain pb-1.5"
    >
      {cards.map((card, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message's cards never change their order.
        <Product key={at} card={card} />
      ))}
    </ul>
  );
}

function Product({ card }: { card: Card }) {
  const { t } = useWords();
  const { title, text, price, button } = card;
  const [hasFailed, setFailed] = useState(false);
  const url = addressOf(card.url, serverUrl());
  const picture = addressOf(card.picture, serverUrl());
  const isShown = picture !== null && !hasFailed && new URL(picture).host === location.host;
  return (
    <li className="flex w-52 shrink-0 flex-col overflow-hidden rounded-xl border border-line bg-surface text-start">
      {isShown ? (
        <img
          src={picture}
          alt=""
          loading="lazy"
          className="aspect-[16/10] w-full bg-raised object-cover"
          onError={() => setFailed(true)}
        />
      ) : null}
      <div className="flex flex-1 flex-col items-start gap-1 px-3 py-2.5 text-sm [overflow-wrap:anywhere]">
        <strong dir="auto" className="line-clamp-3 w-full font-semibold">
          {title}
        </strong>
        {text ? (
          <p dir="auto" className="line-clamp-3 w-full text-[13px] text-soft">
            {text}
          </p>
        ) : null}
        {price ? (
          <p dir="auto" className="line-clamp-3 w-full font-semibold">
            {price}
          </p>
        ) : null}
        {/* Asking another host for a picture would tell it who reads this. */}
        {picture && !isShown ? <Away href={picture}>{t('cards.picture')}</Away> : null}
        {url ? <Away href={url}>{button ?? t('cards.open')}</Away> : null}
      </div>
    </li>
  );
}

function Away({ href, children }: { href: string; children: string }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      dir="auto"
      className="mt-1 flex max-w-full flex-wrap gap-x-1.5 rounded-2xl border border-line px-3 py-1 text-[13px] font-semibold text-accent hover:bg-raised"
    >
      {children}
      <small className="self-center font-normal text-soft">{new URL(href).host}</small>
    </a>
  );
}
