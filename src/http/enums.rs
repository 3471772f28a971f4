//! Enumerations of REST fields, for the document and the generated TypeScript types.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ArrayBuilder, OneOfBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $($word:literal)|+;)*) => {$(
        $(#[$doc])*
        pub(super) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some([$($word),+])).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

words! {
    /// Role of a member.
    MemberRole: "owner" | "admin" | "agent";
    /// Presence of a member.
    MemberPresence: "online" | "away" | "busy" | "offline";
    /// Priority.
    TicketPriority: "low" | "medium" | "high" | "urgent";
    /// State of a ticket.
    TicketStatus: "open" | "resolved";
    /// State of a call.
    CallState: "active" | "ended";
    /// Who has the floor in a call.
    CallFloor: "assistant" | "taking" | "agent" | "hold" | "releasing";
    /// State of the connection to the voice model.
    CallLink: "ok" | "reconnecting" | "degraded";
    /// Why there is less of a recording than was said.
    RecordingFault: "cut" | "lost";
    /// Reason a call ended.
    CallEndReason: "visitor" | "agent" | "limit" | "budget" | "idle" | "error";
    /// Whose voice answers calls of an org; `local` is the basic one of this server.
    VoiceSource: "provider" | "local" | "simulated" | "none";
    /// How an agent joins a call.
    LegMode: "listen" | "take";
    /// Sentiment of a visitor.
    Sentiment: "positive" | "neutral" | "negative";
    /// Sort of caller who did something; `shell` is an operator at the command line, `platform` whoever runs the server.
    AuditActorKind: "member" | "platform" | "server" | "visitor" | "shell" | "nobody";
    /// How bad what an examination found is.
    FindingStatus: "ok" | "warn" | "fail";
    /// How mails leave the server: by a mail server, or as files into the data directory's outbox.
    MailWay: "smtp" | "outbox";
    /// What reaching a limit of usage does: `soft` warns, `hard` stops what it counts.
    LimitMode: "soft" | "hard";
    /// The time that a limit of usage is about, in UTC.
    UsagePeriod: "day" | "month";
    /// What usage is summed by; `hour` is the hour of the day, `person` the visitor.
    UsageBy: "hour" | "day" | "channel" | "model" | "kind" | "person" | "address";
    /// What a file of usage lists: sums, or single events.
    UsageFileOf: "hour" | "day" | "channel" | "model" | "kind" | "person" | "address" | "event";
    /// What a security event is about; `dropped` counts those of which there were too many at once.
    SecurityEventKind: "rate_limit_hit" | "auth_failure" | "high_usage" | "repeated_errors" | "cross_org_refused" | "blocked" | "dropped";
    /// Level a setting's value is inherited from.
    SettingSource: "default" | "platform" | "org" | "channel";
    /// Class of a setting, which decides who may change it.
    SettingNature: "business" | "technical";
    /// The type of a setting.
    SettingKind: "text" | "template" | "flag" | "count" | "number" | "list" | "choice" | "hours" | "address" | "color" | "language" | "origins" | "form";
    /// What a field of a form asks for.
    FormFieldType: "name" | "email" | "phone" | "text" | "choice" | "consent";
    /// Where a widget stands on its page.
    WidgetPosition: "bottom-right" | "bottom-left" | "top-right" | "top-left";
    /// Whether a widget is light or dark.
    WidgetTheme: "auto" | "light" | "dark";
    /// The API that a provider speaks.
    ProviderKind: "openai" | "compatible" | "azure" | "anthropic" | "knowledge";
    /// How tools are passed to a model.
    ToolCalling: "native" | "prompt";
    /// The kind of a knowledge source.
    KnowledgeSourceKind: "pairs" | "markdown" | "text" | "pdf" | "page" | "vector_store";
    /// The kind of a knowledge source that is created without a file upload.
    NewKnowledgeSourceKind: "pairs" | "markdown" | "text" | "page" | "vector_store";
    /// Indexing state of a source.
    KnowledgeSourceState: "queued" | "indexing" | "ready" | "failed";
    /// Whether a question can be answered from knowledge without a model.
    KnowledgeVerdict: "sure" | "unsure" | "unknown";
    /// Where a tool runs.
    ToolKind: "built_in" | "webhook";
    /// The kind of a webhook event.
    WebhookKind: "conversation.opened" | "conversation.closed" | "message.created" | "handoff.requested" | "conversation.taken_over" | "conversation.released" | "conversation.assigned" | "call.started" | "call.ended" | "ticket.opened" | "ticket.resolved" | "submission.created" | "contact.updated" | "usage.warning" | "rating.created" | "security.address_suspicious" | "webhook.test";
    /// What came of a turn of the assistant.
    TurnOutcome: "answered" | "held" | "handed_over" | "failed" | "superseded";
    /// Whose words ask for a person in a channel without words of its own.
    HandoffWordsSource: "org" | "built_in";
    /// State of a delivery.
    DeliveryStatus: "pending" | "delivered" | "failed";
    /// Who uses a canned reply.
    CannedReplyScope: "org" | "personal";
    /// What is done in many conversations.
    BulkAct: "assign" | "label" | "close" | "snooze";
    /// What a draft is to become.
    DraftKind: "message" | "note";
    /// What sort of thing a search found.
    SearchKind: "message" | "note" | "visitor" | "ticket";
    /// State of an enquiry.
    SubmissionStatus: "open" | "done" | "archived";
}

/// The value of a setting, by its kind; null if unset.
pub(super) enum SettingValue {}

impl PartialSchema for SettingValue {
    fn schema() -> RefOr<Schema> {
        let plain = |kind| ObjectBuilder::new().schema_type(kind);
        let texts = || ArrayBuilder::new().items(plain(Type::String));
        OneOfBuilder::new()
            .item(plain(Type::String))
            .item(plain(Type::Number))
            .item(plain(Type::Boolean))
            .item(texts())
            .item(utoipa::openapi::Ref::from_schema_name("Hours"))
            .item(utoipa::openapi::Ref::from_schema_name("WidgetForm"))
            .item(plain(Type::Null))
            .into()
    }
}

impl ToSchema for SettingValue {
    fn name() -> Cow<'static, str> {
        "SettingValue".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Hours".to_owned(), Hours::schema()));
    }
}

/// Opening hours.
enum Hours {}

impl PartialSchema for Hours {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let span = ArrayBuilder::new().items(text()).min_items(Some(2)).max_items(Some(2));
        let days = ObjectBuilder::new()
            .description(Some(
                "Spans from and until a time, by day: `mon` to `sun`; a missing day is a day off.",
            ))
            .additional_properties(Some(Schema::from(ArrayBuilder::new().items(span))));
        ObjectBuilder::new()
            .property("timezone", text().description(Some("A zone of the IANA database.")))
            .required("timezone")
            .property("days", days)
            .required("days")
            .into()
    }
}
