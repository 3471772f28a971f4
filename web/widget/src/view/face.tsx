// Who speaks, as a round picture: theirs, or the beginnings of their name.

import { useState } from 'preact/hooks';

export function Face({ name, picture }: { name: string; picture: string | null }) {
  const [hasFailed, setFailed] = useState(false);
  return (
    <span class="avatar" aria-hidden="true">
      {picture && !hasFailed ? (
        <img src={picture} alt="" onError={() => setFailed(true)} />
      ) : (
        initials(name)
      )}
    </span>
  );
}

function initials(name: string): string {
  const parts = name.trim().split(' ');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ''].map(
    (part) => [...(part ?? '')][0] ?? '',
  );
  return letters.join('').toUpperCase();
}
