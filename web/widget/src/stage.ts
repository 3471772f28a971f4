// What every view of the chat works with, made once for the page.

import type { Cell } from '@switchboard/shared/cell.ts';
import type { Calling } from './calling.ts';
import type { Chat } from './chat/chat.ts';
import type { Frame } from './frame.ts';
import type { Options } from './options.ts';
import type { PageMemory } from './page-memory.ts';
import type { Parts } from './parts.ts';
import type { Words } from './words.ts';

/** The loader's frame, and what the app keeps of the page and of the tab. */
export interface Place extends Frame {
  options: Options;
  memory: PageMemory;
}

export interface Stage extends Place {
  chat: Chat;
  calling: Calling;
  parts: Parts;
  words: Cell<Words>;
  isOpen: Cell<boolean>;
}
