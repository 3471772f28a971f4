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
  /** Where the next page begins; null on the last one. */
  next_cursor: string | null;
};

export type AssignBody = {
  /** To whom; null takes the assignment away. */
  agent_id: string | null;
  /** The assignee the caller saw; `conflict` when it is another one now. */
  expected?: string | null;
};

/** The assistant as a widget shows it. */
export type Assistant = {
  name: string;
  /** The address of its picture. */
  picture: string | null;
};

export type AttachmentAnswer = {
  attachment: Attachment;
};

/** A call. */
export type Call = {
  agent: User | null;
  channel_id: string;
  /** What it has cost so far, in US dollars. */
  cost_usd: number;
  ended_at: string | null;
  floor: CallFloor | null;
  id: string;
  link: CallLink | null;
  /** Agents in it. */
  listener_count: number;
  model: string;
  provider: string;
  reason: CallEndReason | null;
  /** Whether there is a recording. */
  recorded: boolean;
  /** How long it was; null while it runs. */
  seconds: number | null;
  sentiment: Sentiment | null;
  session_id: string;
  /** Whether no real model answers. */
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
  /** The visitor's conversation. */
  session_id: string;
};

export type CallEndReason = 'visitor' | 'agent' | 'limit' | 'budget' | 'idle' | 'error';

export type CallFloor = 'assistant' | 'taking' | 'agent' | 'hold' | 'releasing';

export type CallLink = 'ok' | 'reconnecting' | 'degraded';

export type CallState = 'active' | 'ended';

/** What opens the socket of a call: once, within 60 s, from the same origin. */
export type CallTicketAnswer = {
  call_id: string;
  ticket: string;
};

/** Who called. */
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
  /** Words that ask for a person; none: the default ones. */
  handoff_words: Array<string>;
  id: string;
  issuer: string | null;
  issuer_audience: string | null;
  issuer_jwks_url: string | null;
  /** The public key that stands in the page. */
  key: string;
  locale: string | null;
  name: string;
  org_id: string;
  /** The origins that may use it; none: pages of this server, and every one while `public_url` is on loopback. */
  origins: Array<string>;
  /** Pages that are not on the list and tried to use it today (UTC), as this server has seen since its start. */
  refused_pages: RefusedPagesView;
  /** 0: the server's setting. */
  visitor_message_max_chars: number;
};

export type ChannelAnswer = {
  channel: Channel;
};

/** Fields of a channel. Only `name` is needed, and only for a new one; null empties a field. */
export type ChannelBody = {
  /** Whether the assistant answers; without it conversations begin waiting for a person. */
  assistant?: boolean | null;
  /** As `#rrggbb`. */
  color?: string | null;
  greeting?: string | null;
  handoff_enabled?: boolean | null;
  handoff_words?: Array<string> | null;
  issuer?: Issuer | null;
  locale?: string | null;
  name?: string | null;
  /** Such as `https://www.example.com`. */
  origins?: Array<string> | null;
  /** Up to 10000; null or 0: the server's setting. */
  visitor_message_max_chars?: number | null;
};

/** A conversation as agents see it. */
export type ConversationAnswer = {
  conversation: ConversationSummary;
};

export type ConversationPatchBody = {
  /** All labels it is to have. */
  labels?: Array<string> | null;
  priority?: TicketPriority | null;
};

/** A delivery. */
export type Delivery = {
  attempts: number;
  /** What is sent. */
  body: Record<string, unknown>;
  created_at: string;
  delivered_at: string | null;
  id: string;
  /** Such as `message.created`. */
  kind: WebhookKind;
  /** A code that says why the last try failed. */
  last_error: string | null;
  /** The receiver's last status. */
  last_status: number | null;
  /** Null once it arrived or was given up. */
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

/** Entries of a log, ascending. */
export type EntriesAnswer = {
  entries: Array<Entry>;
  /** Whether the log goes on in the direction that was asked for. */
  has_more: boolean;
};

export type Hours = {
  /** Spans from and until a time, by day: `mon` to `sun`; a missing day is a day off. */
  days: Record<string, Array<[string, string]>>;
  /** A zone of the IANA database. */
  timezone: string;
};

/** Who a page says its visitor is, with a proof: `hash` or `jwt`. */
export type Identity = {
  email?: string | null;
  /** Lower-case hex of HMAC-SHA256(the channel's identity secret, user_id). */
  hash?: string | null;
  /** A token of the channel's issuer. */
  jwt?: string | null;
  name?: string | null;
  /** The site's own id of them. */
  user_id: string;
};

/** A member and the link by which they choose a password. */
export type InvitedAnswer = {
  member: Member;
  set_password_url: string;
};

/** Who issues the site's own tokens, with either `jwks_url` or `shared_secret`. */
export type Issuer = {
  /** What the claim `aud` is or holds. */
  audience: string;
  /** The claim `iss`, exactly. */
  issuer: string;
  /** Where the issuer's public keys stand. */
  jwks_url?: string | null;
  /** At least 16 characters; never shown again. */
  shared_secret?: string | null;
};

/** A question with its answer. */
export type KnowledgePair = {
  answer: string;
  created_at: string;
  id: string;
  /** Other ways of asking it. */
  phrasings: Array<string>;
  question: string;
  source_id: string;
  updated_at: string;
};

export type KnowledgePairAnswer = {
  pair: KnowledgePair;
};

/** A question with its answer. A new one needs both; of a known one, what is left out stays. */
export type KnowledgePairFields = {
  answer?: string | null;
  /** Other ways of asking it, up to 20. */
  phrasings?: Array<string> | null;
  question?: string | null;
};

/** A question with its answer, of a new set. */
export type KnowledgePairOfSet = {
  answer: string;
  /** Other ways of asking it, up to 20. */
  phrasings?: Array<string>;
  question: string;
};

/** A passage that fits a question. */
export type KnowledgePassage = {
  id: string;
  language: string;
  question: string | null;
  /** Between 0 and 1. */
  score: number;
  source_id: string;
  text: string;
  /** The names of its source and headings. */
  title: string;
  url: string | null;
};

/** How far a source's reading has come, in passages. */
export type KnowledgeProgress = {
  done: number;
  total: number;
};

/** What is found for a question, and what may be said to it. */
export type KnowledgeSearch = {
  answer: KnowledgePassage | null;
  choices: Array<KnowledgePassage>;
  /** Whether questions are understood by their meaning without any service. */
  has_encoder: boolean;
  /** All that fits, the best first. */
  passages: Array<KnowledgePassage>;
  /** `sure`: the answer may be given as it stands; `unsure`: one of the choices may be meant; `unknown`. */
  verdict: KnowledgeVerdict;
};

/** A source of knowledge. */
export type KnowledgeSource = {
  /** Whether they are found by their meaning too, and not by their words only. */
  by_meaning: boolean;
  /** The channel that alone knows it; null: every channel of the org. */
  channel_id: string | null;
  created_at: string;
  id: string;
  indexed_at: string | null;
  /** `pairs`, `markdown`, `text`, `pdf`, `page` or `vector_store`. */
  kind: KnowledgeSourceKind;
  /** How many passages of it can be found. */
  passage_count: number;
  progress: KnowledgeProgress;
  /** Why it failed; what was found in it before is still found. */
  reason: string | null;
  /** `queued`, `indexing`, `ready` or `failed`. */
  state: KnowledgeSourceState;
  title: string;
  updated_at: string;
  url: string | null;
  vector_store_id: string | null;
  /** What was left out of it, such as pages that could not be read; the rest is found. */
  warning: string | null;
};

export type KnowledgeSourceAnswer = {
  source: KnowledgeSource;
};

/** Changes of a source; what is left out stays. */
export type KnowledgeSourceChange = {
  /** null: every channel of the org. */
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
  /** `listen` or `take`. */
  mode: LegMode;
};

export type LegMode = 'listen' | 'take';

export type LinkAnswer = {
  /** One use; whoever has it sets the password. */
  set_password_url: string;
};

export type LoginBody = {
  email: string;
  password: string;
};

export type MeAnswer = {
  /** Whether this server shows the demo. */
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
  /** `owner`, `admin` or `agent`. */
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
  /** What the site signs its visitors' ids with; shown once. */
  identity_secret: string;
};

/** A new question with its answer. */
export type NewKnowledgePair = {
  answer: string;
  /** The channel that alone is to know it. */
  channel_id?: string | null;
  /** Other ways of asking it, up to 20. */
  phrasings?: Array<string>;
  question: string;
  /** The set it is added to; without one, the first of the channel, or of the org. */
  source_id?: string | null;
};

/** A source. `kind` says which of the other fields it needs. */
export type NewKnowledgeSource = {
  /** The channel that alone is to know it; null: every channel of the org. */
  channel_id?: string | null;
  /** What Markdown or text says. */
  content?: string | null;
  /** `pairs`, `markdown`, `text`, `page` or `vector_store`; PDF files are uploaded. */
  kind: NewKnowledgeSourceKind;
  /** Up to 500 at once. */
  pairs?: Array<KnowledgePairOfSet>;
  title?: string | null;
  /** Where a page stands. */
  url?: string | null;
  /** Such as `vs_abc123`. */
  vector_store_id?: string | null;
};

export type NewKnowledgeSourceKind = 'pairs' | 'markdown' | 'text' | 'page' | 'vector_store';

export type NewMemberBody = {
  email: string;
  name: string;
  /** `owner`, `admin` or `agent`. */
  role: MemberRole;
};

/** A tool as the org has it. */
export type OrgTool = Tool & {
  /** What the org says; null means `default_enabled`. */
  enabled: boolean | null;
  /** Such as `whs_...aBcD`. */
  secret_hint: string | null;
  settings: Record<string, unknown>;
  url: string | null;
  /** Whether the assistant may call it: enabled, and with a `url` where it is a webhook. */
  usable: boolean;
};

export type OrgToolAnswer = {
  /** Shown this once, where it was made here. */
  secret?: string;
  tool: OrgTool;
};

/** What the org says of a tool. */
export type OrgToolBody = {
  /** Null means `default_enabled`. */
  enabled?: boolean | null;
  /** Never shown again; a first `url` without one makes one. For `search`: the key of the web search. */
  secret?: string | null;
  /** Sent along with every call. */
  settings?: Record<string, unknown> | null;
  /** Null removes it. */
  url?: string | null;
};

export type OwnOrg = {
  id: string;
  name: string;
};

export type PasswordBody = {
  /** Whether all API tokens of this person end too; their sessions always do. */
  end_tokens?: boolean;
  password: string;
  /** The token of the link. */
  token: string;
};

/** What a model costs from a day on, in US dollars per million tokens. */
export type Price = {
  audio_input_usd: number;
  audio_output_usd: number;
  /** What cached sound costs, where that is not what cached text does. */
  cached_audio_input_usd?: number;
  cached_input_usd: number;
  input_usd: number;
  model: string;
  output_usd: number;
  /** Such as `2026-11-21`. */
  valid_from: string;
};

/** What a model is to cost from a day on, in US dollars per million tokens. */
export type PriceBody = {
  audio_input_usd?: number;
  audio_output_usd?: number;
  /** What cached sound costs, where that is not what cached text does. */
  cached_audio_input_usd?: number | null;
  cached_input_usd?: number;
  input_usd: number;
  model: string;
  output_usd: number;
  /** Such as `2026-11-21`. */
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
  /** Such as `sk-...aBcD`; null where it has no key of its own. */
  key_hint: string | null;
  /** `openai`, `compatible`, `azure`, `anthropic` or `knowledge`. */
  kind: ProviderKind;
  model: string;
  name: string;
  /** Its place in the chain: the lowest is asked first. */
  position: number;
  sees_images: boolean;
  /** `native` or `prompt`. */
  tool_calling: ToolCalling;
  /** Its voice model, where it speaks a realtime dialect. */
  voice_model: string | null;
};

export type ProviderAnswer = {
  provider: Provider;
};

/** Fields of a provider. A new one needs `kind` and, unless it is `knowledge`, `model`. */
export type ProviderBody = {
  azure_api_version?: string | null;
  /** A change drops the key that was entered for the old one, unless a new key comes with it. */
  base_url?: string | null;
  /** Never shown again; null removes it. */
  key?: string | null;
  kind?: ProviderKind | null;
  model?: string | null;
  name?: string | null;
  position?: number | null;
  sees_images?: boolean | null;
  tool_calling?: ToolCalling | null;
  /** The model for calls, where it speaks a realtime dialect; null means none, for `openai` the channel's. */
  voice_model?: string | null;
};

export type ProviderKind = 'openai' | 'compatible' | 'azure' | 'anthropic' | 'knowledge';

export type ProvidersAnswer = {
  providers: Array<Provider>;
};

/** Refused attempts, and the origins last refused, newest first. */
export type RefusedPagesView = {
  count: number;
  /** At most 5. */
  origins: Array<string>;
};

export type ReleaseBody = {
  to?: ReleaseTarget | null;
};

export type SecretAnswer = {
  /** Shown once. */
  identity_secret: string;
};

export type Sentiment = 'positive' | 'neutral' | 'negative';

/** A conversation as its visitor sees it. */
export type Session = {
  created_at: string;
  /** Changes only when history can no longer be trusted. */
  epoch: string;
  id: string;
  state: State;
};

export type SessionAnswer = {
  session: Session;
};

/** One field as a level sees it. */
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
  /** Whether it may be set at this level. */
  settable: boolean;
  /** `default`, `platform`, `org` or `channel`: where the value comes from. */
  source: SettingSource;
  value: SettingValue;
};

/** A change of one field. */
export type SettingChange = {
  /** The channel, where it was its own value. */
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

/** Fields by name; null inherits again. */
export type SettingsBody = {
  settings: Record<string, SettingValue>;
};

export type SetupAnswer = {
  /** Whether nobody runs this server yet. */
  needed: boolean;
};

export type SetupBody = {
  email: string;
  name: string;
  org_name: string;
  password: string;
  /** The token of the setup link. */
  token: string;
};

export type SocketTicketAnswer = {
  /** Opens one socket, once, within 60 s. */
  ticket: string;
};

/** The state after an act. */
export type StateAnswer = {
  state: State;
};

/** An enquiry. */
export type Submission = {
  body: string;
  channel_id: string | null;
  conversation_id: string | null;
  created_at: string;
  email: string;
  /** The member who set the status. */
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

/** A request for a person. */
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
  /** What happened, for whoever sees to it. */
  summary: string | null;
  /** What it is about, in a line; null until its brief is written. */
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
  /** Whether it is tried again after a failure. */
  idempotent: boolean;
  input_schema: Record<string, unknown>;
  /** `built_in` or `webhook`. */
  kind: ToolKind;
  name: string;
  output_schema: Record<string, unknown> | null;
  /** Whether it came with the server. */
  shipped: boolean;
};

export type ToolCalling = 'native' | 'prompt';

export type ToolKind = 'built_in' | 'webhook';

/** A run of a tool. */
export type ToolRun = {
  /** What went in: JSON, or text where it is none or was cut. */
  arguments: unknown;
  attempts: number;
  channel_id: string | null;
  /** Null for a test. */
  conversation_id: string | null;
  created_at: string;
  duration_ms: number;
  error: string | null;
  id: string;
  /** What came out. */
  result: unknown;
  /** Who answered: `knowledge`, `web`, `webhook` or `built_in`; null where it was refused. */
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

/** What came of trying a provider. */
export type TrialAnswer = {
  /** Its words, or why it did not answer. */
  detail: string;
  latency_ms: number;
  ok: boolean;
};

/** How a question is answered for all who will ask it: `answer`, or `pair_id`. */
export type UnansweredAnswer = {
  /** The answer of a new pair. */
  answer?: string | null;
  /** The pair that answers it already. */
  pair_id?: string | null;
  /** The question, better put; the visitor's own words stay as another way of asking. */
  question?: string | null;
};

/** A question that could not be answered. */
export type UnansweredQuestion = {
  asked_at: string;
  asked_count: number;
  channel_id: string | null;
  /** The conversation in which it was last asked. */
  conversation_id: string | null;
  created_at: string;
  id: string;
  language: string | null;
  /** As it was first asked. */
  question: string;
};

/** Where the org stands. */
export type UsageAnswer = {
  /** By the names of the numbers; null where there is none. */
  day_limits: UsageLimits;
  /** Whether a reached limit stops the assistant. */
  hard: boolean;
  month: UsageNumbers;
  month_limits: UsageLimits;
  /** The next midnight in UTC. */
  resets_at: string;
  today: UsageNumbers;
  /** Models used since the server's start that have no price: they count at the fallback price. */
  unpriced_models: Array<string>;
  warnings: Array<Warning>;
};

/** The sum of a day, kind and model. */
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

/** One use of a model. */
export type UsageEvent = {
  cached_input_tokens: number;
  channel_id: string | null;
  cost_usd: number;
  created_at: string;
  endpoint: string;
  /** Whether the counts are estimated: the provider gave none, or the call was cut. */
  estimated: boolean;
  id: string;
  input_tokens: number;
  kind: string;
  latency_ms: number;
  model: string;
  output_tokens: number;
  provider: string;
  /** The provider's own id of the request. */
  request_id: string | null;
  seconds: number;
  session_id: string | null;
  success: boolean;
};

/** The limits of a day or a month; null where there is none. */
export type UsageLimits = {
  chat_requests: number | null;
  cost_usd: number | null;
  embedding_tokens: number | null;
  total_tokens: number | null;
};

/** Numbers of a day or a month. */
export type UsageNumbers = {
  chat_requests: number;
  cost_usd: number;
  embedding_tokens: number;
  total_tokens: number;
};

/** A limit that is used to at least 80 %. */
export type Warning = {
  limit: string;
  /** 1 and more is reached. */
  share: number;
};

/** A webhook. */
export type Webhook = {
  active: boolean;
  created_at: string;
  id: string;
  /** The kinds it wants; none means all. */
  kinds: Array<WebhookKind>;
  /** Such as `whs_...aBcD`. */
  secret_hint: string;
  url: string;
};

export type WebhookAnswer = {
  /** Shown this once, where it was made here. */
  secret?: string;
  webhook: Webhook;
};

/** Fields of a webhook. A new one needs `url`. */
export type WebhookBody = {
  active?: boolean | null;
  /** Some of `conversation.opened`, `conversation.closed`, `message.created`, `handoff.requested`, `rating.created` and `webhook.test`; none means all. */
  kinds?: Array<WebhookKind> | null;
  /** Never shown again; a new webhook without one gets one. */
  secret?: string | null;
  url?: string | null;
};

export type WebhookKind = 'conversation.opened' | 'conversation.closed' | 'message.created' | 'handoff.requested' | 'rating.created' | 'webhook.test';

export type WebhooksAnswer = {
  webhooks: Array<Webhook>;
};

/** A channel as its widget sees it. */
export type WidgetChannel = {
  assistant: Assistant | null;
  color: string;
  greeting: string | null;
  handoff_enabled: boolean;
  id: string;
  locale: string | null;
  name: string;
  visitor_message_max_chars: number;
  /** Always false so far. */
  voice_enabled: boolean;
  /** What the visitor may want to ask first. */
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
  /** The visitor's language. */
  locale?: string | null;
  page?: Page | null;
  /** The token of an earlier visit; an unknown or expired one gives a new visitor. */
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
