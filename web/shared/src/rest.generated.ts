// Generated from the API's document by `make wire-types`; a test fails when it differs. Do not edit.

import type {
  Attachment,
  ConversationSummary,
  Entry,
  InboxFilter,
  LastMessage,
  MainVisitor,
  Notification,
  Page,
  Rating,
  ReleaseTarget,
  SendKind,
  Session,
  State,
  StateForAgents,
  User,
  Visitor,
  VisitorUpdate,
  WireError,
} from './wire.generated.ts';

/** A page of a list. */
export type List<T> = {
  /** The items. */
  items: Array<T>;
  /** Cursor of the next page; null on the last page. */
  next_cursor: string | null;
};

/** Nothing to tell. */
export type Accepted = Record<string, unknown>;

export type ActingAnswer = {
  acting: ActingView;
  /** Name of the org. */
  org_name: string;
};

export type ActingBody = {
  /** Why; the org's people read it. */
  reason: string;
};

/** A platform admin who acts for an org. */
export type ActingView = {
  began_at: string;
  ends_at: string;
  /** Name of the platform admin. */
  name: string;
  org_id: string;
  reason: string;
};

/** An address or range that is shut out. */
export type AddressBlock = {
  /** The name of who blocked it. */
  blocked_by: string;
  created_at: string;
  /** When it ends by itself; null: never. */
  expires_at: string | null;
  id: string;
  range: string;
  reason: string | null;
};

export type AddressBlockAnswer = {
  block: AddressBlock;
};

export type AddressBlockBody = {
  /** Whether it may hold the caller's own address. */
  allow_own?: boolean;
  /** When it ends by itself, as RFC 3339. */
  expires_at?: string | null;
  /** An address, or a range such as `192.0.2.0/24`. */
  range: string;
  /** Why, for people; at most 300 characters. */
  reason?: string | null;
};

/** An address and how many events it caused. */
export type AddressFigures = {
  address: string;
  count: number;
  last_at: string;
};

export type AddressesAnswer = {
  /** The busiest of 7 days, at most 100. */
  busiest: Array<AddressFigures>;
  /** Addresses with at least 10 events in 24 hours, the busiest first. */
  suspicious: Array<AddressFigures>;
};

/** Where a member is signed in. */
export type AgentSession = {
  /** The address it was begun from; null where it was not kept. */
  address: string | null;
  /** What the browser said of itself; null where it was not kept. */
  browser: string | null;
  created_at: string;
  expires_at: string;
  id: string;
  /** Whether it is the one that asks. */
  is_current: boolean;
  /** When it was used last, to within ten minutes. */
  seen_at: string;
};

/** An API token without its secret. */
export type ApiToken = {
  agent_id: string | null;
  created_at: string;
  /** When it ends by itself; null: never. */
  expires_at: string | null;
  id: string;
  /** `agent`: acts as an agent; `server`: acts as the server of the org. */
  kind: string;
  /** When it was used last, to within a minute; null: not yet. */
  last_used_at: string | null;
  name: string;
  /** What it may do: `read`, `write` or `admin`. */
  rights: TokenRights;
};

export type AssignBody = {
  /** The agent to assign; null removes the assignment. */
  agent_id: string | null;
  /** The assignee the caller last saw; `conflict` if it has changed since. */
  expected?: string | null;
  /** A note for the agents, written in the same commit; the assigned agent is notified of it. */
  note?: string | null;
};

/** The assistant's name and picture as shown in the widget. */
export type Assistant = {
  name: string;
  /** URL of the assistant's picture. */
  picture: string | null;
};

/** What came of a question in the test chat, and what went into it. */
export type AssistantTestAnswer = {
  /** Every call to a model, in order; those that failed too. */
  calls: Array<TestCall>;
  cost_usd: number;
  input_tokens: number;
  /** The language it was answered in. */
  language: string;
  latency_ms: number;
  /** Sources, choices and cards of the answer. */
  metadata: Record<string, unknown> | null;
  outcome: TurnOutcome;
  output_tokens: number;
  /** The passages in the prompt, or of which the answer was made, best match first. */
  passages: Array<KnowledgePassage>;
  /** Why a person would be asked for, or the code of the failure. */
  reason: string | null;
  /** What the visitor would read. */
  text: string;
  /** Every call of a tool, in order. */
  tools: Array<TestToolCall>;
  /** The words that hand over before the assistant is asked, where words do. */
  words: Array<string>;
};

/** A question to a channel's assistant. */
export type AssistantTestBody = {
  /** The language of the visitor's browser, where no message shows one. */
  locale?: string | null;
  /** The chat, the oldest message first, at most 40; the last is the visitor's question. */
  messages: Array<TestLine>;
  /** Runs tools that change something or reach somebody too, marked as a test; otherwise the model is told that they were not run. */
  run_all_tools?: boolean;
};

/** One turn of the assistant. */
export type AssistantTurn = {
  /** When it began. */
  at: string;
  cached_input_tokens: number;
  /** How often a model was asked. */
  calls: number;
  channel_id: string;
  /** The conversation; null for a question of the test chat. */
  conversation_id: string | null;
  cost_usd: number;
  /** The id of the answer in the conversation; null where there is none. */
  entry_id: string | null;
  /** Whether the counts are estimated, as the provider gave none. */
  estimate: boolean;
  /** From its begin to the first word. */
  first_word_ms: number | null;
  id: string;
  input_tokens: number;
  /** From its begin to its end. */
  latency_ms: number;
  model: string | null;
  outcome: TurnOutcome;
  output_tokens: number;
  /** How many passages of the knowledge stood in the prompt, or made the answer. */
  passages: number;
  /** The kind of the provider that was asked last; `knowledge` where no model was. */
  provider: string | null;
  /** How the visitor rated the conversation, 1 to 5. */
  rating: number | null;
  /** Why a person was asked for, or the code of the failure. */
  reason: string | null;
  /** What the visitor thinks of the answer: 1, -1 or null. */
  thumb: number | null;
  /** Names of the tools that were called, in order. */
  tools: Array<string>;
};

export type AttachmentAnswer = {
  attachment: Attachment;
};

export type AuditActorKind = 'member' | 'platform' | 'server' | 'visitor' | 'shell' | 'nobody';

/** Who acted. */
export type AuditActorView = {
  id: string | null;
  kind: AuditActorKind;
  /** Their name at that time; empty for visitors. */
  name: string;
};

/** A row of the audit log. */
export type AuditRow = {
  act: string;
  actor: AuditActorView;
  address: string | null;
  /** The same as it became. */
  after: Record<string, unknown> | null;
  at: string;
  /** What has changed as it was; null where nothing was there. */
  before: Record<string, unknown> | null;
  /** SHA-256 over the row and the hash before it. */
  hash: string;
  request_id: string | null;
  /** Its number in its chain. */
  seq: number;
  /** The id of what it was done to. */
  subject_id: string | null;
  user_agent: string | null;
};

export type BlockAnswer = {
  blocked: VisitorBlock | null;
};

/** Why a visitor is blocked. */
export type BlockBody = {
  /** For agents only; at most 300 characters. */
  reason?: string | null;
};

export type BlocksAnswer = {
  blocks: Array<AddressBlock>;
  /** The address that the caller comes from. */
  own_address: string;
};

export type BulkAct = 'assign' | 'label' | 'close' | 'snooze';

/** What became of the act in each conversation, in the order of the request. */
export type BulkAnswer = {
  results: Array<BulkRow>;
};

/** One act in many conversations. */
export type BulkBody = {
  act: BulkAct;
  /** For `label`: the labels to add. */
  add?: Array<string>;
  /** For `assign`: the agent to assign; null removes the assignment. */
  agent_id?: string | null;
  /** For `assign`: the assignee the caller last saw in all of them; `conflict` where it has changed since. */
  expected?: string | null;
  /** For `label`: the labels to remove. */
  remove?: Array<string>;
  /** The conversations, 1 to 500, each once. */
  session_ids: Array<string>;
  /** For `snooze`: the time to bring them back, at most a year ahead; null brings them back now. */
  until?: string | null;
};

/** What became of the act in one conversation. */
export type BulkRow = {
  error: WireError | null;
  session_id: string;
  state: StateForAgents | null;
};

/** A call. */
export type Call = {
  agent: User | null;
  channel_id: string;
  /** Cost so far in US dollars. */
  cost_usd: number;
  ended_at: string | null;
  floor: CallFloor | null;
  id: string;
  link: CallLink | null;
  /** Agents who listen to the call; the one who has taken it is not counted. */
  listener_count: number;
  model: string;
  provider: string;
  reason: CallEndReason | null;
  /** Whether a recording is stored. */
  recorded: boolean;
  recording_fault: RecordingFault | null;
  /** Duration of an ended call; null while it is active. */
  seconds: number | null;
  sentiment: Sentiment | null;
  session_id: string;
  /** Whether the voice provider is simulated. */
  simulated: boolean;
  started_at: string;
  /** `active` or `ended`. */
  state: CallState;
  visitor: CallVisitor;
};

export type CallAnswer = {
  call: Call;
};

export type CallBody = {
  /** The id of the visitor's conversation. */
  session_id: string;
};

export type CallEndReason = 'visitor' | 'agent' | 'limit' | 'budget' | 'idle' | 'error';

export type CallFloor = 'assistant' | 'taking' | 'agent' | 'hold' | 'releasing';

export type CallLink = 'ok' | 'reconnecting' | 'degraded';

export type CallState = 'active' | 'ended';

/** A single-use ticket that opens the socket of a call, valid for 60 s from the same origin. */
export type CallTicketAnswer = {
  call_id: string;
  ticket: string;
};

/** The visitor who called. */
export type CallVisitor = {
  id: string;
  name: string;
};

/** A canned reply. */
export type CannedReply = {
  /** The text, with variables such as `{{visitor.name|there}}`. */
  body: string;
  created_at: string;
  /** What is sent with it, unless the agent takes it out. */
  files: Array<Attachment>;
  /** The folder it is listed in. */
  folder: string | null;
  id: string;
  scope: CannedReplyScope;
  /** What is typed behind the slash; unique within its scope. */
  shortcut: string;
  title: string;
  updated_at: string;
  /** How often it was inserted. */
  used_count: number;
};

export type CannedReplyAnswer = {
  canned_reply: CannedReply;
};

/** Fields of a canned reply; absent fields keep their value. */
export type CannedReplyChange = {
  body?: string | null;
  /** The folder it is listed in; null takes it out of its folder. */
  folder?: string | null;
  shortcut?: string | null;
  title?: string | null;
};

/** What an import did. */
export type CannedReplyImport = {
  created_count: number;
  /** Canned replies whose scope had their shortcut already. */
  updated_count: number;
};

export type CannedReplyScope = 'org' | 'personal';

/** A channel. */
export type Channel = {
  /** Whether the assistant answers. */
  assistant: boolean;
  color: string;
  created_at: string;
  greeting: string | null;
  handoff_enabled: boolean;
  /** Words that request a person; if empty, the defaults apply. */
  handoff_words: Array<string>;
  id: string;
  issuer: string | null;
  issuer_audience: string | null;
  issuer_jwks_url: string | null;
  /** Public key, used in the page's script tag. */
  key: string;
  locale: string | null;
  name: string;
  org_id: string;
  /** Origins of the sites that may embed the widget. If empty: pages of this server, and every origin while `public_url` is on loopback. */
  origins: Array<string>;
  /** Requests from origins that are not allowed, today (UTC) and since the server started. */
  refused_pages: RefusedPagesView;
  /** Maximum length of a visitor message; 0 uses the server's setting. */
  visitor_message_max_chars: number;
};

export type ChannelAnswer = {
  channel: Channel;
};

/** Fields of a channel. `name` is required to create one; null clears a field. */
export type ChannelBody = {
  /** Whether the assistant answers; if not, new conversations wait for a person. */
  assistant?: boolean | null;
  /** Colour as `#rrggbb`. */
  color?: string | null;
  greeting?: string | null;
  handoff_enabled?: boolean | null;
  handoff_words?: Array<string> | null;
  issuer?: Issuer | null;
  locale?: string | null;
  name?: string | null;
  /** Origins such as `https://www.example.com`. */
  origins?: Array<string> | null;
  /** Maximum length of a visitor message, up to 10000; null or 0 uses the server's setting. */
  visitor_message_max_chars?: number | null;
};

/** A conversation as shown to agents. */
export type ConversationAnswer = {
  conversation: ConversationSummary;
};

export type ConversationPatchBody = {
  /** The complete set of labels. */
  labels?: Array<string> | null;
  priority?: TicketPriority | null;
};

/** Ratings of conversations. */
export type ConversationRatings = {
  /** Null where there are none. */
  average: number | null;
  by_score: ScoreCounts;
  count: number;
};

/** How a limit by count and time stands. */
export type CountState = {
  /** What each source may do; 0 where the limits are off. */
  allowed: number;
  /** Its setting; the name says whether it is per minute, hour or day. */
  limit: string;
  /** How often it was passed since the server started. */
  refused: number;
  /** How many sources are counted now. */
  sources: number;
};

/** A delivery. */
export type Delivery = {
  attempts: number;
  /** The request body. */
  body: Record<string, unknown>;
  created_at: string;
  delivered_at: string | null;
  id: string;
  /** Event kind such as `message.created`. */
  kind: WebhookKind;
  /** Error code of the last failed attempt. */
  last_error: string | null;
  /** Last HTTP status of the receiver. */
  last_status: number | null;
  /** When the next attempt is due; null once the delivery succeeded or was given up. */
  next_attempt_at: string | null;
  /** `pending`, `delivered` or `failed`. */
  status: DeliveryStatus;
  webhook_id: string;
};

export type DeliveryAnswer = {
  delivery: Delivery;
};

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

export type DemoAnswer = {
  channel_key: string;
  console_url: string;
};

/** A draft to store. */
export type DraftBody = {
  kind?: DraftKind | null;
  /** At most 10,000 characters; an empty one is removed. */
  text: string;
};

export type DraftKind = 'message' | 'note';

export type DraftsAnswer = {
  /** The newest first, at most 200. */
  drafts: Array<StoredDraft>;
};

/** How many sessions have ended. */
export type EndedAnswer = {
  ended_count: number;
};

/** Entries in ascending order. */
export type EntriesAnswer = {
  entries: Array<Entry>;
  /** Whether there are more entries in the requested direction. */
  has_more: boolean;
};

/** That visitors are being erased. */
export type ErasureAnswer = {
  /** How many: the visitor, and all who were merged with them. */
  visitor_count: number;
};

/** One thing that was looked at. */
export type Finding = {
  message: string;
  /** What: `database`, `disk`, `clock`, … */
  name: string;
  /** What helps; null where all is well. */
  remedy: string | null;
  status: FindingStatus;
};

export type FindingStatus = 'ok' | 'warn' | 'fail';

/** Whether the caller follows a conversation. */
export type FollowAnswer = {
  following: boolean;
};

export type FormFieldType = 'name' | 'email' | 'phone' | 'text' | 'choice' | 'consent';

/** Whether a sentence hands over, by the same rules as live. */
export type HandoffTestAnswer = {
  /** Whether the channel offers people at all. */
  handoff_enabled: boolean;
  hands_over: boolean;
  /** `words`: before the assistant is asked; `high_priority`, `sentiment` or `open_tickets`: the assistant asks for a person instead of answering; null where it answers. */
  reason: string | null;
  /** The words of the sentence that decide it, as they are configured. */
  words: Array<string>;
  /** Whose words ask for a person: `channel`, `org`, or `built_in` where neither has any. */
  words_of: string;
};

/** A sentence that a visitor might write. */
export type HandoffTestBody = {
  /** Words of the channel that are not saved yet; without them its own. Empty inherits. */
  handoff_words?: Array<string> | null;
  text: string;
};

/** The words that hold in a channel without words of its own. */
export type HandoffWordsAnswer = {
  inherited: Array<string>;
  /** `org`, or `built_in` where the org has none either. */
  inherited_from: HandoffWordsSource;
};

export type HandoffWordsSource = 'org' | 'built_in';

/** What an examination of the server found. */
export type HealthAnswer = {
  /** When it was examined; what was found is shown for some seconds. */
  at: string;
  checks: Array<Finding>;
  /** Whether nothing is broken. */
  ok: boolean;
};

export type Hours = {
  /** Spans from and until a time, by day: `mon` to `sun`; a missing day is a day off. */
  days: Record<string, Array<[string, string]>>;
  /** A zone of the IANA database. */
  timezone: string;
};

/** An identity asserted by the site, proven by `hash` or `jwt`. */
export type Identity = {
  email?: string | null;
  /** HMAC-SHA256 of `user_id` with the channel's identity secret, in lower-case hex. */
  hash?: string | null;
  /** A JSON Web Token of the channel's issuer. */
  jwt?: string | null;
  name?: string | null;
  /** The id that the site's own system gave the visitor. */
  user_id: string;
};

/** What was found on a page. */
export type InstallCheckAnswer = {
  /** Directives of its Content-Security-Policy that keep the widget from working. */
  blocked_by_policy: Array<string>;
  /** Whether the script of the widget stands in it. */
  has_script: boolean;
  /** Whether a tag manager stands in it, which may add the widget later. */
  has_tag_manager: boolean;
  /** Whether the channel takes visitors from its origin. */
  is_origin_allowed: boolean;
  /** `this` channel's key, that of an `other` one, or `none`. */
  key: string;
  /** What its server answered. */
  status: number;
  /** Where it was found, after redirects. */
  url: string;
};

/** The page to look at. */
export type InstallCheckBody = {
  /** Its address, such as `https://www.example.com`. */
  url: string;
};

/** A member and the link with which they set a password. */
export type InvitedAnswer = {
  /** Whether the link was mailed to them. */
  is_mailed: boolean;
  member: Member;
  set_password_url: string;
};

/** The issuer of the site's own identity tokens, with either `jwks_url` or `shared_secret`. */
export type Issuer = {
  /** Value that the `aud` claim must equal or contain. */
  audience: string;
  /** Required value of the `iss` claim. */
  issuer: string;
  /** URL of the issuer's JSON Web Key Set. */
  jwks_url?: string | null;
  /** Shared secret of at least 16 characters; write-only. */
  shared_secret?: string | null;
};

/** A question-answer pair. */
export type KnowledgePair = {
  answer: string;
  created_at: string;
  id: string;
  /** Other phrasings of the question. */
  phrasings: Array<string>;
  question: string;
  source_id: string;
  updated_at: string;
};

export type KnowledgePairAnswer = {
  pair: KnowledgePair;
};

/** Fields of a pair. A new pair needs question and answer; absent fields of an existing pair keep their value. */
export type KnowledgePairFields = {
  answer?: string | null;
  /** Other phrasings of the question, at most 20. */
  phrasings?: Array<string> | null;
  question?: string | null;
};

/** A question-answer pair of a new source. */
export type KnowledgePairOfSet = {
  answer: string;
  /** Other phrasings of the question, at most 20. */
  phrasings?: Array<string>;
  question: string;
};

/** A passage found for a question. */
export type KnowledgePassage = {
  id: string;
  language: string;
  question: string | null;
  /** Relevance between 0 and 1. */
  score: number;
  source_id: string;
  text: string;
  /** Titles of the source and of the headings above the passage. */
  title: string;
  url: string | null;
};

/** Indexing progress in passages. */
export type KnowledgeProgress = {
  done: number;
  total: number;
};

/** The result of a knowledge search. */
export type KnowledgeSearch = {
  answer: KnowledgePassage | null;
  choices: Array<KnowledgePassage>;
  /** Whether an embedding model is installed in the server. */
  has_encoder: boolean;
  /** The passages found, best match first. */
  passages: Array<KnowledgePassage>;
  /** `sure`: the answer can be given as it is; `unsure`: one of the choices may be meant; `unknown`: nothing fits. */
  verdict: KnowledgeVerdict;
};

/** A source of knowledge. */
export type KnowledgeSource = {
  /** Whether the passages have vectors and are found by meaning as well as by words. */
  by_meaning: boolean;
  /** The only channel that uses the source; null for every channel of the org. */
  channel_id: string | null;
  created_at: string;
  id: string;
  indexed_at: string | null;
  /** `pairs`, `markdown`, `text`, `pdf`, `page` or `vector_store`. */
  kind: KnowledgeSourceKind;
  /** Number of searchable passages. */
  passage_count: number;
  progress: KnowledgeProgress;
  /** Why indexing failed; previously indexed content stays searchable. */
  reason: string | null;
  /** `queued`, `indexing`, `ready` or `failed`. */
  state: KnowledgeSourceState;
  title: string;
  updated_at: string;
  url: string | null;
  vector_store_id: string | null;
  /** What indexing skipped, such as unreadable pages; the rest is searchable. */
  warning: string | null;
};

export type KnowledgeSourceAnswer = {
  source: KnowledgeSource;
};

/** Fields of a source to change; absent fields keep their value. */
export type KnowledgeSourceChange = {
  /** The only channel that uses the source; null for every channel of the org. */
  channel_id?: string | null;
  content?: string | null;
  title?: string | null;
  url?: string | null;
  vector_store_id?: string | null;
};

export type KnowledgeSourceKind = 'pairs' | 'markdown' | 'text' | 'pdf' | 'page' | 'vector_store';

export type KnowledgeSourceState = 'queued' | 'indexing' | 'ready' | 'failed';

export type KnowledgeVerdict = 'sure' | 'unsure' | 'unknown';

export type LegBody = {
  /** How to join: `listen` or `take`. */
  mode: LegMode;
};

export type LegMode = 'listen' | 'take';

export type LimitMode = 'soft' | 'hard';

/** How near the limits are. */
export type LimitsAnswer = {
  counts: Array<CountState>;
  /** Orgs that have used at least 80 % of a limit of their own, the nearest first. */
  orgs: Array<OrgNearLimits>;
  shares: Array<SharedLimit>;
};

export type LinkAnswer = {
  /** Single-use link; whoever has it can set the password. */
  set_password_url: string;
};

export type LinkLoginBody = {
  /** The token from the link. */
  token: string;
};

/** What a mailed link is for. */
export type LinkPurpose = 'password' | 'sign_in';

export type LoginBody = {
  email: string;
  password: string;
};

/** What became of a mail to try. */
export type MailTestAnswer = {
  /** Why it was not sent, without addresses and passwords. */
  problem: string | null;
  sent: boolean;
  /** The address of the caller's account. */
  to: string;
  way: MailWay;
};

export type MailWay = 'smtp' | 'outbox';

/** Nothing: whether there is such a member is not said. */
export type MailedLinkAnswer = Record<string, unknown>;

export type MeAnswer = {
  /** Whether this server serves the demo page. */
  demo: boolean;
  /** Whether this server can mail. */
  has_mail: boolean;
  /** Whether the member has a password, and does not sign in by mail alone. */
  has_password: boolean;
  member: Member;
  /** Whether the org demands two-step sign-in and the caller has to set it up first. */
  must_set_up_two_step: boolean;
  org: OwnOrg;
};

/** A member. */
export type Member = {
  active: boolean;
  /** How many conversations they take at once by automatic assignment; null is what the org says. */
  capacity: number | null;
  created_at: string;
  email: string;
  id: string;
  name: string;
  org_id: string;
  /** Version of the member's picture; null without one. The picture is at `/members/{id}/picture`. */
  picture: string | null;
  platform_admin: boolean;
  /** `online`, `away`, `busy` or `offline`. */
  presence: MemberPresence;
  /** The role: `owner`, `admin` or `agent`. */
  role: MemberRole;
  /** Whether they sign in in two steps; null to callers who do not manage members. */
  two_step: boolean | null;
};

export type MemberAnswer = {
  member: Member;
};

export type MemberPatchBody = {
  active?: boolean | null;
  /** How many conversations they take at once by automatic assignment, at most 1000; null is what the org says. */
  capacity?: number | null;
  name?: string | null;
  role?: MemberRole | null;
};

export type MemberPresence = 'online' | 'away' | 'busy' | 'offline';

export type MemberRole = 'owner' | 'admin' | 'agent';

/** Into whom a visitor is merged. */
export type MergeBody = {
  /** The id of a visitor of the same org. */
  into: string;
};

/** The merges of a person. */
export type MergesAnswer = {
  /** The newest first. */
  merges: Array<VisitorMerge>;
};

/** A message or note to add to a conversation. */
export type MessageBody = {
  /** Ids of files the sender uploaded to this conversation, at most 10; `content` may then be empty. */
  attachments?: Array<string> | null;
  /** The sender's id for this message, 1 to 64 characters of `A-Z a-z 0-9 _ -`. A repeated id returns the entry written first. */
  client_message_id?: string | null;
  /** The text. */
  content: string;
  kind?: SendKind | null;
  /** A flat JSON object for the sender's own use, at most 4 KiB. */
  metadata?: Record<string, unknown> | null;
  /** The entry this message replies to. */
  reply_to?: string | null;
};

/** Ratings of the assistant's answers. */
export type MessageRatings = {
  down: number;
  up: number;
};

/** A new canned reply. */
export type NewCannedReply = {
  /** At most 10,000 characters. */
  body: string;
  /** The folder it is listed in. */
  folder?: string | null;
  /** Whether every agent of the org uses it, which owners and admins may create, or only the caller. */
  scope: CannedReplyScope;
  /** 1 to 32 of a-z, 0-9, _ and -; unique within its scope. */
  shortcut: string;
  title: string;
};

export type NewChannelAnswer = {
  channel: Channel;
  /** The secret with which the site signs visitor ids; it cannot be read again. */
  identity_secret: string;
};

/** A new question-answer pair. */
export type NewKnowledgePair = {
  answer: string;
  /** The only channel that uses the pair. */
  channel_id?: string | null;
  /** Other phrasings of the question, at most 20. */
  phrasings?: Array<string>;
  question: string;
  /** The source the pair is added to; by default the first pair source of the channel, or of the org. */
  source_id?: string | null;
};

/** A new source. `kind` decides which other fields are required. */
export type NewKnowledgeSource = {
  /** The only channel that uses the source; null for every channel of the org. */
  channel_id?: string | null;
  /** Content of a `markdown` or `text` source. */
  content?: string | null;
  /** `pairs`, `markdown`, `text`, `page` or `vector_store`; use the file upload for PDF. */
  kind: NewKnowledgeSourceKind;
  /** At most 500 per request. */
  pairs?: Array<KnowledgePairOfSet>;
  title?: string | null;
  /** URL of a `page` source. */
  url?: string | null;
  /** Id of the vector store, such as `vs_abc123`. */
  vector_store_id?: string | null;
};

export type NewKnowledgeSourceKind = 'pairs' | 'markdown' | 'text' | 'page' | 'vector_store';

/** Who wants a link, and for what. */
export type NewLink = {
  email: string;
  /** The language of the mail, such as `es`; that of the browser by default. */
  locale?: string | null;
  purpose: LinkPurpose;
};

export type NewMemberBody = {
  email: string;
  /** The language of the mail, such as `es`; that of the browser by default. */
  locale?: string | null;
  name: string;
  /** The role: `owner`, `admin` or `agent`. */
  role: MemberRole;
};

export type NewOrgAnswer = {
  /** Whether the link was mailed to them. */
  is_mailed: boolean;
  /** The first owner of the org. */
  member: Member;
  org: Org;
  set_password_url: string;
};

export type NewOrgBody = {
  name: string;
  owner: OwnerBody;
};

/** A view to save. */
export type NewSavedView = {
  filter: InboxFilter;
  /** 1 to 60 characters. */
  name: string;
  /** Whether the whole org sees it. */
  shared: boolean;
};

export type NewTokenAnswer = {
  api_token: ApiToken;
  /** The token; it cannot be read again. */
  token: string;
};

export type NewTokenBody = {
  /** After how many days it expires; without it never, or when the server's setting says. */
  expires_in_days?: number | null;
  kind?: TokenKind;
  /** Name of the token. */
  name?: string | null;
  /** What it may do of what its owner may: `read`, `write` (also act in conversations and at the desk) or `admin` (everything). */
  rights?: TokenRights;
};

/** One process that serves the database. */
export type Node = {
  /** Running calls. */
  calls: number;
  /** Open connections of visitors and agents. */
  connections: number;
  /** Whether it is gone: its last heartbeat is older than its lease. It is shown for an hour. */
  dead: boolean;
  /** Whether it goes down. */
  draining: boolean;
  /** Another after each start. */
  id: string;
  /** The age of its last heartbeat. */
  lag_ms: number;
  /** Memory that the process takes; null where the system does not say so. */
  memory_bytes: number | null;
  /** Where other nodes reach it; null where it does not say so. */
  node_url: string | null;
  /** Conversations in memory. */
  rooms: number;
  started_at: string;
  /** Whether it is the one that answers this request. */
  this: boolean;
  /** For how long it has run; of a dead one, for how long it did. */
  uptime_s: number;
  version: string;
};

/** Every node. */
export type NodesAnswer = {
  items: Array<Node>;
};

/** How the caller wants to be told. */
export type NotificationChoices = {
  /** The hour, 0 to 23, at which a summary is mailed once a day; null for none. */
  digest_hour?: number | null;
  /** The language of mails: `en` or `es`. */
  locale?: string;
  /** Whether a push holds the beginning of what was written. */
  push_preview?: boolean;
  quiet?: QuietHours | null;
  /** Whether all of Saturday and Sunday is quiet. */
  quiet_weekends: boolean;
  /** The zone of all these times, such as `Europe/Madrid`. */
  time_zone: string;
  /** By kind (`handoff`, `visitor_wrote`, `followed`, `call`, `assigned`, `mention`, `missed`, `limit`), which of `bell`, `sound`, `desktop` and `push`. A kind that is not named is told as by default. */
  ways: Record<string, Array<string>>;
};

/** A page of the caller's notifications. */
export type NotificationsAnswer = {
  items: Array<Notification>;
  next_cursor: string | null;
  /** How many the caller has not read, on all pages. */
  unread_count: number;
};

export type NotificationsReadAnswer = {
  /** How many the caller has not read. */
  unread_count: number;
};

/** Which notifications were read: one of `ids`, `conversation_id` and `all`. */
export type NotificationsReadBody = {
  all?: boolean;
  /** Those of this conversation. */
  conversation_id?: string | null;
  /** At most 500. */
  ids?: Array<string> | null;
};

/** What was filled in where nobody is there to answer. */
export type OfflineForm = {
  /** What the visitor agreed to, in the words of the form; kept with the message. At most 20 of 500 characters. */
  consents?: Array<string>;
  /** Where the answer goes. */
  email: string;
  /** At most 5,000 characters. */
  message: string;
  name?: string | null;
  phone?: string | null;
};

/** Until when the old identity secret of a channel is accepted. */
export type OldSecretAnswer = {
  /** Null where there is no old one. */
  old_accepted_until: string | null;
};

/** An org. */
export type Org = {
  created_at: string;
  /** From when on everything of it is removed; null: never. */
  delete_at: string | null;
  figures: OrgFigures | null;
  id: string;
  name: string;
  /** `active`; `suspended`; or `leaving`: suspended, and removed from `delete_at` on. */
  status: OrgStatus;
  suspended_at: string | null;
  /** Why it is suspended, for its members. */
  suspended_reason: string | null;
};

export type OrgAnswer = {
  org: Org;
};

/** How much an org has and does. */
export type OrgFigures = {
  /** When a conversation last changed. */
  changed_at: string | null;
  channel_count: number;
  conversation_count: number;
  /** What models have cost this month (UTC), in US dollars. */
  cost_usd: number;
  /** Members who may sign in. */
  member_count: number;
  /** Conversations that are not closed. */
  open_count: number;
};

/** An org that has used most of a limit of usage. */
export type OrgNearLimits = {
  limits: Array<UsageLimit>;
  name: string;
  org_id: string;
};

/** What one org takes of something that all share. */
export type OrgShare = {
  name: string;
  org_id: string;
  used: number;
};

/** What an org may do. */
export type OrgStatus = 'active' | 'suspended' | 'leaving';

/** A tool with the org's configuration. */
export type OrgTool = Tool & {
  /** The org's choice; null uses `default_enabled`. */
  enabled: boolean | null;
  /** Masked secret such as `whs_...aBcD`. */
  secret_hint: string | null;
  settings: Record<string, unknown>;
  url: string | null;
  /** Whether the assistant can call the tool: enabled and, for a webhook, with a `url`. */
  usable: boolean;
};

export type OrgToolAnswer = {
  /** The signing secret, present only if the server generated it; it cannot be read again. */
  secret?: string;
  tool: OrgTool;
};

/** The org's configuration of a tool. */
export type OrgToolBody = {
  /** Null uses the catalogue's `default_enabled`. */
  enabled?: boolean | null;
  /** Write-only signing secret; generated when the first `url` is set without one. For `search`, the key of the web search. */
  secret?: string | null;
  /** Static parameters sent with every call. */
  settings?: Record<string, unknown> | null;
  /** URL of the webhook; null removes it. */
  url?: string | null;
};

/** A conversation as its visitor finds it in their list. */
export type OwnConversation = {
  /** Null while it is open. */
  closed_at: string | null;
  created_at: string;
  /** Identifies the stored history; changes only if the history was lost or restored from a backup. */
  epoch: string;
  id: string;
  last_message: LastMessage | null;
  rating: Rating | null;
  state: State;
  /** Messages that the visitor has not read, at most 1,000. */
  unread: number;
};

export type OwnOrg = {
  /** Platform admins who set it up now. */
  acting: Array<ActingView>;
  /** From when on everything of it is removed. */
  delete_at: string | null;
  id: string;
  name: string;
  status: OrgStatus;
  /** Why it is suspended. */
  suspended_reason: string | null;
};

/** A new password. */
export type OwnPasswordBody = {
  /** The present one, where the caller has one. */
  current_password?: string | null;
  /** Whether to revoke all API tokens of the caller too; their other sessions always end. */
  end_tokens?: boolean;
  password: string;
};

/** The voice of an org. */
export type OwnVoice = {
  /** The model; null without a voice. */
  model: string | null;
  /** The kind of provider; null without a voice. */
  provider: string | null;
  /** Whose it is: `provider`, `local` (this server's own basic voice), `simulated` or `none`. */
  source: VoiceSource;
  /** What a minute costs in US dollars; null where it is sold by what is said, or has no price. */
  usd_per_minute: number | null;
};

export type OwnerBody = {
  email: string;
  /** The language of the mail, such as `es`; that of the browser by default. */
  locale?: string | null;
  name?: string | null;
};

/** A page that a visitor was on. */
export type PageVisit = {
  at: string;
  page: Page;
};

export type PasswordBody = {
  /** Whether to revoke all API tokens of the member too; their sessions always end. */
  end_tokens?: boolean;
  password: string;
  /** The token from the link. */
  token: string;
};

/** Price of a model from a day on, in US dollars per million tokens, and per minute where it is sold by it. */
export type Price = {
  audio_input_usd: number;
  audio_output_usd: number;
  /** Price of cached audio input, if it differs from cached text. */
  cached_audio_input_usd?: number;
  cached_input_usd: number;
  input_usd: number;
  /** Price of a minute of sound in US dollars, where the model is sold by it. */
  minute_usd?: number;
  model: string;
  output_usd: number;
  /** First day the price applies, such as `2026-11-21`. */
  valid_from: string;
};

/** New price of a model from a day on, in US dollars per million tokens. */
export type PriceBody = {
  audio_input_usd?: number;
  audio_output_usd?: number;
  /** Price of cached audio input, if it differs from cached text. */
  cached_audio_input_usd?: number | null;
  cached_input_usd?: number;
  input_usd: number;
  /** Price of a minute of sound in US dollars, where the model is sold by it. */
  minute_usd?: number;
  model: string;
  output_usd: number;
  /** First day the price applies, such as `2026-11-21`. */
  valid_from: string;
};

export type PricesAnswer = {
  prices: Array<Price>;
};

export type ProfileAnswer = {
  visitor: Visitor;
};

/** One message of a prompt, as the model got it. */
export type PromptMessage = {
  /** `system`, `user`, `assistant` or `tool`. */
  role: string;
  /** Its text; pictures are named. */
  text: string;
  /** Tools that the model called in it, with their arguments. */
  tool_calls: Array<PromptToolCall>;
};

export type PromptToolCall = {
  arguments: string;
  name: string;
};

/** A provider. */
export type Provider = {
  azure_api_version: string | null;
  base_url: string | null;
  created_at: string;
  id: string;
  /** Masked key such as `sk-...aBcD`; null if the provider has no key of its own. */
  key_hint: string | null;
  /** `openai`, `compatible`, `azure`, `anthropic` or `knowledge`. */
  kind: ProviderKind;
  model: string;
  name: string;
  /** Position in the fallback chain; the lowest is tried first. */
  position: number;
  sees_images: boolean;
  /** `native` or `prompt`. */
  tool_calling: ToolCalling;
  /** Model for calls, if the provider has a realtime API. */
  voice_model: string | null;
};

export type ProviderAnswer = {
  provider: Provider;
};

/** Fields of a provider. A new provider needs `kind` and, unless it is `knowledge`, `model`. */
export type ProviderBody = {
  azure_api_version?: string | null;
  /** Base URL. Changing it removes the stored key unless the request contains a new one. */
  base_url?: string | null;
  /** Write-only; null removes the key. */
  key?: string | null;
  kind?: ProviderKind | null;
  model?: string | null;
  name?: string | null;
  position?: number | null;
  sees_images?: boolean | null;
  tool_calling?: ToolCalling | null;
  /** Model for calls, if the provider has a realtime API; null for none, or for `openai` the channel's voice model. */
  voice_model?: string | null;
};

export type ProviderKind = 'openai' | 'compatible' | 'azure' | 'anthropic' | 'knowledge';

export type ProvidersAnswer = {
  providers: Array<Provider>;
};

export type PushAnswer = {
  /** The caller's browsers, the oldest first. */
  browsers: Array<PushBrowser>;
  /** What browsers subscribe with, in base64url. */
  public_key: string;
};

/** A browser's subscription, with what the caller calls the browser. */
export type PushBody = {
  /** Where the browser's push service takes messages. */
  endpoint: string;
  keys: PushKeys;
  /** The language of what it shows: `en` or `es`. */
  locale: string;
  name: string;
};

/** A browser of the caller's that takes pushes. */
export type PushBrowser = {
  created_at: string;
  id: string;
  name: string;
};

export type PushBrowserAnswer = {
  browser: PushBrowser;
};

/** The keys of a browser's subscription. */
export type PushKeys = {
  auth: string;
  p256dh: string;
};

/** Hours in which the caller is told by the bell alone. */
export type QuietHours = {
  /** When they begin, as `HH:MM`. */
  from: string;
  /** When they end; before `from` it is that of the next day. */
  to: string;
};

/** Figures of ratings; the last one of each conversation and answer counts. */
export type RatingsAnswer = {
  conversations: ConversationRatings;
  messages: MessageRatings;
};

export type RecordingFault = 'cut' | 'lost';

/** Recovery codes, each of one use; they cannot be shown again. */
export type RecoveryCodesAnswer = {
  recovery_codes: Array<string>;
};

/** Refused requests and the origins refused last, newest first. */
export type RefusedPagesView = {
  count: number;
  /** Origins refused last, at most 5. */
  origins: Array<string>;
};

/** Nothing: whether the address is known is not said. */
export type RegistrationAnswer = Record<string, unknown>;

export type RegistrationBody = {
  /** Their address, to which the link is mailed. */
  email: string;
  /** The language of the mail, such as `es`; that of the browser by default. */
  locale?: string | null;
  /** The name of its owner. */
  name: string;
  org_name: string;
};

export type RegistrationLinkBody = {
  password: string;
  /** The token from the link. */
  token: string;
};

export type ReleaseBody = {
  to?: ReleaseTarget | null;
};

export type RewriteBody = {
  /** With `translate`: the language, such as `de` or `pt-BR`; by default the visitor's. */
  language?: string | null;
  style: RewriteStyle;
  /** The text, at most 10,000 characters. */
  text: string;
};

/** How to change a text. */
export type RewriteStyle = 'shorter' | 'friendlier' | 'translate';

/** A rewritten text. */
export type RewrittenView = {
  text: string;
};

/** How a secret is rotated. */
export type RotateBody = {
  /** For how many hours the old secret is accepted as well: 0 by default, at most 720. */
  overlap_hours?: number;
};

/** A saved view of the inbox. */
export type SavedView = {
  /** Whether the caller may change and delete it. */
  can_change: boolean;
  /** Id of the member who has created it. */
  created_by: string;
  filter: InboxFilter;
  id: string;
  name: string;
  /** Whether the whole org sees it; otherwise only the caller does. */
  shared: boolean;
};

/** A change of a view; absent fields keep their value. */
export type SavedViewChange = {
  filter?: InboxFilter | null;
  name?: string | null;
};

/** How often each score was given. */
export type ScoreCounts = {
  1: number;
  2: number;
  3: number;
  4: number;
  5: number;
};

/** A page of what a search found, the newest first. */
export type SearchAnswer = {
  /** Whether something that was written may not be found yet. */
  is_behind: boolean;
  items: Array<SearchItem>;
  /** Where it goes on; a page may hold fewer items than asked for, or none, where older times are still to be looked at. Null once everything was. */
  next_cursor: string | null;
};

/** Who wrote it. */
export type SearchAuthor = {
  /** The kind of user, as in entries. */
  kind: string;
  name: string;
};

/** What a search found. */
export type SearchItem = {
  author: SearchAuthor | null;
  channel_id: string;
  /** Its conversation; of a visitor the newest one. */
  conversation_id: string | null;
  created_at: string;
  /** The id of the entry, the visitor or the ticket. */
  id: string;
  kind: SearchKind;
  /** The place of a message or note in its conversation. */
  seq: number | null;
  /** The part of it around the first hit. */
  snippet: Array<SnippetPart>;
  visitor: SearchVisitor;
};

export type SearchKind = 'message' | 'note' | 'visitor' | 'ticket';

/** The visitor of a hit. */
export type SearchVisitor = {
  id: string;
  name: string;
};

export type SecondStepBody = {
  /** From the details of `second_step_required`. */
  challenge: string;
  /** Six digits of the app, or a recovery code. */
  code: string;
};

export type SecretAnswer = {
  /** The new secret; it cannot be read again. */
  identity_secret: string;
  /** Until when the old secret is accepted as well; null where it is refused already. */
  old_accepted_until: string | null;
};

/** Equal security events of one minute. */
export type SecurityEvent = {
  /** An address; of IPv6 its network. */
  address: string | null;
  channel_id: string | null;
  /** How many there were. */
  count: number;
  /** The first of them. */
  created_at: string;
  id: string;
  kind: SecurityEventKind;
  /** The last of them. */
  last_at: string;
  org_id: string | null;
  request_id: string | null;
  user_agent: string | null;
};

export type SecurityEventKind = 'rate_limit_hit' | 'auth_failure' | 'high_usage' | 'repeated_errors' | 'cross_org_refused' | 'blocked' | 'dropped';

/** A committed message or note. */
export type SendAnswer = {
  /** Whether the entry already existed. */
  duplicate: boolean;
  entry: Entry;
  reply?: Entry | null;
};

export type Sentiment = 'positive' | 'neutral' | 'negative';

export type SessionAnswer = {
  session: Session;
};

/** A setting as it applies at one level. */
export type Setting = {
  choices?: Array<string>;
  help: string;
  /** Where that comes from. */
  inherited_source: SettingSource;
  /** What would hold here without a value of its own. */
  inherited_value: SettingValue;
  /** `text`, `template`, `flag`, `count`, `number`, `list`, `choice`, `hours`, `address`, `color`, `language`, `origins` or `form`. */
  kind: SettingKind;
  max?: number;
  min?: number;
  name: string;
  /** `business` or `technical`. */
  nature: SettingNature;
  /** Whether the field can be set at this level. */
  settable: boolean;
  /** Level the value is inherited from: `default`, `platform`, `org` or `channel`. */
  source: SettingSource;
  value: SettingValue;
};

/** A change of one setting. */
export type SettingChange = {
  /** The channel, if the value was set on a channel. */
  channel_id: string | null;
  created_at: string;
  field: string;
  id: string;
  member_id: string | null;
  member_name: string;
  new_value: SettingValue;
  old_value: SettingValue;
};

export type SettingKind = 'text' | 'template' | 'flag' | 'count' | 'number' | 'list' | 'choice' | 'hours' | 'address' | 'color' | 'language' | 'origins' | 'form';

export type SettingNature = 'business' | 'technical';

export type SettingSource = 'default' | 'platform' | 'org' | 'channel';

export type SettingValue = string | number | boolean | Array<string> | Hours | WidgetForm | null;

export type SettingsAnswer = {
  settings: Array<Setting>;
};

/** Values by setting name; null restores the inherited value. */
export type SettingsBody = {
  settings: Record<string, SettingValue>;
};

export type SetupAnswer = {
  /** Whether this server mails links to members who ask for one. */
  mails_links: boolean;
  /** Whether the server has no platform admin yet. */
  needed: boolean;
  /** Whether anybody may make an org of their own. */
  registers: boolean;
};

export type SetupBody = {
  email: string;
  name: string;
  org_name: string;
  password: string;
  /** The token from the setup link. */
  token: string;
};

/** How something stands that all orgs share. */
export type SharedLimit = {
  allowed: number;
  /** Its setting. */
  limit: string;
  /** What one org may take; null where that is not limited. */
  org_allowed: number | null;
  /** Who takes most of it, at most 20. */
  orgs: Array<OrgShare>;
  used: number;
};

/** A piece of a snippet. */
export type SnippetPart = {
  /** Whether these are words that were searched for. */
  hit: boolean;
  text: string;
};

export type SocketTicketAnswer = {
  /** A single-use ticket, valid for 60 s. */
  ticket: string;
};

/** State of the conversation after the operation. */
export type StateAnswer = {
  state: State;
};

/** What an agent has begun to write. */
export type StoredDraft = {
  conversation_id: string;
  kind: DraftKind;
  text: string;
  updated_at: string;
};

/** An enquiry sent through the assistant's enquiry tool. */
export type Submission = {
  body: string;
  channel_id: string | null;
  conversation_id: string | null;
  created_at: string;
  email: string;
  /** The member who last set the status. */
  handled_by: string | null;
  id: string;
  name: string | null;
  /** `open`, `done` or `archived`. */
  status: SubmissionStatus;
  subject: string;
  updated_at: string;
  visitor_id: string | null;
};

export type SubmissionAnswer = {
  submission: Submission;
};

export type SubmissionBody = {
  status: SubmissionStatus;
};

export type SubmissionStatus = 'open' | 'done' | 'archived';

export type Submitted = {
  id: string;
};

export type SubmittedAnswer = {
  submission: Submitted;
};

/** A draft of a reply. */
export type SuggestionView = {
  /** Passages of the org's knowledge on the question, best match first, at most three. */
  passages: Array<KnowledgePassage>;
  /** The draft; null if the org has no model. */
  text: string | null;
};

export type SuspendBody = {
  /** Why; its members read it. */
  reason?: string | null;
};

/** One call to a model. */
export type TestCall = {
  cached_input_tokens: number | null;
  cost_usd: number | null;
  /** Why it failed, or was not made. */
  error: string | null;
  /** Whether the counts are estimated, as the provider gave none. */
  estimate: boolean;
  first_token_ms: number | null;
  input_tokens: number | null;
  latency_ms: number | null;
  /** The prompt as it was sent. */
  messages: Array<PromptMessage>;
  model: string;
  output_tokens: number | null;
  provider: string;
  /** The names of the tools that were offered. */
  tools: Array<string>;
};

export type TestLine = {
  role: TestRole;
  text: string;
};

/** Who says a line of a test chat. */
export type TestRole = 'visitor' | 'assistant';

/** One call of a tool. */
export type TestToolCall = {
  arguments: string;
  duration_ms: number;
  name: string;
  /** What the model was told. */
  result: unknown;
  /** Whether it was run at all. */
  run: boolean;
  success: boolean;
};

/** A ticket: a request for a person. */
export type Ticket = {
  conversation_id: string;
  created_at: string;
  id: string;
  /** `low`, `medium`, `high` or `urgent`. */
  priority: TicketPriority;
  reason: string;
  resolved_at: string | null;
  resolved_by: User | null;
  /** `open` or `resolved`. */
  status: TicketStatus;
  /** Summary of the conversation for the agent. */
  summary: string | null;
  /** One-line subject; null until the brief has been written. */
  title: string | null;
  visitor: User;
};

export type TicketAnswer = {
  ticket: Ticket;
};

export type TicketPriority = 'low' | 'medium' | 'high' | 'urgent';

export type TicketStatus = 'open' | 'resolved';

/** The principal an API token acts as. */
export type TokenKind = 'agent' | 'server';

/** What an API token may do. */
export type TokenRights = 'read' | 'write' | 'admin';

/** A tool of the catalogue. */
export type Tool = {
  default_enabled: boolean;
  description: string;
  /** Whether a failed run is retried. */
  idempotent: boolean;
  input_schema: Record<string, unknown>;
  /** `built_in` or `webhook`. */
  kind: ToolKind;
  name: string;
  output_schema: Record<string, unknown> | null;
  /** Whether the tool is shipped with the server. */
  shipped: boolean;
};

export type ToolAnswer = {
  tool: Tool;
};

/** Fields of a catalogue tool. A new tool needs `name`, `description` and `input_schema`. */
export type ToolBody = {
  default_enabled?: boolean | null;
  description?: string | null;
  idempotent?: boolean | null;
  input_schema?: Record<string, unknown> | null;
  /** Name; only when creating a tool. */
  name?: string;
  output_schema?: Record<string, unknown> | null;
};

export type ToolCalling = 'native' | 'prompt';

export type ToolKind = 'built_in' | 'webhook';

/** A run of a tool. */
export type ToolRun = {
  /** Arguments as JSON, or as text if they are invalid JSON or were truncated. */
  arguments: unknown;
  attempts: number;
  channel_id: string | null;
  /** The conversation; null for a test run. */
  conversation_id: string | null;
  created_at: string;
  duration_ms: number;
  error: string | null;
  id: string;
  /** The result. */
  result: unknown;
  /** Where the result came from: `knowledge`, `web`, `webhook` or `built_in`; null for a refused run. */
  source: string | null;
  success: boolean;
  tool: string;
};

export type ToolRunAnswer = {
  run: ToolRun;
};

export type ToolTestBody = {
  arguments?: Record<string, unknown>;
};

export type ToolsAnswer = {
  tools: Array<OrgTool>;
};

/** To whom a transcript goes. */
export type TranscriptBody = {
  /** One email address. */
  email: string;
};

/** Result of a provider test. */
export type TrialAnswer = {
  /** The model's answer, or why there was none. */
  detail: string;
  latency_ms: number;
  ok: boolean;
};

export type TurnOutcome = 'answered' | 'held' | 'handed_over' | 'failed' | 'superseded';

/** How the caller stands to two-step sign-in. */
export type TwoStep = {
  /** Whether the org demands it. */
  is_demanded: boolean;
  /** Whether a code is asked for at sign-in. */
  is_on: boolean;
  /** How many recovery codes have not been used. */
  recovery_code_count: number;
  /** Since when; null while it is off. */
  since: string | null;
};

export type TwoStepCodeBody = {
  /** Six digits of the app, or a recovery code where one is asked for at sign-in or to end it. */
  code: string;
};

/** A key for an authenticator app. */
export type TwoStepKey = {
  /** The key in base32, to be typed. */
  key: string;
  /** The address as a QR code. */
  qr_svg: string;
  /** The `otpauth:` address. */
  uri: string;
};

/** How an unanswered question is resolved: with a new `answer`, or with an existing `pair_id`. */
export type UnansweredAnswer = {
  /** The answer of a new pair. */
  answer?: string | null;
  /** An existing pair that answers the question. */
  pair_id?: string | null;
  /** A better wording of the question; the visitor's wording is kept as another phrasing. */
  question?: string | null;
};

/** A question the assistant could not answer. */
export type UnansweredQuestion = {
  asked_at: string;
  asked_count: number;
  channel_id: string | null;
  /** The conversation in which the question was last asked. */
  conversation_id: string | null;
  created_at: string;
  id: string;
  language: string | null;
  /** The wording in which the question was first asked. */
  question: string;
};

/** Usage of an org against its limits. */
export type UsageAnswer = {
  /** Limits by the name of the counted quantity; null for none. */
  day_limits: UsageLimits;
  /** Whether the assistant stops when a limit without a mode of its own is reached. */
  hard: boolean;
  /** Every limit that is set, with what it does by itself when it is reached. */
  limits: Array<UsageLimit>;
  month: UsageNumbers;
  month_limits: UsageLimits;
  /** When the daily counts reset: the next midnight, UTC. */
  resets_at: string;
  today: UsageNumbers;
  /** Models without a price used since the server started; they are charged at the fallback price. */
  unpriced_models: Array<string>;
  warnings: Array<Warning>;
};

/** One request to a model. */
export type UsageEvent = {
  /** The address from which the visitor came, until it is forgotten. */
  address: string | null;
  cached_input_tokens: number;
  channel_id: string | null;
  cost_usd: number;
  created_at: string;
  endpoint: string;
  /** Whether the counts are estimates, because the provider reported none or the request was cancelled. */
  estimated: boolean;
  id: string;
  input_tokens: number;
  kind: string;
  latency_ms: number;
  model: string;
  output_tokens: number;
  provider: string;
  /** The provider's id of the request. */
  request_id: string | null;
  seconds: number;
  session_id: string | null;
  success: boolean;
};

/** A limit of a day or month that is set. */
export type UsageLimit = {
  allowed: number;
  /** The name of its setting. */
  limit: string;
  mode: LimitMode;
  period: UsagePeriod;
  used: number;
};

/** Limits per day or month; null for none. */
export type UsageLimits = {
  chat_requests: number | null;
  cost_usd: number | null;
  embedding_tokens: number | null;
  total_tokens: number | null;
  voice_minutes: number | null;
};

/** Usage of a day or a month. */
export type UsageNumbers = {
  chat_requests: number;
  cost_usd: number;
  embedding_tokens: number;
  total_tokens: number;
  /** Minutes of ended calls. */
  voice_minutes: number;
};

export type UsagePeriod = 'day' | 'month';

/** Usage of one group. */
export type UsageSum = {
  cost_usd: number;
  failed: number;
  input_tokens: number;
  /** The hour from 0 to 23, the day, the id of a channel or person, the model, the kind or the address; empty for what has none, such as a person who was erased. */
  key: string;
  /** The name of a channel or person, where it has one. */
  name: string;
  output_tokens: number;
  requests: number;
  seconds: number;
};

export type UsageSumsAnswer = {
  items: Array<UsageSum>;
};

/** One of the two. */
export type VerifyBody = {
  /** Six digits of the caller's app, or a recovery code. */
  code?: string | null;
  /** The caller's password. */
  password?: string | null;
};

export type ViewAnswer = {
  view: SavedView;
};

/** The saved views that the caller sees. */
export type ViewsAnswer = {
  views: Array<SavedView>;
};

export type VisitorAnswer = {
  /** From where they began last; null to agents, and where it is not kept any more. */
  address: string | null;
  blocked: VisitorBlock | null;
  /** What they agreed to before they wrote, the newest first. */
  consents: Array<VisitorConsent>;
  merged_into: MainVisitor | null;
  /** The merges of the person they are of, the newest first. */
  merges: Array<VisitorMerge>;
  /** The pages they were on, the newest first, at most 50. */
  pages: Array<PageVisit>;
  visitor: Visitor;
};

/** That a visitor is blocked. */
export type VisitorBlock = {
  at: string;
  by: User;
  reason: string | null;
};

/** A call of a visitor. */
export type VisitorCall = {
  id: string;
  reason: CallEndReason | null;
  /** Duration; null while it is active. */
  seconds: number | null;
  session_id: string;
  started_at: string;
};

/** What a visitor agreed to. */
export type VisitorConsent = {
  accepted_at: string;
  /** In the words that they read. */
  text: string;
};

/** A file that a message names. */
export type VisitorFile = {
  attachment: Attachment;
  created_at: string;
  session_id: string;
};

/** What a visitor did before, each the newest first and at most 20. */
export type VisitorHistoryAnswer = {
  /** What their browser said of itself last. */
  browser: string | null;
  calls: Array<VisitorCall>;
  conversations: Array<ConversationSummary>;
  /** Files that were sent in their conversations, by whomever. */
  files: Array<VisitorFile>;
  tickets: Array<Ticket>;
};

/** That a visitor was merged into another. */
export type VisitorMerge = {
  at: string;
  by: User;
  /** The id of the visitor into whom they were merged then. */
  into: string;
  /** Until when it can be taken back; null where that is over. */
  undo_until: string | null;
  visitor: MainVisitor;
};

export type VoiceSource = 'provider' | 'local' | 'simulated' | 'none';

/** A limit of which at least 80 % is used. */
export type Warning = {
  limit: string;
  mode: LimitMode;
  /** Used share; 1 or more means the limit is reached. */
  share: number;
};

/** A webhook. */
export type Webhook = {
  active: boolean;
  created_at: string;
  id: string;
  /** Event kinds to deliver; if empty, all. */
  kinds: Array<WebhookKind>;
  /** While the secret is rotated: until when the old one signs, with the new one beside it. */
  old_secret_until: string | null;
  /** Masked secret such as `whs_...aBcD`. */
  secret_hint: string;
  url: string;
};

export type WebhookAnswer = {
  /** The signing secret, present only if the server generated it; it cannot be read again. */
  secret?: string;
  webhook: Webhook;
};

/** Fields of a webhook. A new webhook needs `url`. */
export type WebhookBody = {
  active?: boolean | null;
  /** The kinds to deliver; if empty, all. */
  kinds?: Array<WebhookKind> | null;
  /** Write-only signing secret; generated for a new webhook without one. */
  secret?: string | null;
  url?: string | null;
};

export type WebhookKind = 'conversation.opened' | 'conversation.closed' | 'message.created' | 'handoff.requested' | 'conversation.taken_over' | 'conversation.released' | 'conversation.assigned' | 'call.started' | 'call.ended' | 'ticket.opened' | 'ticket.resolved' | 'submission.created' | 'contact.updated' | 'usage.warning' | 'rating.created' | 'security.address_suspicious' | 'webhook.test';

export type WebhooksAnswer = {
  webhooks: Array<Webhook>;
};

/** Whether people are there to answer now. */
export type WidgetAvailability = {
  /** Whether it is within the channel's hours. */
  is_open: boolean;
  /** Agents who are online or busy. */
  online: number;
  /** At most three of them; none where the channel does not show them. */
  people: Array<WidgetPerson>;
  /** When the hours begin again; null within them. */
  reopens_at: string | null;
  /** Median wait of recent requests for a person; null if too few were measured. */
  usual_wait_seconds: number | null;
};

/** Channel configuration for the widget. */
export type WidgetChannel = {
  assistant: Assistant | null;
  availability: WidgetAvailability;
  color: string;
  files: WidgetFiles;
  /** Whether visitors choose between the assistant and a person before they write. */
  first_choice: boolean;
  greeting: string | null;
  handoff_enabled: boolean;
  id: string;
  /** Whether queries and fragments of page addresses are wanted. */
  keep_page_query: boolean;
  /** Words beside the launcher. */
  launcher_label: string | null;
  /** The language; null for the browser's. */
  locale: string | null;
  /** Whether this server can send mail to visitors. */
  mail: boolean;
  name: string;
  /** Whether a form is offered out of hours. */
  offline_form: boolean;
  /** What is said out of hours; null for the widget's own words. */
  offline_text: string | null;
  position: WidgetPosition;
  prechat_form: WidgetForm | null;
  /** Whether conversations that have ended may be rated. */
  ratings: boolean;
  theme: WidgetTheme;
  /** Maximum length of a visitor message in Unicode code points. */
  visitor_message_max_chars: number;
  /** Whether calls can be had. */
  voice_enabled: boolean;
  welcome: WidgetWelcome;
  /** Suggested first questions, as in `welcome`. */
  welcome_questions: Array<string>;
};

/** Files that visitors may send. */
export type WidgetFiles = {
  /** Maximum size of another file in bytes. */
  document_max_bytes: number;
  /** Maximum size of a picture in bytes. */
  max_bytes: number;
  /** Maximum number of files in one message. */
  max_files: number;
  /** Their content types. */
  types: Array<string>;
};

/** What visitors are asked before they write. */
export type WidgetForm = {
  fields: Array<WidgetFormField>;
  title: string | null;
};

/** A field of a form. */
export type WidgetFormField = {
  label: string;
  /** What a `consent` is about. */
  link: string | null;
  /** The attribute that the answer becomes. */
  name: string;
  /** What may be chosen, for a `choice`. */
  options: Array<string>;
  required: boolean;
  /** What is asked for; answers to `name`, `email` and `phone` become the visitor's own. */
  type: FormFieldType;
};

/** An agent; their picture is at `/widget/members/{id}/picture`. */
export type WidgetPerson = {
  id: string;
  name: string;
};

export type WidgetPosition = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';

export type WidgetSessionAnswer = {
  channel: WidgetChannel;
  session: Session | null;
  visitor: Visitor;
  visitor_token: string;
};

export type WidgetSessionBody = {
  /** The channel's public key. */
  channel_key: string;
  identity?: Identity | null;
  /** Language tag of the visitor's browser. */
  locale?: string | null;
  page?: Page | null;
  /** The visitor token of an earlier visit; an unknown or expired token creates a new visitor. */
  visitor_token?: string | null;
};

export type WidgetTheme = 'auto' | 'light' | 'dark';

/** What the welcome card shows besides the greeting. */
export type WidgetWelcome = {
  /** URL of a picture. */
  picture: string | null;
  /** Suggested first questions. */
  questions: Array<string>;
  /** URL of a short video, to be played without sound. */
  video: string | null;
};

/** What `GET` sends and is answered, by path. */
export interface Gets {
  '/assistant/turns': { answer: List<AssistantTurn>; };
  '/audit': { answer: List<AuditRow>; };
  '/auth/me': { answer: MeAnswer; };
  '/auth/sessions': { answer: List<AgentSession>; };
  '/auth/two-step': { answer: TwoStep; };
  '/calls': { answer: List<Call>; };
  '/canned-replies': { answer: List<CannedReply>; };
  '/channels': { answer: List<Channel>; };
  '/channels/{id}/handoff-words': { answer: HandoffWordsAnswer; };
  '/channels/{id}/old-identity-secret': { answer: OldSecretAnswer; };
  '/channels/{id}/settings': { answer: SettingsAnswer; };
  '/conversations': { answer: List<ConversationSummary>; };
  '/conversations/{id}': { answer: ConversationAnswer; };
  '/conversations/{id}/entries': { answer: EntriesAnswer; };
  '/conversations/{id}/follow': { answer: FollowAnswer; };
  '/demo': { answer: DemoAnswer; };
  '/drafts': { answer: DraftsAnswer; };
  '/knowledge/pairs': { answer: List<KnowledgePair>; };
  '/knowledge/search': { answer: KnowledgeSearch; };
  '/knowledge/sources': { answer: List<KnowledgeSource>; };
  '/knowledge/unanswered': { answer: List<UnansweredQuestion>; };
  '/members': { answer: List<Member>; };
  '/notifications': { answer: NotificationsAnswer; };
  '/notifications/choices': { answer: NotificationChoices; };
  '/notifications/push': { answer: PushAnswer; };
  '/orgs': { answer: List<Org>; };
  '/platform/audit': { answer: List<AuditRow>; };
  '/platform/health': { answer: HealthAnswer; };
  '/platform/limits': { answer: LimitsAnswer; };
  '/platform/nodes': { answer: NodesAnswer; };
  '/platform/security/addresses': { answer: AddressesAnswer; };
  '/platform/security/blocks': { answer: BlocksAnswer; };
  '/platform/security/events': { answer: List<SecurityEvent>; };
  '/platform/settings': { answer: SettingsAnswer; };
  '/prices': { answer: PricesAnswer; };
  '/providers': { answer: ProvidersAnswer; };
  '/ratings': { answer: RatingsAnswer; };
  '/search': { answer: SearchAnswer; };
  '/security/addresses': { answer: AddressesAnswer; };
  '/security/blocks': { answer: BlocksAnswer; };
  '/security/events': { answer: List<SecurityEvent>; };
  '/settings': { answer: SettingsAnswer; };
  '/settings/history': { answer: List<SettingChange>; };
  '/setup': { answer: SetupAnswer; };
  '/submissions': { answer: List<Submission>; };
  '/tickets': { answer: List<Ticket>; };
  '/tokens': { answer: List<ApiToken>; };
  '/tools': { answer: ToolsAnswer; };
  '/tools/runs': { answer: List<ToolRun>; };
  '/usage': { answer: UsageAnswer; };
  '/usage/events': { answer: List<UsageEvent>; };
  '/usage/sums': { answer: UsageSumsAnswer; };
  '/views': { answer: ViewsAnswer; };
  '/visitors/{id}': { answer: VisitorAnswer; };
  '/visitors/{id}/history': { answer: VisitorHistoryAnswer; };
  '/voice': { answer: OwnVoice; };
  '/webhooks': { answer: WebhooksAnswer; };
  '/webhooks/deliveries': { answer: List<Delivery>; };
  '/widget/conversations': { answer: List<OwnConversation>; };
}

/** What `POST` sends and is answered, by path. */
export interface Posts {
  '/attachments': { answer: AttachmentAnswer; };
  '/auth/link': { body: LinkLoginBody; answer: MemberAnswer; };
  '/auth/links': { body: NewLink; answer: MailedLinkAnswer; };
  '/auth/login': { body: LoginBody; answer: MemberAnswer; };
  '/auth/logout': { answer: void; };
  '/auth/password': { body: PasswordBody; answer: void; };
  '/auth/register': { body: RegistrationBody; answer: RegistrationAnswer; };
  '/auth/register/confirm': { body: RegistrationLinkBody; answer: MemberAnswer; };
  '/auth/second-step': { body: SecondStepBody; answer: MemberAnswer; };
  '/auth/sessions/end-others': { answer: EndedAnswer; };
  '/auth/socket-ticket': { answer: SocketTicketAnswer; };
  '/auth/two-step': { answer: TwoStepKey; };
  '/auth/two-step/confirm': { body: TwoStepCodeBody; answer: RecoveryCodesAnswer; };
  '/auth/two-step/end': { body: TwoStepCodeBody; answer: void; };
  '/auth/two-step/recovery-codes': { answer: RecoveryCodesAnswer; };
  '/auth/verify': { body: VerifyBody; answer: void; };
  '/calls/{id}/end': { answer: CallAnswer; };
  '/calls/{id}/legs': { body: LegBody; answer: CallTicketAnswer; };
  '/canned-replies': { body: NewCannedReply; answer: CannedReplyAnswer; };
  '/canned-replies/import': { answer: CannedReplyImport; };
  '/canned-replies/{id}/files': { answer: AttachmentAnswer; };
  '/canned-replies/{id}/used': { answer: void; };
  '/channels': { body: ChannelBody; answer: NewChannelAnswer; };
  '/channels/{id}/assistant/test': { body: AssistantTestBody; answer: AssistantTestAnswer; };
  '/channels/{id}/handoff-test': { body: HandoffTestBody; answer: HandoffTestAnswer; };
  '/channels/{id}/install-check': { body: InstallCheckBody; answer: InstallCheckAnswer; };
  '/channels/{id}/rotate-identity-secret': { body: RotateBody; answer: SecretAnswer; };
  '/channels/{id}/rotate-key': { answer: ChannelAnswer; };
  '/conversations/bulk': { body: BulkBody; answer: BulkAnswer; };
  '/conversations/{id}/assign': { body: AssignBody; answer: StateAnswer; };
  '/conversations/{id}/end': { answer: StateAnswer; };
  '/conversations/{id}/follow': { answer: FollowAnswer; };
  '/conversations/{id}/messages': { body: MessageBody; answer: SendAnswer; };
  '/conversations/{id}/release': { body: ReleaseBody; answer: StateAnswer; };
  '/conversations/{id}/reopen': { answer: ConversationAnswer; };
  '/conversations/{id}/rewrite': { body: RewriteBody; answer: RewrittenView; };
  '/conversations/{id}/suggestion': { answer: SuggestionView; };
  '/conversations/{id}/transcript': { body: TranscriptBody; answer: Accepted; };
  '/knowledge/pairs': { body: NewKnowledgePair; answer: KnowledgePairAnswer; };
  '/knowledge/sources': { body: NewKnowledgeSource; answer: KnowledgeSourceAnswer; };
  '/knowledge/sources/{id}/refresh': { answer: KnowledgeSourceAnswer; };
  '/knowledge/unanswered/{id}/answer': { body: UnansweredAnswer; answer: KnowledgePairAnswer; };
  '/members': { body: NewMemberBody; answer: InvitedAnswer; };
  '/members/{id}/password-link': { answer: LinkAnswer; };
  '/notifications/read': { body: NotificationsReadBody; answer: NotificationsReadAnswer; };
  '/orgs': { body: NewOrgBody; answer: NewOrgAnswer; };
  '/orgs/{id}/acting': { body: ActingBody; answer: ActingAnswer; };
  '/orgs/{id}/keep': { answer: OrgAnswer; };
  '/orgs/{id}/resume': { answer: OrgAnswer; };
  '/orgs/{id}/suspend': { body: SuspendBody; answer: OrgAnswer; };
  '/platform/mail-test': { answer: MailTestAnswer; };
  '/platform/prices': { body: PriceBody; answer: void; };
  '/platform/security/blocks': { body: AddressBlockBody; answer: AddressBlockAnswer; };
  '/platform/tools': { body: ToolBody; answer: ToolAnswer; };
  '/providers': { body: ProviderBody; answer: ProviderAnswer; };
  '/providers/{id}/test': { answer: TrialAnswer; };
  '/security/blocks': { body: AddressBlockBody; answer: AddressBlockAnswer; };
  '/settings/history/{id}/restore': { answer: SettingsAnswer; };
  '/setup': { body: SetupBody; answer: MemberAnswer; };
  '/tickets/{id}/resolve': { answer: TicketAnswer; };
  '/tokens': { body: NewTokenBody; answer: NewTokenAnswer; };
  '/tools/{id}/test': { body: ToolTestBody; answer: ToolRunAnswer; };
  '/views': { body: NewSavedView; answer: ViewAnswer; };
  '/visitors/{id}/block': { body: BlockBody; answer: BlockAnswer; };
  '/visitors/{id}/merge': { body: MergeBody; answer: MergesAnswer; };
  '/visitors/{id}/unblock': { answer: BlockAnswer; };
  '/visitors/{id}/unmerge': { answer: MergesAnswer; };
  '/webhooks': { body: WebhookBody; answer: WebhookAnswer; };
  '/webhooks/deliveries/{id}/replay': { answer: DeliveryAnswer; };
  '/webhooks/{id}/rotate-secret': { body: RotateBody; answer: WebhookAnswer; };
  '/webhooks/{id}/test': { answer: DeliveryAnswer; };
  '/widget/attachments': { answer: AttachmentAnswer; };
  '/widget/calls': { body: CallBody; answer: CallTicketAnswer; };
  '/widget/calls/{id}/legs': { answer: CallTicketAnswer; };
  '/widget/conversations': { answer: SessionAnswer; };
  '/widget/conversations/{id}/transcript': { body: TranscriptBody; answer: Accepted; };
  '/widget/profile': { body: VisitorUpdate; answer: ProfileAnswer; };
  '/widget/sessions': { body: WidgetSessionBody; answer: WidgetSessionAnswer; };
  '/widget/submissions': { body: OfflineForm; answer: SubmittedAnswer; };
}

/** What `PUT` sends and is answered, by path. */
export interface Puts {
  '/auth/password': { body: OwnPasswordBody; answer: void; };
  '/conversations/{id}/draft': { body: DraftBody; answer: void; };
  '/notifications/choices': { body: NotificationChoices; answer: NotificationChoices; };
  '/notifications/push': { body: PushBody; answer: PushBrowserAnswer; };
}

/** What `PATCH` sends and is answered, by path. */
export interface Patches {
  '/canned-replies/{id}': { body: CannedReplyChange; answer: CannedReplyAnswer; };
  '/channels/{id}': { body: ChannelBody; answer: ChannelAnswer; };
  '/channels/{id}/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/conversations/{id}': { body: ConversationPatchBody; answer: ConversationAnswer; };
  '/knowledge/pairs/{id}': { body: KnowledgePairFields; answer: KnowledgePairAnswer; };
  '/knowledge/sources/{id}': { body: KnowledgeSourceChange; answer: KnowledgeSourceAnswer; };
  '/members/{id}': { body: MemberPatchBody; answer: MemberAnswer; };
  '/platform/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/platform/tools/{id}': { body: ToolBody; answer: ToolAnswer; };
  '/providers/{id}': { body: ProviderBody; answer: ProviderAnswer; };
  '/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/submissions/{id}': { body: SubmissionBody; answer: SubmissionAnswer; };
  '/tools/{id}': { body: OrgToolBody; answer: OrgToolAnswer; };
  '/views/{id}': { body: SavedViewChange; answer: ViewAnswer; };
  '/webhooks/{id}': { body: WebhookBody; answer: WebhookAnswer; };
}

/** What `DELETE` sends and is answered, by path. */
export interface Deletes {
  '/auth/sessions/{id}': { answer: void; };
  '/calls/{id}/recording': { answer: void; };
  '/canned-replies/{id}': { answer: void; };
  '/canned-replies/{id}/files/{file_id}': { answer: void; };
  '/channels/{id}/old-identity-secret': { answer: void; };
  '/conversations/{id}/follow': { answer: FollowAnswer; };
  '/knowledge/pairs/{id}': { answer: void; };
  '/knowledge/sources/{id}': { answer: void; };
  '/knowledge/unanswered/{id}': { answer: void; };
  '/members/{id}': { answer: void; };
  '/members/{id}/picture': { answer: void; };
  '/members/{id}/two-step': { answer: void; };
  '/notifications/push/{id}': { answer: void; };
  '/orgs/{id}': { answer: OrgAnswer; };
  '/orgs/{id}/acting': { answer: void; };
  '/platform/security/blocks/{id}': { answer: void; };
  '/platform/tools/{id}': { answer: void; };
  '/providers/{id}': { answer: void; };
  '/security/blocks/{id}': { answer: void; };
  '/tokens/{id}': { answer: void; };
  '/views/{id}': { answer: void; };
  '/visitors/{id}': { answer: ErasureAnswer; };
  '/webhooks/{id}': { answer: void; };
  '/webhooks/{id}/old-secret': { answer: void; };
}
