// The face of a colleague, by what is known of them.

import type { User } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { pictureUrl } from '../app/member-picture.ts';
import { Avatar } from '../ui/avatar.tsx';
import { membersQuery } from './editors.tsx';

/** Faces seldom change. */
const FRESH_MS = 5 * 60_000;

export function MemberAvatar({ user, isSmall }: { user: User; isSmall?: boolean }) {
  const { data } = useQuery({ ...membersQuery, staleTime: FRESH_MS });
  const member = data?.items.find((it) => it.id === user.id);
  return (
    <Avatar
      id={user.id}
      name={user.name}
      picture={member ? pictureUrl(member) : null}
      {...(isSmall ? { isSmall } : {})}
    />
  );
}
