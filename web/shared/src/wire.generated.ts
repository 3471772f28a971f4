// Generated from src/wire by `make wire-types`; a test fails when it differs. Do not edit.

/** Why a request was refused. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
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

export type ClientEventName =
  | 'join:session'
  | 'leave:session'
  | 'message:send'
  | 'typing:start'
  | 'typing:stop'
  | 'message:read'
  | 'handoff:request'
  | 'session:takeover'
  | 'session:release'
  | 'session:assign'
  | 'session:end'
  | 'message:retry'
  | 'inbox:subscribe'
  | 'inbox:unsubscribe'
  | 'presence:set';

export type HubEventName =
  | 'hello'
  | 'session:history'
  | 'message:new'
  | 'message:delta'
  | 'message:cancelled'
  | 'message:read'
  | 'typing:start'
  | 'typing:stop'
  | 'user:joined'
  | 'user:left'
  | 'session:updated'
  | 'ai:processing'
  | 'ai:complete'
  | 'ai:error'
  | 'inbox:updated'
  | 'presence:updated'
  | 'usage:warning'
  | 'heartbeat'
  | 'server:draining'
  | 'error';

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
event: 'handoff' | 'takeover' | 'release' | 'assigned' | 'closed' | 'call_started' | 'call_ended' | 'rated' | null, 
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
page: Page | null, };

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
created_at: string, };

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

export type SendAck = { 
/**
 * The committed entry.
 */
entry: Entry, 
/**
 * Whether it had been committed before.
 */
duplicate: boolean, };

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
 * Not closed.
 */
all: number, };

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
 * For the rest, by REST.
 */
next_cursor: string | null, };

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
 * `created`, `message`, `handoff`, `takeover`, `release`, `assigned`, `closed`, `read`, `tagged`, `insight` or `visitor`.
 */
reason: string, };

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
 * When it begins anew.
 */
resets_at: string, };

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
usage?: Record<string, unknown>, };

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
simulated: boolean, };

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
cost: number, } } | { "event": "ping", "data": VoiceSign } | { "event": "pong", "data": VoiceSign } | { "event": "error", "data": { 
/**
 * What, as PROTOCOL.md section 5 has it.
 */
code: string, 
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
