// Generated from the API's document by `make wire-types`; a test fails when it differs. Do not edit.

import type {
  Attachment,
  ConversationSummary,
  Entry,
  Page,
  ReleaseTarget,
  State,
  User,
  Visitor,
} from './wire.generated.ts';

/** A page of a list. */
export type List<T> = {
  /** The items. */
  items: Array<T>;
  /** Cursor of the next page; null on the last page. */
  next_cursor: string | null;
};

export type AssignBody = {
  /** The agent to assign; null removes the assignment. */
  agent_id: string | null;
  /** The assignee the caller last saw; `conflict` if it has changed since. */
  expected?: string | null;
};

/** The assistant's name and picture as shown in the widget. */
export type Assistant = {
  name: string;
  /** URL of the assistant's picture. */
  picture: string | null;
};

export type AttachmentAnswer = {
  attachment: Attachment;
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
  /** Agents connected to the call. */
  listener_count: number;
  model: string;
  provider: string;
  reason: CallEndReason | null;
  /** Whether a recording is stored. */
  recorded: boolean;
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

/** Entries in ascending order. */
export type EntriesAnswer = {
  entries: Array<Entry>;
  /** Whether there are more entries in the requested direction. */
  has_more: boolean;
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

/** A member and the link with which they set a password. */
export type InvitedAnswer = {
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

export type LinkAnswer = {
  /** Single-use link; whoever has it can set the password. */
  set_password_url: string;
};

export type LoginBody = {
  email: string;
  password: string;
};

export type MeAnswer = {
  /** Whether this server serves the demo page. */
  demo: boolean;
  member: Member;
  org: OwnOrg;
};

/** A member. */
export type Member = {
  active: boolean;
  created_at: string;
  email: string;
  id: string;
  name: string;
  org_id: string;
  platform_admin: boolean;
  /** `online`, `away`, `busy` or `offline`. */
  presence: MemberPresence;
  /** The role: `owner`, `admin` or `agent`. */
  role: MemberRole;
};

export type MemberAnswer = {
  member: Member;
};

export type MemberPatchBody = {
  active?: boolean | null;
  name?: string | null;
  role?: MemberRole | null;
};

export type MemberPresence = 'online' | 'away' | 'busy' | 'offline';

export type MemberRole = 'owner' | 'admin' | 'agent';

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

export type NewMemberBody = {
  email: string;
  name: string;
  /** The role: `owner`, `admin` or `agent`. */
  role: MemberRole;
};

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

export type OwnOrg = {
  id: string;
  name: string;
};

export type PasswordBody = {
  /** Whether to revoke all API tokens of the member too; their sessions always end. */
  end_tokens?: boolean;
  password: string;
  /** The token from the link. */
  token: string;
};

/** Price of a model from a day on, in US dollars per million tokens. */
export type Price = {
  audio_input_usd: number;
  audio_output_usd: number;
  /** Price of cached audio input, if it differs from cached text. */
  cached_audio_input_usd?: number;
  cached_input_usd: number;
  input_usd: number;
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
  model: string;
  output_usd: number;
  /** First day the price applies, such as `2026-11-21`. */
  valid_from: string;
};

export type PricesAnswer = {
  prices: Array<Price>;
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

/** Refused requests and the origins refused last, newest first. */
export type RefusedPagesView = {
  count: number;
  /** Origins refused last, at most 5. */
  origins: Array<string>;
};

export type ReleaseBody = {
  to?: ReleaseTarget | null;
};

export type SecretAnswer = {
  /** The new secret; it cannot be read again. */
  identity_secret: string;
};

export type Sentiment = 'positive' | 'neutral' | 'negative';

/** A conversation as shown to its visitor. */
export type Session = {
  created_at: string;
  /** Identifies the stored history; changes only if the history was lost or restored from a backup. */
  epoch: string;
  id: string;
  state: State;
};

export type SessionAnswer = {
  session: Session;
};

/** A setting as it applies at one level. */
export type Setting = {
  choices?: Array<string>;
  help: string;
  /** `text`, `template`, `flag`, `count`, `number`, `list`, `choice`, `hours` or `address`. */
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

export type SettingKind = 'text' | 'template' | 'flag' | 'count' | 'number' | 'list' | 'choice' | 'hours' | 'address';

export type SettingNature = 'business' | 'technical';

export type SettingSource = 'default' | 'platform' | 'org' | 'channel';

export type SettingValue = string | number | boolean | Array<string> | Hours | null;

export type SettingsAnswer = {
  settings: Array<Setting>;
};

/** Values by setting name; null restores the inherited value. */
export type SettingsBody = {
  settings: Record<string, SettingValue>;
};

export type SetupAnswer = {
  /** Whether the server has no platform admin yet. */
  needed: boolean;
};

export type SetupBody = {
  email: string;
  name: string;
  org_name: string;
  password: string;
  /** The token from the setup link. */
  token: string;
};

export type SocketTicketAnswer = {
  /** A single-use ticket, valid for 60 s. */
  ticket: string;
};

/** State of the conversation after the operation. */
export type StateAnswer = {
  state: State;
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

/** Result of a provider test. */
export type TrialAnswer = {
  /** The model's answer, or why there was none. */
  detail: string;
  latency_ms: number;
  ok: boolean;
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
  /** Whether the assistant stops when a limit is reached. */
  hard: boolean;
  month: UsageNumbers;
  month_limits: UsageLimits;
  /** When the daily counts reset: the next midnight, UTC. */
  resets_at: string;
  today: UsageNumbers;
  /** Models without a price used since the server started; they are charged at the fallback price. */
  unpriced_models: Array<string>;
  warnings: Array<Warning>;
};

/** Usage summed by day, kind and model. */
export type UsageDay = {
  cost_usd: number;
  day: string;
  failed: number;
  input_tokens: number;
  kind: string;
  model: string;
  output_tokens: number;
  requests: number;
  seconds: number;
};

export type UsageDaysAnswer = {
  days: Array<UsageDay>;
};

/** One request to a model. */
export type UsageEvent = {
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

/** Limits per day or month; null for none. */
export type UsageLimits = {
  chat_requests: number | null;
  cost_usd: number | null;
  embedding_tokens: number | null;
  total_tokens: number | null;
};

/** Usage of a day or a month. */
export type UsageNumbers = {
  chat_requests: number;
  cost_usd: number;
  embedding_tokens: number;
  total_tokens: number;
};

/** A limit of which at least 80 % is used. */
export type Warning = {
  limit: string;
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
  /** Some of `conversation.opened`, `conversation.closed`, `message.created`, `handoff.requested`, `rating.created` and `webhook.test`; if empty, all. */
  kinds?: Array<WebhookKind> | null;
  /** Write-only signing secret; generated for a new webhook without one. */
  secret?: string | null;
  url?: string | null;
};

export type WebhookKind = 'conversation.opened' | 'conversation.closed' | 'message.created' | 'handoff.requested' | 'rating.created' | 'webhook.test';

export type WebhooksAnswer = {
  webhooks: Array<Webhook>;
};

/** Channel configuration for the widget. */
export type WidgetChannel = {
  assistant: Assistant | null;
  color: string;
  greeting: string | null;
  handoff_enabled: boolean;
  id: string;
  locale: string | null;
  name: string;
  visitor_message_max_chars: number;
  /** Reserved; currently always false. */
  voice_enabled: boolean;
  /** Suggested first questions. */
  welcome_questions: Array<string>;
};

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

/** What `GET` sends and is answered, by path. */
export interface Gets {
  '/auth/me': { answer: MeAnswer; };
  '/calls': { answer: List<Call>; };
  '/channels': { answer: List<Channel>; };
  '/channels/{id}/settings': { answer: SettingsAnswer; };
  '/conversations': { answer: List<ConversationSummary>; };
  '/conversations/{id}': { answer: ConversationAnswer; };
  '/conversations/{id}/entries': { answer: EntriesAnswer; };
  '/demo': { answer: DemoAnswer; };
  '/knowledge/pairs': { answer: List<KnowledgePair>; };
  '/knowledge/search': { answer: KnowledgeSearch; };
  '/knowledge/sources': { answer: List<KnowledgeSource>; };
  '/knowledge/unanswered': { answer: List<UnansweredQuestion>; };
  '/members': { answer: List<Member>; };
  '/platform/settings': { answer: SettingsAnswer; };
  '/prices': { answer: PricesAnswer; };
  '/providers': { answer: ProvidersAnswer; };
  '/settings': { answer: SettingsAnswer; };
  '/settings/history': { answer: List<SettingChange>; };
  '/setup': { answer: SetupAnswer; };
  '/submissions': { answer: List<Submission>; };
  '/tickets': { answer: List<Ticket>; };
  '/tools': { answer: ToolsAnswer; };
  '/tools/runs': { answer: List<ToolRun>; };
  '/usage': { answer: UsageAnswer; };
  '/usage/days': { answer: UsageDaysAnswer; };
  '/usage/events': { answer: List<UsageEvent>; };
  '/webhooks': { answer: WebhooksAnswer; };
  '/webhooks/deliveries': { answer: List<Delivery>; };
}

/** What `POST` sends and is answered, by path. */
export interface Posts {
  '/attachments': { answer: AttachmentAnswer; };
  '/auth/login': { body: LoginBody; answer: MemberAnswer; };
  '/auth/logout': { answer: void; };
  '/auth/password': { body: PasswordBody; answer: void; };
  '/auth/socket-ticket': { answer: SocketTicketAnswer; };
  '/calls/{id}/end': { answer: CallAnswer; };
  '/calls/{id}/legs': { body: LegBody; answer: CallTicketAnswer; };
  '/channels': { body: ChannelBody; answer: NewChannelAnswer; };
  '/channels/{id}/rotate-identity-secret': { answer: SecretAnswer; };
  '/channels/{id}/rotate-key': { answer: ChannelAnswer; };
  '/conversations/{id}/assign': { body: AssignBody; answer: StateAnswer; };
  '/conversations/{id}/end': { answer: StateAnswer; };
  '/conversations/{id}/release': { body: ReleaseBody; answer: StateAnswer; };
  '/knowledge/pairs': { body: NewKnowledgePair; answer: KnowledgePairAnswer; };
  '/knowledge/sources': { body: NewKnowledgeSource; answer: KnowledgeSourceAnswer; };
  '/knowledge/sources/{id}/refresh': { answer: KnowledgeSourceAnswer; };
  '/knowledge/unanswered/{id}/answer': { body: UnansweredAnswer; answer: KnowledgePairAnswer; };
  '/members': { body: NewMemberBody; answer: InvitedAnswer; };
  '/members/{id}/password-link': { answer: LinkAnswer; };
  '/platform/prices': { body: PriceBody; answer: void; };
  '/providers': { body: ProviderBody; answer: ProviderAnswer; };
  '/providers/{id}/test': { answer: TrialAnswer; };
  '/setup': { body: SetupBody; answer: MemberAnswer; };
  '/tickets/{id}/resolve': { answer: TicketAnswer; };
  '/tools/{id}/test': { body: ToolTestBody; answer: ToolRunAnswer; };
  '/webhooks': { body: WebhookBody; answer: WebhookAnswer; };
  '/webhooks/deliveries/{id}/replay': { answer: DeliveryAnswer; };
  '/webhooks/{id}/test': { answer: DeliveryAnswer; };
  '/widget/attachments': { answer: AttachmentAnswer; };
  '/widget/calls': { body: CallBody; answer: CallTicketAnswer; };
  '/widget/calls/{id}/legs': { answer: CallTicketAnswer; };
  '/widget/conversations': { answer: SessionAnswer; };
  '/widget/sessions': { body: WidgetSessionBody; answer: WidgetSessionAnswer; };
}

/** What `PATCH` sends and is answered, by path. */
export interface Patches {
  '/channels/{id}': { body: ChannelBody; answer: ChannelAnswer; };
  '/channels/{id}/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/conversations/{id}': { body: ConversationPatchBody; answer: ConversationAnswer; };
  '/knowledge/pairs/{id}': { body: KnowledgePairFields; answer: KnowledgePairAnswer; };
  '/knowledge/sources/{id}': { body: KnowledgeSourceChange; answer: KnowledgeSourceAnswer; };
  '/members/{id}': { body: MemberPatchBody; answer: MemberAnswer; };
  '/platform/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/providers/{id}': { body: ProviderBody; answer: ProviderAnswer; };
  '/settings': { body: SettingsBody; answer: SettingsAnswer; };
  '/submissions/{id}': { body: SubmissionBody; answer: SubmissionAnswer; };
  '/tools/{id}': { body: OrgToolBody; answer: OrgToolAnswer; };
  '/webhooks/{id}': { body: WebhookBody; answer: WebhookAnswer; };
}

/** What `DELETE` sends and is answered, by path. */
export interface Deletes {
  '/calls/{id}/recording': { answer: void; };
  '/knowledge/pairs/{id}': { answer: void; };
  '/knowledge/sources/{id}': { answer: void; };
  '/knowledge/unanswered/{id}': { answer: void; };
  '/members/{id}': { answer: void; };
  '/providers/{id}': { answer: void; };
  '/webhooks/{id}': { answer: void; };
}
