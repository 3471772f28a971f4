// Whose words follow; the assistant's are marked as a machine's.

import type { Words } from '../words.ts';

interface AuthorLineProps {
  name: string;
  isAssistant: boolean;
  words: Words;
}

export function AuthorLine({ name, isAssistant, words }: AuthorLineProps) {
  return (
    <p class="author">
      {name}
      {isAssistant ? (
        <abbr class="ai" title={words.t('log.ai')}>
          {words.t('log.ai.short')}
        </abbr>
      ) : null}
    </p>
  );
}
