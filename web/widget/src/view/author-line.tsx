// Whose words follow; the assistant's are marked as a machine's.

import type { VNode } from 'preact';
import type { Words } from '../words.ts';

interface AuthorLineProps {
  name: string;
  isAssistant: boolean;
  face?: VNode | null;
  words: Words;
}

export function AuthorLine({ name, isAssistant, face, words }: AuthorLineProps) {
  return (
    <p class="author">
      {face}
      {name}
      {isAssistant ? (
        <abbr class="ai" title={words.t('log.ai')}>
          {words.t('log.ai.short')}
        </abbr>
      ) : null}
    </p>
  );
}
