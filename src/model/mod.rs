//! What is stored, as services know it: records, their parts and their ids. They do nothing by themselves.
//!
//! Storage fills and takes them; how they are stored is its own affair, and how clients see them that of the wire.

mod attachment;
mod call;
mod call_setup;
mod channel;
mod conversation;
mod credential;
mod cursor;
mod delivery;
mod entry;
mod ids;
mod kept_answer;
mod knowledge;
mod mail;
mod member;
mod org;
mod patch;
mod price;
mod provider;
mod secret_field;
mod setting;
mod submission;
mod ticket;
mod tool;
mod tool_run;
mod unwell;
mod usage;
mod visitor;
mod webhook;

pub use attachment::{AttachmentRecord, FileQuota, QuotaPassed, UNSENT_KEPT_MS, UNSENT_USABLE_MS};
pub use call::{CallEnd, CallRecord, CallTrail, RecordedCall};
pub use call_setup::{CallSetting, CallSetup};
pub use channel::{ChannelChange, ChannelRecord, NewChannel};
pub use conversation::{
    ConversationFilter, ConversationList, ConversationRecord, NewConversation, PendingReply,
};
pub use credential::{AgentSession, ApiToken, OneTimeKind, OneTimeToken, Revocation};
pub use cursor::Cursor;
pub use delivery::{
    Busy, DeliveryFilter, DeliveryOutcome, DeliveryRecord, Happening, WebhookEvent, WriteEvent,
};
pub use entry::{CommitOutcome, EntryRange, ReadMark};
pub use ids::{
    DeliveryId, MailId, PairId, PassageId, ProviderId, SessionId, SettingChangeId, SourceId, SubmissionId,
    ToolRunId, UnansweredId, UsageEventId, WebhookId,
};
pub use kept_answer::{Forget, Kept, Replay};
pub use knowledge::{
    AskedQuestion, ChunkRecord, Indexed, KeepOutcome, NewChunk, NewSource, PairPassage, PairRecord,
    PairWrite, Scope, SourceChange, SourceKind, SourceLane, SourceRecord, SourceState, UnansweredRecord,
    VectorRecord,
};
pub use mail::{HandoffMails, MailRecord, NewMail};
pub use member::{MemberRecord, NewMember, Role};
pub use org::OrgRecord;
pub use patch::Patch;
pub use price::PriceRow;
pub use provider::{KeyChange, PLATFORM, ProviderRecord};
pub use secret_field::{
    identity_secret_field, issuer_secret_field, provider_key_field, tool_secret_field, webhook_secret_field,
};
pub use setting::{SettingChange, SettingPlace};
pub use submission::{SubmissionFilter, SubmissionRecord};
pub use ticket::{OwedBrief, TicketBrief, TicketFilter, TicketRecord};
pub use tool::{OrgTool, ToolRecord};
pub use tool_run::{ToolRun, ToolRunFilter};
pub use unwell::Unwell;
pub use usage::{UsageDay, UsageRow};
pub use visitor::{NewVisitor, VisitedPage, VisitorChange, VisitorRecord};
pub use webhook::{EventKind, WebhookRecord};
