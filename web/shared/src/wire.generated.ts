// Generated from src/wire by `make wire-types`; a test fails when it differs. Do not edit.

/** Why a request was refused. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'second_step_required'
  | 'forbidden'
  | 'two_step_required'
  | 'fresh_sign_in_required'
  | 'not_found'
  | 'too_large'
  | 'rate_limited'
  | 'usage_limit_exceeded'
  | 'already_taken'
  | 'not_holder'
  | 'conversation_closed'
  | 'handoff_disabled'
  | 'conflict'
  | 'unavailable'
  | 'provider_error'
  | 'draining'
  | 'internal';

export type Empty = Record<symbol, never>;

export type WireError = { 
/**
 * A stable code; see PROTOCOL.md.
 */
code: ErrorCode, 
/**
 * For people.
 */
message: string, 
/**
 * Whether the same request may succeed later.
 */
retry: boolean, 
/**
 * When to try again, where that is known.
 */
retry_after_ms?: number, 
/**
 * Who holds the conversation, for `already_taken` and `not_holder`.
 */
holder?: User | null, 
/**
 * Why it is forbidden, where there is more to say.
 */
reason?: string, 
/**
 * More about it, for programs.
 */
details?: Record<string, unknown>, 
/**
 * The event that failed, where it asked for no ack.
 */
ref?: string, 
/**
 * The close code that follows, on transports without close codes.
 */
close?: number, };

export type User = { 
/**
 * Their id.
 */
id: string, 
/**
 * `visitor`, `agent`, `assistant`, `server` or `system`.
 */
kind: 'visitor' | 'agent' | 'assistant' | 'server' | 'system', 
/**
 * The name to show.
 */
name: string, };

export type Attachment = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name of the file.
 */
name: string, 
/**
 * Its media type.
 */
content_type: string, 
/**
 * Its size.
 */
bytes: number, 
/**
 * Width in pixels, of a picture.
 */
width?: number, 
/**
 * Height in pixels, of a picture.
 */
height?: number, };

export type Entry = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its conversation.
 */
session_id: string, 
/**
 * Its place.
 */
seq: number, 
/**
 * The place of the entry before it that this audience may see; the first has 0.
 */
prev: number, 
/**
 * `message`, `note` or `event`.
 */
kind: 'message' | 'note' | 'event', 
/**
 * The name of the event.
 */
event: 'handoff' | 'takeover' | 'release' | 'assigned' | 'closed' | 'call_started' | 'call_ended' | 'message_rated' | 'rated' | 'reply_pending' | 'reply_held' | 'reply_stopped' | 'mode' | 'snoozed' | null, 
/**
 * Whose words.
 */
role: 'visitor' | 'agent' | 'assistant' | 'system', 
/**
 * Who wrote or did it.
 */
author: User, 
/**
 * The words, exactly as sent.
 */
content: string, 
/**
 * Always `text` so far.
 */
content_type: string, 
/**
 * Files.
 */
attachments: Array<Attachment>, 
/**
 * The sender's own id of it.
 */
client_message_id: string | null, 
/**
 * The entry it answers.
 */
reply_to: string | null, 
/**
 * When it was committed.
 */
created_at: string, 
/**
 * The sender's metadata, or the facts of an event.
 */
metadata: Record<string, unknown>, };

export type Responder = { 
/**
 * `assistant`, `waiting` or `agent`.
 */
kind: 'assistant' | 'waiting' | 'agent', 
/**
 * The agent who answers.
 */
agent?: User, 
/**
 * Since when.
 */
since: string, };

export type Handoff = { 
/**
 * Why.
 */
reason: string, 
/**
 * Its ticket.
 */
ticket_id: string, 
/**
 * When.
 */
at: string, };

export type Insight = { 
/**
 * What they want, such as `question` or `complaint`.
 */
intent: string, 
/**
 * `positive`, `neutral` or `negative`.
 */
sentiment: 'positive' | 'neutral' | 'negative', 
/**
 * The language, as a two-letter code.
 */
language: string, };

export type Rating = { 
/**
 * 1 to 5.
 */
score: number, 
/**
 * Their words.
 */
comment: string | null, 
/**
 * When they said so.
 */
at: string, };

export type PendingReply = { 
/**
 * The id that its entry will have.
 */
message_id: string, 
/**
 * When it goes out by itself, where it does.
 */
sends_at: string | null, 
/**
 * The agent who holds it.
 */
held_by: User | null, };

export type StateForVisitors = { 
/**
 * `open`, `waiting`, `closed` or `snoozed`.
 */
status: 'open' | 'waiting' | 'closed' | 'snoozed', 
/**
 * Who answers.
 */
responder: Responder, 
/**
 * Rises at every change of responder and at the close.
 */
takeover: number, 
/**
 * The last `seq` of this audience.
 */
last_seq: number, 
/**
 * When it last changed.
 */
updated_at: string, };

export type StateForAgents = { 
/**
 * The agent it is assigned to.
 */
assignee: User | null, 
/**
 * `low`, `medium`, `high`, `urgent`, or nothing said.
 */
priority: 'low' | 'medium' | 'high' | 'urgent' | null, 
/**
 * Labels.
 */
labels: Array<string>, 
/**
 * The open request for a person.
 */
handoff: Handoff | null, 
/**
 * What the newest message of the visitor is about and how they feel.
 */
insight: Insight | null, 
/**
 * What the visitor says of it, once it is closed.
 */
rating: Rating | null, 
/**
 * Until when it is put aside.
 */
snoozed_until: string | null, 
/**
 * When the assistant's replies go out, where agents chose it for this conversation.
 */
mode: 'automatic' | 'hold' | 'approve' | null, 
/**
 * The reply that waits for agents.
 */
pending_reply: PendingReply | null, 
/**
 * `open`, `waiting`, `closed` or `snoozed`.
 */
status: 'open' | 'waiting' | 'closed' | 'snoozed', 
/**
 * Who answers.
 */
responder: Responder, 
/**
 * Rises at every change of responder and at the close.
 */
takeover: number, 
/**
 * The last `seq` of this audience.
 */
last_seq: number, 
/**
 * When it last changed.
 */
updated_at: string, };

export type State = StateForAgents | StateForVisitors;

export type Page = { 
/**
 * Its address.
 */
url: string | null, 
/**
 * Its title.
 */
title: string | null, 
/**
 * Where they came from.
 */
referrer: string | null, };

export type Visitor = { 
/**
 * Their id.
 */
id: string, 
/**
 * Always `visitor`.
 */
kind: 'visitor', 
/**
 * Their name; Guest-NNNN until known.
 */
name: string, 
/**
 * Their address, where they said it.
 */
email: string | null, 
/**
 * The site's own id of them.
 */
external_id: string | null, 
/**
 * Whether the site vouched for them.
 */
verified: boolean, 
/**
 * Whether it vouched for name and address too; otherwise these are claimed.
 */
profile_verified: boolean, 
/**
 * Their language.
 */
locale: string | null, 
/**
 * Where they are.
 */
page: Page | null, 
/**
 * Their telephone number, where they said it.
 */
phone: string | null, 
/**
 * What their page or a form said of them, by name; claimed, not proven.
 */
attributes: Record<string, string | number | boolean>, };

export type MainVisitor = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, };

export type LastMessage = { 
/**
 * Its place.
 */
seq: number, 
/**
 * Whose words.
 */
role: 'visitor' | 'agent' | 'assistant' | 'system', 
/**
 * Their beginning.
 */
preview: string, };

export type ConversationSummary = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its channel.
 */
channel_id: string, 
/**
 * Whose it is.
 */
visitor: Visitor, 
/**
 * Its state.
 */
state: StateForAgents, 
/**
 * The newest message.
 */
last_message: LastMessage | null, 
/**
 * Visitor messages that no agent has read.
 */
unread: number, 
/**
 * When it began.
 */
created_at: string, 
/**
 * Who stands for the person whom the visitor was merged into.
 */
merged_into: MainVisitor | null, 
/**
 * The closed conversation of the same visitor that it continues.
 */
previous_id: string | null, };

export type Limits = { 
/**
 * The largest frame.
 */
frame_bytes: number, 
/**
 * The longest message, in Unicode code points.
 */
message_chars: number, 
/**
 * Rooms of one connection.
 */
rooms: number, 
/**
 * Events in any three seconds.
 */
events_per_3s: number, 
/**
 * Entries of an exact resume.
 */
history_entries: number, };

export type HelloAck = { 
/**
 * This connection.
 */
connection_id: string, 
/**
 * Who the hub takes the client for.
 */
user: User, 
/**
 * Their org.
 */
org_id: string, 
/**
 * The hub's clock, RFC 3339: what comes with a moment is counted down by it.
 */
time: string, 
/**
 * How often the hub is heard from at least, in milliseconds.
 */
heartbeat_ms: number, 
/**
 * What to keep to.
 */
limits: Limits, 
/**
 * Name and version.
 */
server: string, };

export type JoinAck = { 
/**
 * Who is there, the caller included.
 */
members: Array<User>, 
/**
 * The state.
 */
state: State, };

export type StateAck = { 
/**
 * The state after it.
 */
state: State, };

export type RateAck = { 
/**
 * The committed entry; null where it was rated so already.
 */
entry: Entry | null, };

export type SendAck = { 
/**
 * The committed entry.
 */
entry: Entry, 
/**
 * Whether it had been committed before.
 */
duplicate: boolean, };

export type Session = { 
/**
 * Its id.
 */
id: string, 
/**
 * Identifies the stored history; changes only if the history was lost or restored from a backup.
 */
epoch: string, 
/**
 * Its state.
 */
state: State, 
/**
 * When it began.
 */
created_at: string, };

export type UserSession = { 
/**
 * The conversation.
 */
session: Session, 
/**
 * Up to and with this `seq` the visitor has read it.
 */
read: number, 
/**
 * What happened.
 */
reason: 'created' | 'message' | 'read' | 'closed', };

export type VisitorAck = { 
/**
 * The visitor after it.
 */
visitor: Visitor, };

export type History = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * Changes only when history can no longer be trusted.
 */
epoch: string, 
/**
 * Whether these are exactly the entries after the client's position.
 */
recovered: boolean, 
/**
 * 0, 1, …
 */
part: number, 
/**
 * Whether this is the last part.
 */
final: boolean, 
/**
 * Ascending.
 */
entries: Array<Entry>, 
/**
 * The first `seq` of this audience in the conversation.
 */
first_seq: number, 
/**
 * The last `seq` of this audience in the conversation.
 */
last_seq: number, 
/**
 * Whether there are older entries than these.
 */
has_more: boolean, 
/**
 * The state.
 */
state: State, 
/**
 * How far everybody has read.
 */
read: Record<string, number>, };

export type ReadUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * Who.
 */
user: User, 
/**
 * Up to and with this `seq`.
 */
seq: number, };

export type TypingUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * Who.
 */
user: User, 
/**
 * What the visitor has written so far; agents only.
 */
preview?: string, };

export type StateUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The state.
 */
state: State, };

export type UserUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * Who.
 */
user: User, };

export type Counts = { 
/**
 * Assigned to the caller.
 */
mine: number, 
/**
 * Assigned to nobody.
 */
unassigned: number, 
/**
 * Waiting for a person.
 */
waiting: number, 
/**
 * Put aside.
 */
snoozed: number, 
/**
 * Answered by the caller, with the visitor's words last.
 */
my_turn: number, 
/**
 * Not closed.
 */
all: number, };

export type ViewCount = { 
/**
 * The id of the view.
 */
id: string, 
/**
 * How many it has for the caller.
 */
count: number, };

export type InboxAck = { 
/**
 * The newest 50.
 */
conversations: Array<ConversationSummary>, 
/**
 * Of all views.
 */
counts: Counts, 
/**
 * Of the saved views that can be counted.
 */
views: Array<ViewCount>, 
/**
 * For the rest, by REST.
 */
next_cursor: string | null, 
/**
 * Who views and who types, where anybody does.
 */
signs: Array<Signs>, };

export type InboxUpdate = { 
/**
 * The conversation as it is now.
 */
conversation: ConversationSummary, 
/**
 * Of all views.
 */
counts: Counts, 
/**
 * `created`, `message`, `handoff`, `takeover`, `release`, `assigned`, `closed`, `read`, `tagged`, `insight`, `rated` or `visitor`.
 */
reason: string, };

export type InboxViewsUpdate = { 
/**
 * How many conversations each saved view has that can be counted.
 */
counts: Array<ViewCount>, 
/**
 * Whether a view was created, changed or deleted.
 */
changed: boolean, };

export type SessionRemovedUpdate = { 
/**
 * The conversation that is no longer stored.
 */
session_id: string, };

export type PresenceUpdate = { 
/**
 * Who.
 */
user: User, 
/**
 * `online`, `away`, `busy` or `offline`.
 */
status: 'online' | 'away' | 'busy' | 'offline', };

export type UsageWarning = { 
/**
 * Which limit, by the name of its setting.
 */
limit: string, 
/**
 * How much of it is used at least: 80 or 100.
 */
percent: number, 
/**
 * `hard` where the assistant stops at 100, otherwise `soft`.
 */
mode: 'soft' | 'hard', 
/**
 * When it starts over.
 */
resets_at: string, };

export type NotificationVisitor = { 
/**
 * Their id.
 */
id: string, 
/**
 * Their name.
 */
name: string, };

export type NotificationLimit = { 
/**
 * Which limit, by the name of its setting.
 */
name: string, 
/**
 * How much of it is used at least: 80 or 100.
 */
percent: number, 
/**
 * `hard` where the assistant stops at 100, otherwise `soft`.
 */
mode: 'soft' | 'hard', };

export type Notification = { 
/**
 * Its id.
 */
id: string, 
/**
 * `mention`, `handoff`, `assigned`, `visitor_wrote`, `followed`, `call`, `limit` or `missed`.
 */
kind: 'mention' | 'handoff' | 'assigned' | 'visitor_wrote' | 'followed' | 'call' | 'limit' | 'missed', 
/**
 * How often it happened since it was last read.
 */
count: number, 
/**
 * Where it happened; null of the kind `limit`.
 */
conversation_id: string | null, 
/**
 * The entry that it is about.
 */
entry_id: string | null, 
/**
 * Its place in the conversation.
 */
seq: number | null, 
/**
 * Who wrote the entry.
 */
author_name: string | null, 
/**
 * The beginning of what they wrote.
 */
preview: string, 
/**
 * Whose conversation it is.
 */
visitor: NotificationVisitor | null, 
/**
 * Of the kind `limit`, which.
 */
limit: NotificationLimit | null, 
/**
 * When it last happened.
 */
created_at: string, 
/**
 * When the agent had read it.
 */
read_at: string | null, };

export type NotificationUpdate = { 
/**
 * What the agent is told of.
 */
notification: Notification, 
/**
 * How the agent wants to be told of it now.
 */
ways: ('bell' | 'sound' | 'desktop')[], 
/**
 * How many the agent has not read.
 */
unread_count: number, };

export type NotificationsReadUpdate = { 
/**
 * How many the agent has not read.
 */
unread_count: number, };

export type Delta = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The id that the reply's entry will have.
 */
message_id: string, 
/**
 * Unicode code points of this reply before `text`.
 */
offset: number, 
/**
 * The piece.
 */
text: string, };

export type Cancelled = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The reply that will not come.
 */
message_id: string, 
/**
 * `takeover`, `release`, `closed`, `error` or `superseded`.
 */
reason: string, };

export type PendingUpdate = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * What is written of it.
 */
content: string, 
/**
 * Whether that is all.
 */
complete: boolean, 
/**
 * When it goes out by itself, where it does.
 */
sends_at: string | null, 
/**
 * The agent who holds it.
 */
held_by: User | null, 
/**
 * The agent who let it go out while it is written.
 */
sent_by: User | null, };

export type Approval = { 
/**
 * `sent` as it was written, `edited`, or `deadline` where nobody came.
 */
act: 'sent' | 'edited' | 'deadline', 
/**
 * The agent.
 */
by: User | null, };

export type Settled = { 
/**
 * What.
 */
won: 'sent' | 'edited' | 'stopped' | 'deadline' | 'takeover' | 'handoff' | 'ended' | 'superseded', 
/**
 * Who did it.
 */
by: User | null, };

export type ProcessingUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * `thinking` or `tool`.
 */
stage: 'thinking' | 'tool', 
/**
 * The tool.
 */
tool?: string, };

export type ReplyUsage = { 
/**
 * The model of the last request.
 */
model: string | null, 
/**
 * Requests to models.
 */
calls: number, 
/**
 * Tokens of the requests.
 */
input_tokens: number, 
/**
 * Of these, tokens that the provider had cached.
 */
cached_input_tokens: number, 
/**
 * Tokens of the answers.
 */
output_tokens: number, 
/**
 * Cost in US dollars.
 */
cost_usd: number, 
/**
 * Time of all requests.
 */
latency_ms: number, 
/**
 * Time to the first token.
 */
first_token_ms: number | null, 
/**
 * Whether any count is estimated.
 */
is_estimate: boolean, };

export type CompleteUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * What it used; agents only.
 */
usage?: ReplyUsage, };

export type ReplyErrorUpdate = { 
/**
 * Which conversation.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * A stable code.
 */
code: string, 
/**
 * For people.
 */
message: string, 
/**
 * Whether another try may do better.
 */
retry: boolean, 
/**
 * Numbers of a limit that was reached; agents only.
 */
details?: Record<string, unknown>, };

export type DrainingUpdate = { 
/**
 * When to connect again.
 */
reconnect_after_ms: number, };

export type HelloData = { 
/**
 * Who connects.
 */
token: string, 
/**
 * The client's name and version.
 */
client?: string, 
/**
 * Which channel a site's own token is for, where several name its issuer.
 */
channel_key?: string, 
/**
 * One per tab; a newer connection with the same one replaces the older.
 */
client_id?: string, };

export type SessionData = { 
/**
 * Which.
 */
session_id: string, };

export type JoinData = { 
/**
 * Which.
 */
session_id: string, 
/**
 * The position to go on from.
 */
after?: number, 
/**
 * The epoch of that position.
 */
epoch?: string, 
/**
 * How many entries at most, without a position.
 */
limit?: number, };

export type SendKind = "message" | "note";

export type SendData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The sender's own id of it: 1 to 64 of `A-Z a-z 0-9 _ -`.
 */
client_message_id?: string, 
/**
 * The words.
 */
content: string, 
/**
 * Ids of files that its sender uploaded to this conversation, at most 10.
 */
attachments?: Array<string>, 
/**
 * Message or note.
 */
kind?: SendKind, 
/**
 * The entry it answers.
 */
reply_to?: string, 
/**
 * A flat object of the sender's, at most 4 KiB.
 */
metadata?: Record<string, unknown>, };

export type TypingData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * What the visitor has written so far, for agents.
 */
preview?: string, };

export type ReadData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * Up to and with this `seq`.
 */
seq: number, };

export type HandoffData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * Why.
 */
reason?: string, };

export type TakeoverData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The number the caller saw.
 */
takeover?: number, 
/**
 * The agent to take it from.
 */
from?: string, };

export type ReleaseTarget = "assistant" | "waiting";

export type ReleaseData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * Who answers next; the channel says where absent.
 */
to?: ReleaseTarget, };

export type AssignData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * To whom; null takes the assignment away.
 */
agent_id: string | null, 
/**
 * The assignee the caller saw; absent where they do not care.
 */
expected?: string | null, 
/**
 * A note for the agents, written in the same commit.
 */
note?: string, };

export type ModeData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * `automatic`, `hold` or `approve`; null is what the channel says.
 */
mode: 'automatic' | 'hold' | 'approve' | null, 
/**
 * How long a reply waits, where the channel's time is not meant.
 */
seconds?: number, };

export type SnoozeData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * Until when, at most a year ahead; null brings it back.
 */
until: string | null, };

export type ViewingData = { 
/**
 * Which conversation is on screen; null where none is.
 */
session_id: string | null, };

export type Signs = { 
/**
 * Where.
 */
session_id: string, 
/**
 * Agents who have it on screen.
 */
viewing: Array<User>, 
/**
 * Visitors and agents who type in it.
 */
typing: Array<User>, };

export type ReplyData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, };

export type EditReplyData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * What goes out in its place.
 */
content: string, };

export type StopReplyData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The reply.
 */
message_id: string, 
/**
 * Why, at most 500 characters.
 */
reason?: string, };

export type RateMessageData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * The entry of the answer.
 */
message_id: string, 
/**
 * 1, -1, or null to take it back.
 */
value: 1 | -1 | null, };

export type RateData = { 
/**
 * Where.
 */
session_id: string, 
/**
 * 1 to 5.
 */
score: 1 | 2 | 3 | 4 | 5, 
/**
 * At most 1,000 characters.
 */
comment?: string, };

export type InboxView = "mine" | "unassigned" | "waiting" | "all" | "closed" | "snoozed" | "my_turn" | "mentions";

export type InboxSort = "newest" | "longest_wait" | "unanswered";

export type InboxStatus = "open" | "waiting" | "snoozed";

export type InboxFilter = { 
/**
 * Which conversations.
 */
view: InboxView, 
/**
 * Only those of this status.
 */
status?: InboxStatus, 
/**
 * Only this channel.
 */
channel_id?: string, 
/**
 * Only those assigned to this agent: an id, `me` or `none`.
 */
assignee?: string, 
/**
 * Only those with this label.
 */
label?: string, 
/**
 * The order; without one those that wait are by priority and longest wait, all others by the newest change.
 */
sort?: InboxSort, };

export type InboxData = { filter?: InboxFilter, };

export type AgentStatus = "online" | "away" | "busy";

export type PresenceData = { status: AgentStatus, };

export type VisitorUpdate = { 
/**
 * Their name.
 */
name?: string, 
/**
 * Their mail address.
 */
email?: string, 
/**
 * Their telephone number.
 */
phone?: string, 
/**
 * Texts, numbers and booleans by name; null removes one, and what is not named stays.
 */
attributes?: Record<string, string | number | boolean | null>, };

export type PageViewData = { 
/**
 * Its address.
 */
url: string, 
/**
 * Its title.
 */
title?: string, 
/**
 * Where they came from.
 */
referrer?: string, };

export type VoiceSign = { 
/**
 * Its number.
 */
id: number, 
/**
 * The sender's clock, opaque to the other side.
 */
time: number, };

export type VoiceLimits = { 
/**
 * The longest it may last.
 */
max_seconds: number, 
/**
 * The longest without a word.
 */
idle_seconds: number, };

export type VoiceNotice = { 
/**
 * The call is recorded.
 */
recording: boolean, 
/**
 * People of the business may listen.
 */
monitored: boolean, 
/**
 * No real model answers.
 */
simulated: boolean, 
/**
 * The server's own basic voice answers, turn by turn.
 */
basic: boolean, };

export type VoiceState = { 
/**
 * Who has the call.
 */
floor: 'assistant' | 'taking' | 'agent' | 'hold' | 'releasing', 
/**
 * The agent who has it, or is about to.
 */
agent?: User, 
/**
 * Whether an agent listens.
 */
listening: boolean, 
/**
 * The voice that answers listens and speaks at once: it puts words of agents in its own, and looks most things up.
 */
duplex?: boolean, 
/**
 * How the way to the voice is.
 */
link: 'ok' | 'reconnecting' | 'degraded', };

export type VoiceTurn = { 
/**
 * Whose words.
 */
role: 'visitor' | 'assistant' | 'agent', 
/**
 * The words.
 */
text: string, };

export type VoiceDown = { "event": "ready", "data": { 
/**
 * The call.
 */
call_id: string, 
/**
 * The codec of what it will hear: 0.
 */
codec: number, 
/**
 * The length of a frame in milliseconds.
 */
frame_ms: number, 
/**
 * How it comes back, once.
 */
resume_token: string, 
/**
 * Limits.
 */
limits: VoiceLimits, 
/**
 * What must be known.
 */
notice: VoiceNotice, 
/**
 * How the call is.
 */
state: VoiceState, } } | { "event": "state", "data": VoiceState } | { "event": "item", "data": { 
/**
 * Its tag in audio frames.
 */
item: number, 
/**
 * The id that its entry will have.
 */
entry_id: string, 
/**
 * Whose it is.
 */
role: 'visitor' | 'assistant' | 'agent', } } | { "event": "clear", "data": { 
/**
 * The generation that begins.
 */
generation: number, 
/**
 * How long the last sound fades.
 */
fade_ms: number, } } | { "event": "turn", "data": { 
/**
 * Who.
 */
speaking: 'visitor' | 'assistant' | 'agent' | 'none', } } | { "event": "tool", "data": { 
/**
 * The tool.
 */
name: string, 
/**
 * How far it is.
 */
stage: 'running' | 'done' | 'failed', } } | { "event": "transcript", "data": { 
/**
 * The id that its entry has or will have.
 */
entry_id: string, 
/**
 * Whose it is.
 */
role: 'visitor' | 'assistant' | 'agent', 
/**
 * The words.
 */
text: string, 
/**
 * Whether nothing follows.
 */
final: boolean, } } | { "event": "brief", "data": { 
/**
 * What older messages said, in short.
 */
summary: string, 
/**
 * How the visitor feels, where somebody has looked.
 */
sentiment: string | null, 
/**
 * The newest turns.
 */
last_turns: Array<VoiceTurn>, 
/**
 * What the call has cost so far, in US dollars.
 */
cost: number, } } | { "event": "say", "data": { 
/**
 * Their number in the call.
 */
say_id: number, 
/**
 * Whose they are.
 */
by: User, 
/**
 * The words.
 */
text: string, 
/**
 * How far they are; they can be taken back while they wait.
 */
stage: 'waiting' | 'speaking' | 'taken_back' | 'dropped', } } | { "event": "ping", "data": VoiceSign } | { "event": "pong", "data": VoiceSign } | { "event": "error", "data": { 
/**
 * What, as PROTOCOL.md section 5 has it.
 */
code: ErrorCode, 
/**
 * For people.
 */
message: string, 
/**
 * Whether to try again.
 */
retry: boolean, 
/**
 * Whether the call ends.
 */
fatal: boolean, } } | { "event": "ended", "data": { 
/**
 * Why.
 */
reason: 'visitor' | 'agent' | 'limit' | 'budget' | 'idle' | 'error', 
/**
 * How long it was.
 */
seconds: number, } };

export type VoicePlayed = { 
/**
 * The generation that is played.
 */
generation: number, 
/**
 * The utterance.
 */
item: number, 
/**
 * Samples of it in all, at 24 kHz.
 */
samples: number, 
/**
 * Sound still in the browser, in milliseconds.
 */
buffered_ms: number, 
/**
 * How often the browser ran out of sound.
 */
underruns: number, };

export type VoiceResume = { 
/**
 * The token of the last `ready`; used once.
 */
token: string, 
/**
 * The last control event it got.
 */
last_n: number, 
/**
 * What had been played when the leg was lost; it has played nothing since.
 */
played?: VoicePlayed, };

export type VoiceHello = { 
/**
 * Single use; none where `resume` is there.
 */
ticket?: string, 
/**
 * The rate of what it will send under codec 3, in Hz.
 */
rate?: number, 
/**
 * The codecs it will send.
 */
codecs: Array<number>, 
/**
 * A leg that was lost comes back.
 */
resume?: VoiceResume, };

export type VoiceText = { 
/**
 * At most 2,000 characters.
 */
text: string, };

export type VoiceNote = { 
/**
 * At most 2,000 characters.
 */
note?: string, };

export type VoiceSayId = { 
/**
 * Their number.
 */
say_id: number, };

/** What clients send, with what it is acked by. */
export interface ClientEvents {
  'hello': { data: HelloData; ack: HelloAck };
  'join:session': { data: JoinData; ack: JoinAck };
  'leave:session': { data: SessionData; ack: Empty };
  'message:send': { data: SendData; ack: SendAck };
  'typing:start': { data: TypingData; ack: Empty };
  'typing:stop': { data: TypingData; ack: Empty };
  'message:read': { data: ReadData; ack: Empty };
  'handoff:request': { data: HandoffData; ack: StateAck };
  'session:takeover': { data: TakeoverData; ack: StateAck };
  'session:release': { data: ReleaseData; ack: StateAck };
  'session:assign': { data: AssignData; ack: StateAck };
  'session:end': { data: SessionData; ack: StateAck };
  'message:retry': { data: SessionData; ack: StateAck };
  'session:mode': { data: ModeData; ack: StateAck };
  'session:snooze': { data: SnoozeData; ack: StateAck };
  'reply:hold': { data: ReplyData; ack: StateAck };
  'reply:send': { data: ReplyData; ack: StateAck };
  'reply:edit': { data: EditReplyData; ack: StateAck };
  'reply:stop': { data: StopReplyData; ack: StateAck };
  'message:rate': { data: RateMessageData; ack: RateAck };
  'session:rate': { data: RateData; ack: RateAck };
  'inbox:subscribe': { data: InboxData; ack: InboxAck };
  'inbox:unsubscribe': { data: Empty; ack: Empty };
  'visitor:update': { data: VisitorUpdate; ack: VisitorAck };
  'page:view': { data: PageViewData; ack: Empty };
  'session:viewing': { data: ViewingData; ack: Empty };
  'presence:set': { data: PresenceData; ack: Empty };
}

/** What the hub sends. */
export interface HubEvents {
  'hello': HelloAck;
  'session:history': History;
  'message:new': Entry;
  'message:delta': Delta;
  'message:cancelled': Cancelled;
  'message:read': ReadUpdate;
  'typing:start': TypingUpdate;
  'typing:stop': UserUpdate;
  'user:joined': UserUpdate;
  'user:left': UserUpdate;
  'session:updated': StateUpdate;
  'ai:processing': ProcessingUpdate;
  'ai:complete': CompleteUpdate;
  'ai:error': ReplyErrorUpdate;
  'reply:pending': PendingUpdate;
  'user:session': UserSession;
  'inbox:updated': InboxUpdate;
  'session:removed': SessionRemovedUpdate;
  'inbox:signs': Signs;
  'inbox:views': InboxViewsUpdate;
  'presence:updated': PresenceUpdate;
  'usage:warning': UsageWarning;
  'notification:new': NotificationUpdate;
  'notification:read': NotificationsReadUpdate;
  'heartbeat': Empty;
  'server:draining': DrainingUpdate;
  'error': WireError;
}

/** What a leg of a call sends. */
export interface VoiceUpEvents {
  'hello': VoiceHello;
  'played': VoicePlayed;
  'mute': Empty;
  'unmute': Empty;
  'hangup': Empty;
  'ping': VoiceSign;
  'pong': VoiceSign;
  'listen': Empty;
  'whisper': VoiceText;
  'say': VoiceText;
  'take_back': VoiceSayId;
  'take': Empty;
  'give_back': VoiceNote;
  'hold': Empty;
  'end': Empty;
}
