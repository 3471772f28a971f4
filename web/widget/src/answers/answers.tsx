// What messages have beside their words: how answers grow, where they come from, what one may pick, and a copy.

import css from './answers.css?inline';

export { CopyButton } from './copy-button.tsx';
export { ReplyRow } from './reply-row.tsx';
export { Under } from './under.tsx';
export { Votes } from './votes.tsx';
export { css };
