import { describe, expect, it } from 'vitest';
import { Pin } from './hold-place.ts';

const NEAR_PX = 80;
const CLIENT_PX = 353;

/** A log that a browser keeps within its bounds. */
class Log {
  clientHeight = CLIENT_PX;
  #top_px = 0;
  #height_px = 0;

  get scrollTop(): number {
    return this.#top_px;
  }
  set scrollTop(topPx: number) {
    this.#top_px = Math.max(0, Math.min(topPx, this.#height_px - CLIENT_PX));
  }
  get scrollHeight(): number {
    return this.#height_px;
  }
  /** Rows grow or shrink. */
  become(heightPx: number): void {
    this.#height_px = heightPx;
    this.scrollTop = this.#top_px;
  }
  get element(): HTMLElement {
    return this as unknown as HTMLElement;
  }
}

function atBottom(heightPx: number) {
  const log = new Log();
  const pin = new Pin();
  log.become(heightPx);
  pin.toBottom(log.element);
  pin.look(log.element, NEAR_PX);
  return { log, pin };
}

describe('a log that follows the newest', () => {
  it('goes on following when rows shrank and grew before the news of it came', () => {
    const { log, pin } = atBottom(506);

    log.become(486);
    pin.toBottom(log.element);
    log.become(578);
    pin.look(log.element, NEAR_PX);

    expect(pin.isPinned).toBe(true);
  });

  it('lets go of a reader who goes up, and has them again at the newest', () => {
    const { log, pin } = atBottom(900);

    log.scrollTop -= 200;
    pin.look(log.element, NEAR_PX);
    expect(pin.isPinned).toBe(false);

    log.scrollTop += 200;
    pin.look(log.element, NEAR_PX);
    expect(pin.isPinned).toBe(true);
  });

  it('does not take rows that grow below for a reader who goes up', () => {
    const { log, pin } = atBottom(500);

    log.become(900);
    pin.look(log.element, NEAR_PX);

    expect(pin.isPinned).toBe(true);
  });
});
