// The picture or short film of the welcome card.

import { useState } from 'preact/hooks';
import type { Stage } from '../stage.ts';
import { addressOf } from '@switchboard/shared/browser/address-of.ts';
import { useCell } from '../view/use-cell.ts';
import css from './media.css?inline';

export { css };

/** The channel's picture or short film; gone where the page's policy does not let it in. */
export function Media({ stage }: { stage: Stage }) {
  const { channel } = useCell(stage.chat.state);
  const [hasFailed, setFailed] = useState(false);
  const { video, picture } = channel?.welcome ?? {};
  const src = addressOf(video ?? picture, stage.hub_url);
  if (!src || hasFailed) return null;
  const props = { src, class: 'moving', onError: () => setFailed(true) };
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return video ? (
    // Without sound there is nothing to be written under it.
    <video
      {...props}
      muted
      loop
      playsInline
      autoPlay={!isStill}
      controls={isStill}
      aria-hidden={!isStill}
      aria-label={isStill ? channel?.name : undefined}
    />
  ) : (
    <img {...props} alt="" />
  );
}
