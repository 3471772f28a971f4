// Who speaks, as a round picture: theirs, or the beginnings of their name.

import { useState } from 'preact/hooks';
import type { Frame } from '../frame.ts';

export function Face({ name, picture }: { name: string; picture: string | null }) {
  const [loaded, setLoaded] = useState<string | null>(null);
  const isHere = picture !== null && loaded === picture;
  return (
    <span class="avatar" aria-hidden="true">
      {isHere ? null : initials(name)}
      {picture ? (
        <img src={picture} alt="" hidden={!isHere} onLoad={() => setLoaded(picture)} />
      ) : null}
    </span>
  );
}

/** Of an agent, as they have it; those without a picture have their initials. */
export function AgentFace({ stage, agent }: { stage: Frame; agent: { id: string; name: string } }) {
  const { hub_url, key } = stage;
  const picture = `${hub_url}/api/v1/widget/members/${agent.id}/picture?channel_key=${key}`;
  return <Face name={agent.name} picture={picture} />;
}

function initials(name: string): string {
  const parts = name.trim().split(' ');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ''].map(
    (part) => [...(part ?? '')][0] ?? '',
  );
  return letters.join('').toUpperCase();
}
