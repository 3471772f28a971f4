// Where a call is drawn: until its own part is loaded, one line stands for it.

import type { Calling, CallingState } from '../calling.ts';
import type { Words } from '../words.ts';

interface PlaceProps {
  calling: Calling;
  state: CallingState;
  words: Words;
}

export function CallPlace({ calling, state, words }: PlaceProps) {
  switch (state.kind) {
    case 'none':
      return null;
    case 'loading':
      return (
        <p class="banner" role="status">
          {words.t('call.loading')}
        </p>
      );
    case 'not loaded':
      return (
        <p class="banner" role="alert">
          {words.t('call.notLoaded')}
          <button type="button" class="link" onClick={() => calling.start()}>
            {words.t('failed.retry')}
          </button>
        </p>
      );
    case 'left':
      return (
        <p class="banner" role="status">
          {words.t('call.left')}
          <button type="button" class="link" onClick={() => calling.start()}>
            {words.t('call.rejoin')}
          </button>
          <button type="button" class="link" onClick={() => calling.hangUpLeft()}>
            {words.t('call.hangUp')}
          </button>
        </p>
      );
    case 'open': {
      const { Bar } = state.call;
      return <Bar words={words} />;
    }
  }
}
