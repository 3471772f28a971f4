//! What is stored, as services know it: records, their parts and their ids. They do nothing by themselves.
//!
//! Storage fills and takes them; how they are stored is its own affair, and how clients see them that of the wire.

mod acting;
mod api_token;
mod assignment;
mod assistant_turn;
mod attachment;
mod audit;
mod call;
mod call_setup;
mod canned_reply;
mod channel;
mod conversation;
mod conversation_list;
mod credential;
mod cursor;
mod delivery;
mod draft;
mod entry;
mod ids;
mod inbox_place;
mod kept_answer;
mod knowledge;
mod label_change;
mod mail;
mod member;
mod node;
mod notification;
mod notification_choices;
mod org;
mod patch;
mod price;
mod provider;
mod push;
mod rating;
mod search;
mod secret_field;
mod security;
mod setting;
mod submission;
mod ticket;
mod tool;
mod tool_run;
mod two_step;
mod unwell;
mod usage;
mod view;
mod visitor;
mod visitor_block;
mod visitor_history;
mod webhook;

pub use acting::Acting;
pub use api_token::{ApiToken, TokenRights};
pub use assignment::{AssignmentCandidate, AssignmentChoice, UndecidedWait, UndecidedWaits};
pub use assistant_turn::{AssistantTurn, AssistantTurnFilter, TurnOutcome};
pub use attachment::{AttachmentRecord, FileQuota, QuotaPassed, UNSENT_KEPT_MS, UNSENT_USABLE_MS};
pub use audit::{AuditActor, AuditCheck, AuditDraft, AuditFilter, AuditOrigin, AuditRow};
pub use call::{CallEnd, CallRecord, CallTrail, RecordedCall, RecordingFault};
pub use call_setup::{CallSetting, CallSetup};
pub use canned_reply::{
    CannedFile, CannedFileQuota, CannedFilesFull, CannedRepliesFull, CannedReplyQuota, CannedReplyRecord,
    CannedReplyText, ImportCounts, ImportedReply,
};
pub use channel::{ChannelChange, ChannelRecord, NewChannel};
pub use conversation::{
    ConversationFiles, ConversationFilter, ConversationRecord, NewConversation, OwedAnswer,
};
pub use conversation_list::ConversationList;
pub use credential::{
    AgentSession, CredentialOwner, OneTimeKind, OneTimeToken, Revocation, SessionOrigin, SessionRecord,
};
pub use cursor::Cursor;
pub use delivery::{
    Busy, DeliveryFilter, DeliveryOutcome, DeliveryRecord, Happening, LimitMark, WebhookEvent, WriteEvent,
};
pub use draft::{DraftKind, DraftRecord};
pub use entry::{CommitOutcome, EntryRange, ReadMark};
pub use ids::{
    AddressBlockId, AssistantTurnId, CannedReplyId, DeliveryId, MailId, NodeId, NotificationId, PairId,
    PassageId, ProviderId, PushSubscriptionId, SessionId, SettingChangeId, SourceId, SubmissionId, ToolRunId,
    UnansweredId, UsageEventId, ViewId, WebhookId,
};
pub use inbox_place::InboxPlace;
pub use kept_answer::{Forget, Kept, Replay};
pub use knowledge::{
    AskedQuestion, ChunkRecord, Indexed, KeepOutcome, NewChunk, NewSource, PairPassage, PairRecord,
    PairWrite, Scope, SourceChange, SourceKind, SourceLane, SourceRecord, SourceState, UnansweredRecord,
    VectorRecord,
};
pub use label_change::{LABELS_MAX, LabelChange, TagOutcome};
pub use mail::{HandoffMails, MailRecord, NewMail, UnreadReply, VisitorMail};
pub use member::{MemberPicture, MemberRecord, NewMember, Role};
pub use node::{ClaimKind, NewNode, NodeLoad, NodeRecord};
pub use notification::{
    Mention, NewNotification, NotificationKind, NotificationLimit, NotificationPlace, NotificationRecord,
    SettledNotifications, SettledOf, SettledUntil,
};
pub use notification_choices::{DueDigest, NotificationChoices, NotificationWay, QuietHours};
pub use org::{OrgFigures, OrgRecord, OrgSuspension, SuspendedOrgs};
pub use patch::Patch;
pub use price::PriceRow;
pub use provider::{KeyChange, PLATFORM, ProviderRecord};
pub use push::PushSubscription;
pub use rating::{RatingFigures, RatingFilter};
pub use search::{
    ChangedThing, IndexedEntries, PLACES_PER_MS, SearchAssignee, SearchDoc, SearchHit, SearchKind,
    SearchPhrase, SearchRequest, SearchText, SearchWindow, UnindexedChange, UnindexedEntries, UnindexedEntry,
    search_moment, search_place,
};
pub use secret_field::{
    OldSecret, VAPID_KEY_FIELD, identity_secret_field, issuer_secret_field, old_secret_field,
    provider_key_field, push_subscription_field, tool_secret_field, two_step_field, webhook_secret_field,
};
pub use security::{
    AddressBlock, AddressFigures, FoldedEvents, SecurityEvent, SecurityFilter, SecurityKey, SecurityKind,
    SecurityRow, Suspicion,
};
pub use setting::{SettingChange, SettingPlace};
pub use submission::{SubmissionFilter, SubmissionRecord};
pub use ticket::{OwedBrief, TicketBrief, TicketFilter, TicketRecord};
pub use tool::{OrgTool, ToolRecord};
pub use tool_run::{ToolRun, ToolRunFilter};
pub use two_step::TwoStepRecord;
pub use unwell::Unwell;
pub use usage::{UsageBy, UsageDay, UsageRow, UsageSum, UsageSumRange};
pub use view::{ConversationSort, CountedFor, ViewAssignee, ViewFilter, ViewRecord, ViewsFull};
pub use visitor::{
    Attributes, MainVisitor, MergeOutcome, NewVisitor, PageVisit, UnmergeOutcome, VisitedPage, VisitorChange,
    VisitorConsent, VisitorMerge, VisitorPass, VisitorRecord,
};
pub use visitor_block::{BlockedVisitors, VisitorBlock};
pub use visitor_history::{VisitorFile, VisitorHistory};
pub use webhook::{EventKind, WebhookRecord};
