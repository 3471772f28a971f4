// Products that the assistant or an agent shows: picture, title, price, and where to find them.

import type { Entry } from '@switchboard/shared/wire.ts';
import { useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { addressOf } from '@switchboard/shared/browser/address-of.ts';
import type { Words } from '../words.ts';
import { type Card, cardsOf } from '@switchboard/shared/cards.ts';

interface CardsProps {
  entry: Entry;
  stage: Stage;
  words: Words;
}

export function Cards({ entry, stage, words }: CardsProps) {
  const cards = cardsOf(entry.metadata.cards);
  if (cards.length === 0) return null;
  return (
    <ul
      class="cards"
      aria-label={words.t('cards.label')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      {cards.map((card, at) => (
        <Product key={at} card={card} stage={stage} words={words} />
      ))}
    </ul>
  );
}

function Product({ card, stage, words }: { card: Card; stage: Stage; words: Words }) {
  const { title, text, price, button } = card;
  const [hasFailed, setFailed] = useState(false);
  const url = addressOf(card.url, stage.hub_url);
  const picture = addressOf(card.picture, stage.hub_url);
  const isShown = picture !== null && !hasFailed && isNear(picture, stage.hub_url);
  return (
    <li class="card">
      {isShown ? <img src={picture} alt="" loading="lazy" onError={() => setFailed(true)} /> : null}
      <div class="card-words">
        <strong dir="auto">{title}</strong>
        {text ? <p dir="auto">{text}</p> : null}
        {price ? (
          <p class="price" dir="auto">
            {price}
          </p>
        ) : null}
        {/* Asking another host for a picture would tell it who reads this. */}
        {picture && !isShown ? <Away href={picture}>{words.t('cards.picture')}</Away> : null}
        {url ? <Away href={url}>{button ?? words.t('cards.open')}</Away> : null}
      </div>
    </li>
  );
}

function Away({ href, children }: { href: string; children: string }) {
  return (
    <a class="chip" href={href} target="_blank" rel="noopener noreferrer" dir="auto">
      {children}
      <small>{new URL(href).host}</small>
    </a>
  );
}

/** On the page's own host, or the hub's. */
function isNear(address: string, hubUrl: string): boolean {
  return [location.host, new URL(hubUrl).host].includes(new URL(address).host);
}
