// One conversation: its header, its log, the composer, and the details beside it.

import { Failure } from '@switchboard/shared/errors.ts';
import type { ConversationSummary, StateForAgents } from '@switchboard/shared/wire.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { MessageCircleX } from 'lucide-react';
import { Suspense, useRef, useState } from 'react';
import { api } from '../app/api.ts';
import { failureText } from '../app/failures.ts';
import { useLive } from '../app/live-context.tsx';
import { useRunningCall } from '../app/use-calls.ts';
import { useCell } from '../app/use-cell.ts';
import { useWords } from '../app/words.ts';
import { ConversationCall, LiveLines } from '../calls/lazy.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useActions } from './actions.ts';
import { useClosing, useLogFocus } from './next-waiting.ts';
import { Composer, type ComposerHandle, takeBack } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { Details, DetailsDialog } from './details.tsx';
import { MoreMenu, useMoreActs } from './more-acts.tsx';
import { ModeMenu } from './mode-menu.tsx';
import { SupervisedReply } from './supervised-reply.tsx';
import { Timeline } from './timeline.tsx';
import { useConversationActs } from './use-conversation-acts.ts';
import { useReading, useRoom, useViewing } from './use-room.ts';
import { useSupervised } from './use-supervised.ts';
import { useSupervising } from './use-supervising.ts';
import { useTaking } from './use-taking.tsx';
import { visitorName } from './visitor-name.ts';

export function ConversationPage() {
  const words = useWords();
  const { id } = useParams({ from: '/shell/inbox/$id' });
  const live = useLive();
  const { data, error } = useQuery({
    queryKey: ['conversation', id],
    queryFn: () => api.conversation(id),
    initialData: () => live.inbox.find(id) ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data) return <Conversation key={id} conversation={data} />;
  if (!error) return <Loading text={words.t('conversation.loading')} />;
  return <Gone error={error} />;
}

/** Instead of a conversation that is not there, or no longer. */
function Gone({ error }: { error: unknown }) {
  const words = useWords();
  return (
    <div className="grid h-full place-items-center">
      <Empty
        icon={MessageCircleX}
        title={words.t('conversation.gone')}
        text={failureText(error, words)}
      >
        <Link to="/inbox" className="text-accent underline">
          {words.t('conversation.back')}
        </Link>
      </Empty>
    </div>
  );
}

function Conversation({ conversation }: { conversation: ConversationSummary }) {
  const { room, view } = useRoom(conversation.id);
  const [hasDetails, setDetails] = useState(false);
  const composer = useRef<ComposerHandle>(null);
  // The room hears of a change first; labels and priority come with the inbox.
  const state = newest(view?.state as StateForAgents | null | undefined, conversation.state);
  const actions = useClosing(useActions(room, state, visitorName(conversation)), conversation.id);
  const { take, question } = useTaking(actions, composer);
  const running = useRunningCall(conversation.id);
  const live = useLive();
  const desk = useCell(live.desk.state);
  const isJoined = desk.kind !== 'none' && desk.place.session_id === conversation.id;
  const reply = useSupervised(room, view, state);
  const supervising = useSupervising({ room, reply, composer, takeOver: actions.takeOver });
  useReading(room, view);
  useViewing(conversation.id);
  useLogFocus(conversation.id, view);
  const current = { ...conversation, state };
  const more = useMoreActs(current);
  useConversationActs({
    conversation: current,
    room,
    actions,
    composer,
    onTake: take,
    onTakeBack: () => takeBack(live, conversation.id),
    onDetails: () => setDetails(true),
  });
  if (view?.phase === 'refused')
    return <Gone error={new Failure(view.refusal ?? 'internal', '')} />;
  return (
    <div className="flex h-full">
      <section className="flex h-full min-w-0 flex-1 flex-col">
        <ConversationHeader
          conversation={current}
          members={view?.members ?? []}
          actions={actions}
          mode={<ModeMenu channel_id={current.channel_id} room={room} state={state} />}
          more={<MoreMenu acts={more.acts} />}
          onTake={take}
          onDetails={() => setDetails(true)}
        />
        {running || isJoined ? (
          <Suspense fallback={null}>
            <ConversationCall conversation={current} running={running} view={view} />
          </Suspense>
        ) : null}
        <Timeline
          conversation={current}
          room={room}
          view={view}
          reply={reply}
          isCalling={running !== null}
        >
          {isJoined && desk.kind === 'open' && room ? (
            <Suspense fallback={null}>
              <LiveLines call={desk.call} room={room} visitor={current.visitor} />
            </Suspense>
          ) : null}
        </Timeline>
        {reply && state.status !== 'closed' ? (
          <SupervisedReply conversation={current} reply={reply} supervising={supervising} />
        ) : null}
        <Composer
          ref={composer}
          conversation={current}
          room={room}
          actions={actions}
          onTake={take}
        />
      </section>
      <aside className="hidden h-full w-[300px] shrink-0 overflow-y-auto border-l border-line bg-surface xl:block">
        <Details conversation={current} actions={actions} />
      </aside>
      {hasDetails ? (
        <DetailsDialog conversation={current} actions={actions} onClose={() => setDetails(false)} />
      ) : null}
      {question}
      {more.dialog}
    </div>
  );
}

function newest(room: StateForAgents | null | undefined, inbox: StateForAgents): StateForAgents {
  if (!room) return inbox;
  if (room.takeover !== inbox.takeover) return room.takeover > inbox.takeover ? room : inbox;
  return room.updated_at > inbox.updated_at ? room : inbox;
}
