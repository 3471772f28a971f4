// Every act of the console: its words, its place in the command palette, and its key.

import type { WordKey } from '../app/words.ts';
import { type ActKey, chord, PALETTE_KEY, PICK_ALL_KEY, SEARCH_KEY, single } from './act-keys.ts';

export type ActGroup = 'conversation' | 'reply' | 'desk' | 'go' | 'mine';

interface Act {
  group: ActGroup;
  word: WordKey;
  key?: ActKey;
}

export const GROUPS: readonly ActGroup[] = ['reply', 'conversation', 'desk', 'go', 'mine'];

export const ACTS = {
  takeover: { group: 'conversation', word: 'act.takeover', key: single('T') },
  message: { group: 'conversation', word: 'act.message', key: single('R') },
  note: { group: 'conversation', word: 'act.note', key: single('N') },
  sendAndClose: { group: 'conversation', word: 'act.sendAndClose', key: chord('Enter') },
  close: { group: 'conversation', word: 'act.close', key: chord('E') },
  releaseAssistant: { group: 'conversation', word: 'act.release.assistant' },
  releaseWaiting: { group: 'conversation', word: 'act.release.waiting' },
  assign: { group: 'conversation', word: 'act.assign' },
  handOver: { group: 'conversation', word: 'act.handOver' },
  follow: { group: 'conversation', word: 'act.follow', key: single('F') },
  unfollow: { group: 'conversation', word: 'act.unfollow' },
  unassign: { group: 'conversation', word: 'act.unassign' },
  priority: { group: 'conversation', word: 'act.priority' },
  labelAdd: { group: 'conversation', word: 'act.label.add' },
  labelRemove: { group: 'conversation', word: 'act.label.remove' },
  replyMode: { group: 'conversation', word: 'act.replyMode' },
  transcriptFile: { group: 'conversation', word: 'act.transcript.file' },
  transcriptMail: { group: 'conversation', word: 'act.transcript.mail' },
  block: { group: 'conversation', word: 'act.block' },
  unblock: { group: 'conversation', word: 'act.unblock' },
  merge: { group: 'conversation', word: 'act.merge' },
  visitorExport: { group: 'conversation', word: 'act.visitor.export' },
  visitorErase: { group: 'conversation', word: 'act.visitor.erase' },
  reopen: { group: 'conversation', word: 'act.reopen' },
  details: { group: 'conversation', word: 'act.details' },
  replySend: { group: 'reply', word: 'act.reply.send', key: single('Y') },
  replyHold: { group: 'reply', word: 'act.reply.hold', key: single('H') },
  replyEdit: { group: 'reply', word: 'act.reply.edit', key: single('E') },
  replyDraft: { group: 'reply', word: 'act.reply.draft', key: single('D') },
  replyStop: { group: 'reply', word: 'act.reply.stop', key: single('Del', 'delete') },
  pick: { group: 'desk', word: 'act.pick', key: single('X') },
  pickAll: { group: 'desk', word: 'act.pick.all', key: PICK_ALL_KEY },
  pickNone: { group: 'desk', word: 'act.pick.none', key: single('Esc', 'escape') },
  bulkClose: { group: 'desk', word: 'act.bulk.close' },
  bulkLabel: { group: 'desk', word: 'act.bulk.label' },
  bulkAssign: { group: 'desk', word: 'act.bulk.assign' },
  nextWaiting: { group: 'desk', word: 'act.nextWaiting', key: single('W') },
  undo: { group: 'desk', word: 'act.undo', key: single('Z') },
  palette: { group: 'desk', word: 'act.palette', key: PALETTE_KEY },
  search: { group: 'desk', word: 'act.search', key: SEARCH_KEY },
  refresh: { group: 'desk', word: 'act.refresh' },
  help: { group: 'desk', word: 'act.help', key: single('?') },
  goView: { group: 'go', word: 'act.go.view' },
  goSaved: { group: 'go', word: 'act.go.saved' },
  goPage: { group: 'go', word: 'act.go.page' },
  goAssistant: { group: 'go', word: 'act.go.assistant' },
  presence: { group: 'mine', word: 'act.presence' },
  theme: { group: 'mine', word: 'act.theme' },
  language: { group: 'mine', word: 'act.language' },
  switchOn: { group: 'mine', word: 'act.switch.on' },
  switchOff: { group: 'mine', word: 'act.switch.off' },
  signOut: { group: 'mine', word: 'act.signOut' },
} as const satisfies Readonly<Record<string, Act>>;

export type ActId = keyof typeof ACTS;

export function actOf(id: ActId): Act {
  return ACTS[id];
}

/** Keys that are no acts: they move, pick, or belong to a call. */
export const OTHER_KEYS: readonly (readonly [keys: readonly string[], word: WordKey])[] = [
  [['J', 'K'], 'keys.move'],
  [['Enter'], 'keys.open'],
  [['/'], 'keys.canned'],
  [['@'], 'keys.mention'],
  [[':'], 'keys.emoji'],
  [['Ctrl+Z', 'Esc'], 'keys.takeBack'],
  [['L'], 'keys.call.listen'],
  [['V'], 'keys.call.take'],
  [['U', 'H'], 'keys.call.mine'],
  [['W', 'S'], 'keys.call.tell'],
  [['Z'], 'keys.call.takeBack'],
  [['Ctrl+Shift+G'], 'keys.call.giveBack'],
  [['Ctrl+Shift+X'], 'keys.call.end'],
  [['Esc'], 'keys.leave'],
];
