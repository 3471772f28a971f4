//! The table of settings: who may set each, at which levels and within which bounds.

use serde_json::Value;

/// Who may set a field (PRODUCT.md section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// The org's: instructions, handoff, greeting.
    Business,
    /// The platform admin's and, where they allow it, the owner's: models, limits, costs.
    Technical,
}

/// Where a field may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// At the channel, the org and the platform.
    All,
    /// At the org and the platform: it holds for the whole org.
    Org,
    /// At the platform alone.
    Platform,
}

/// What a value must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Text of at most so many Unicode code points.
    Text(usize),
    /// Text with variables, of at most so many Unicode code points.
    Template(usize),
    /// True or false.
    Flag,
    /// A whole number within bounds, both allowed.
    Count(u64, u64),
    /// A number within bounds, both allowed.
    Number(f64, f64),
    /// At most so many texts of at most so many Unicode code points each.
    List(usize, usize),
    /// Some of these, each once.
    Subset(&'static [&'static str]),
    /// The same as `List`; an empty list inherits.
    ListOrInherited(usize, usize),
    /// One of these.
    Choice(&'static [&'static str]),
    /// Opening hours; see [`super::Hours`].
    Hours,
    /// An `https` or `http` address, or nothing.
    Address,
    /// A colour, `#` and six digits.
    Color,
    /// A language such as `en` or `pt-BR`, or nothing.
    Language,
    /// At most so many origins, such as `https://www.example.com`.
    Origins(usize),
    /// A form; see [`super::Form`].
    Form,
}

impl Kind {
    /// The name that REST shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Template(_) => "template",
            Self::Flag => "flag",
            Self::Count(..) => "count",
            Self::Number(..) => "number",
            Self::List(..) | Self::ListOrInherited(..) | Self::Subset(_) => "list",
            Self::Choice(_) => "choice",
            Self::Hours => "hours",
            Self::Address => "address",
            Self::Color => "color",
            Self::Language => "language",
            Self::Origins(_) => "origins",
            Self::Form => "form",
        }
    }
}

/// One field.
#[derive(Debug)]
pub struct Field {
    /// Its name, as REST and storage have it.
    pub name: &'static str,
    /// Who may set it.
    pub nature: Nature,
    /// Where.
    pub levels: Levels,
    /// What a value must be.
    pub kind: Kind,
    /// The value where nobody set one, as JSON.
    pub default: &'static str,
    /// What it is for, one line.
    pub help: &'static str,
}

impl Field {
    /// The value where nobody set one.
    #[must_use]
    pub fn default_value(&self) -> Value {
        serde_json::from_str(self.default).expect("a test parses every default")
    }
}

/// The field of a name.
#[must_use]
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// What one limit does by itself.
const OWN_MODE: Kind = Kind::Choice(&["default", "soft", "hard"]);

macro_rules! fields {
    ($($nature:ident $levels:ident $name:ident: $kind:expr, $default:literal, $help:literal;)*) => {
        /// Every field.
        pub const FIELDS: &[Field] = &[$(Field {
            name: stringify!($name),
            nature: Nature::$nature,
            levels: Levels::$levels,
            kind: $kind,
            default: $default,
            help: $help,
        },)*];
    };
}

fields! {
    Business All assistant_name: Kind::Text(100), r#""Assistant""#, "The name the assistant answers under";
    Business All assistant_picture: Kind::Address, r#""""#, "The address of the assistant's picture";
    Business All instructions: Kind::Template(20_000), r#""""#, "What the assistant is told about this business and how to speak";
    Business All welcome_questions: Kind::List(6, 200), "[]", "Questions the widget suggests before the first message";
    Business All widget_color: Kind::Color, r##""#2f92ad""##, "The widget's colour where its channel has none";
    Business All widget_language: Kind::Language, r#""""#, "The widget's language where its channel has none; nothing means the browser's";
    Business All widget_greeting: Kind::Text(500), r#""""#, "The greeting where the channel has none";
    Business All widget_picture: Kind::Address, r#""""#, "The address of a picture for the welcome card";
    Business All widget_video: Kind::Address, r#""""#, "The address of a short video for the welcome card; it plays without sound";
    Business All widget_position: Kind::Choice(&["bottom-right", "bottom-left", "top-right", "top-left"]), r#""bottom-right""#, "The corner of the page where the widget stands";
    Business All widget_theme: Kind::Choice(&["auto", "light", "dark"]), r#""auto""#, "Whether the widget is light or dark; auto follows the visitor's system";
    Business All launcher_label: Kind::Text(60), r#""""#, "Words beside the button that opens the widget";
    Business All offline_text: Kind::Text(500), r#""""#, "What the widget says out of hours; nothing means its own words";
    Business All first_choice: Kind::Flag, "false", "Whether visitors choose between the assistant and a person before they write";
    Business All prechat_form: Kind::Form, "null", "What visitors are asked before they write; nothing means no form";
    Business All offline_form: Kind::Flag, "true", "Whether the widget offers a form out of hours; what is sent is kept as a submission";
    Business All show_people: Kind::Flag, "true", "Whether visitors see who of the team is online before somebody answers them";
    Business All ask_rating: Kind::Flag, "true", "Whether visitors may rate a conversation once it has ended";
    Business All frame_origins: Kind::Origins(50), "[]", "Sites that may show the channel's chat page in a frame";
    Business Org require_two_step: Kind::Flag, "false", "Whether members must sign in in two steps; whoever has not set that up is led to it before anything else";
    Business Org handoff_words: Kind::ListOrInherited(100, 100), "[]", "Words that ask for a person; empty inherits, at last the built-in ones";
    Business All high_priority_words: Kind::List(100, 100), "[]", "Words that call a person at once and make the ticket urgent";
    Business All sentiment_handoff: Kind::Flag, "true", "Whether an unhappy visitor with a hard problem gets a person unasked";
    Technical Org insight: Kind::Choice(&["local", "model"]), r#""local""#, "Who says what a message is about and how its writer feels: words, in this process, or the first model of the chain";
    Business All wait_notice_minutes: Kind::Count(1, 1_440), "5", "How long a visitor waits for a person before they are told that nobody is free";
    Business All assign_automatically: Kind::Flag, "false", "Whether visitors who wait are assigned in turn to agents who are online and have room";
    Business Org agent_capacity: Kind::Count(0, 1_000), "5", "How many conversations an agent takes at once by automatic assignment, where they have no number of their own; 0 means any number";
    Business All wait_offer_assistant: Kind::Flag, "true", "Whether the assistant may offer to go on while nobody comes";
    Business All hours: Kind::Hours, "null", "When people are there; nothing means always";
    Business Org notify_emails: Kind::List(20, 254), "[]", "Who gets an email when a person is asked for; nobody means the owners";
    Business Org enquiry_email: Kind::Text(254), r#""""#, "Where enquiries go by email; nothing means the owners";
    Business All search_domains: Kind::List(20, 253), "[]", "Domains that web search may look at";
    Business All keep_page_query: Kind::Flag, "false", "Whether the query and the fragment of page addresses are kept; they often hold what is private";
    Business All mask_messages: Kind::Flag, "false", "Whether card numbers and what looks like a password are masked in visitors' messages before they are stored; previews and notifications always mask them";
    Business All consent_text: Kind::Text(500), r#""""#, "What visitors agree to before their first message; nothing means they are not asked";
    Business All consent_link: Kind::Address, r#""""#, "Where visitors read more about what they agree to";
    Business All attachment_types: Kind::Subset(&["pdf", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods", "odp"]), r#"["pdf", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods", "odp"]"#, "Documents that may be sent in messages, besides pictures";
    Business All reply_by_mail: Kind::Flag, "true", "Whether visitors who are away and have left an address are mailed what a person wrote to them";
    Business All reply_mode: Kind::Choice(&["automatic", "hold", "approve"]), r#""automatic""#, "When the assistant's replies go out: as they are written, after a countdown in which agents may hold them, or once an agent approves";
    Business All reply_hold_seconds: Kind::Count(1, 600), "10", "How long a reply waits before it goes out by itself, in the mode hold";
    Business All reply_approve_seconds: Kind::Count(10, 86_400), "300", "How long a reply waits for approval, or for the agent who holds it";
    Business All reply_unapproved: Kind::Choice(&["handoff", "send", "drop"]), r#""handoff""#, "What becomes of a reply that nobody has approved in time: a person is asked for, it is sent, or it is dropped";
    Technical All temperature: Kind::Number(0.0, 2.0), "0.7", "How freely the model chooses words";
    Technical All max_output_tokens: Kind::Count(16, 16_384), "800", "Longest reply in tokens";
    Technical All max_prompt_tokens: Kind::Count(500, 200_000), "3000", "Longest prompt in tokens, estimated before the call";
    Technical All history_turns: Kind::Count(2, 100), "20", "Messages that go into the prompt as they are; older ones are summed up";
    Technical All knowledge_passages: Kind::Count(0, 20), "4", "Passages of knowledge that go into the prompt";
    Technical Org tool_rounds: Kind::Count(0, 10), "3", "Rounds of tools in one reply";
    Technical Org web_search_base_url: Kind::Address, r#""""#, "A Perplexity-compatible API for web search; nothing means none";
    Technical Org web_search_model: Kind::Text(200), r#""sonar""#, "The model of the web search";
    Technical Org embedding: Kind::Choice(&["local", "provider", "none"]), r#""local""#, "What turns knowledge into vectors: the built-in encoder, the org's provider, or nothing";
    Technical Org embedding_model: Kind::Text(200), r#""text-embedding-3-small""#, "The provider's embedding model";
    Technical Org limit_mode: Kind::Choice(&["soft", "hard"]), r#""hard""#, "Whether reaching a limit stops the assistant or only warns";
    Technical Org daily_budget_usd: Kind::Number(0.0, 1_000_000.0), "10", "What models may cost in a day (UTC); 0 means no limit";
    Technical Org daily_budget_usd_mode: OWN_MODE, r#""default""#, "What reaching the daily budget does; default means as limit_mode says";
    Technical Org monthly_budget_usd: Kind::Number(0.0, 10_000_000.0), "0", "What models may cost in a month (UTC); 0 means no limit";
    Technical Org monthly_budget_usd_mode: OWN_MODE, r#""default""#, "What reaching the monthly budget does; default means as limit_mode says";
    Technical Platform fallback_input_usd: Kind::Number(0.0, 10_000.0), "5", "What a million input tokens of a model without a price count at, in US dollars";
    Technical Platform fallback_output_usd: Kind::Number(0.0, 10_000.0), "20", "What a million output tokens of a model without a price count at, in US dollars";
    Technical Org max_tokens_per_day: Kind::Count(0, 1_000_000_000_000), "0", "Tokens of a day; 0 means no limit";
    Technical Org max_tokens_per_day_mode: OWN_MODE, r#""default""#, "What reaching the day's tokens does; default means as limit_mode says";
    Technical Org max_tokens_per_month: Kind::Count(0, 1_000_000_000_000), "0", "Tokens of a month; 0 means no limit";
    Technical Org max_tokens_per_month_mode: OWN_MODE, r#""default""#, "What reaching the month's tokens does; default means as limit_mode says";
    Technical Org max_chat_requests_per_day: Kind::Count(0, 1_000_000_000), "0", "Model calls of a day; 0 means no limit";
    Technical Org max_chat_requests_per_day_mode: OWN_MODE, r#""default""#, "What reaching the day's model calls does; default means as limit_mode says";
    Technical Org max_chat_requests_per_month: Kind::Count(0, 1_000_000_000), "0", "Model calls of a month; 0 means no limit";
    Technical Org max_chat_requests_per_month_mode: OWN_MODE, r#""default""#, "What reaching the month's model calls does; default means as limit_mode says";
    Technical Org max_embedding_tokens_per_day: Kind::Count(0, 1_000_000_000_000), "0", "Embedding tokens of a day; 0 means no limit";
    Technical Org max_embedding_tokens_per_day_mode: OWN_MODE, r#""default""#, "What reaching the day's embedding tokens does; default means as limit_mode says";
    Technical Org max_embedding_tokens_per_month: Kind::Count(0, 1_000_000_000_000), "0", "Embedding tokens of a month; 0 means no limit";
    Technical Org max_embedding_tokens_per_month_mode: OWN_MODE, r#""default""#, "What reaching the month's embedding tokens does; default means as limit_mode says";
    Business All voice_enabled: Kind::Flag, "false", "Whether visitors may call";
    Business All voice: Kind::Text(100), r#""marin""#, "The voice that speaks in calls, as the provider names it";
    Business All voice_speed: Kind::Number(0.25, 1.5), "1", "How fast the voice speaks";
    Business All voice_greets: Kind::Flag, "true", "Whether the assistant speaks first in a call";
    Business All voice_greeting: Kind::Template(1_000), r#""""#, "What it says first, word by word; nothing leaves the words to it";
    Business All voice_recording: Kind::Flag, "false", "Whether calls are recorded; callers are told";
    Business Org conversation_days: Kind::Count(0, 36_500), "0", "Days after its end until a conversation is removed with its files and recordings; 0 keeps it";
    Business All voice_recording_days: Kind::Count(0, 3_650), "30", "Days until a recording is removed; 0 keeps it until somebody removes it";
    Business All voice_transcribe_people: Kind::Flag, "false", "Whether what a visitor and an agent say to each other in a call is put in writing too";
    Technical All voice_model: Kind::Text(200), r#""gpt-realtime-2.1""#, "The voice model where a provider names none of its own";
    Technical All voice_transcription_model: Kind::Text(200), r#""gpt-transcribe""#, "What puts the visitor's words in writing; nothing means no transcript of them";
    Technical All voice_detection: Kind::Choice(&["loudness", "meaning"]), r#""loudness""#, "How the end of a turn is noticed: by silence, or by what is said";
    Technical All voice_threshold: Kind::Number(0.0, 1.0), "0.5", "How loud speech must be to count; higher needs louder speech";
    Technical All voice_silence_ms: Kind::Count(100, 5_000), "500", "Silence that ends a turn";
    Technical All voice_noise_reduction: Kind::Choice(&["near_field", "far_field", "none"]), r#""near_field""#, "What the provider does against noise";
    Technical All voice_frames_per_append: Kind::Count(1, 5), "1", "Frames of 20 ms in one message to the provider: one for the least delay, five for the least work";
    Technical All voice_max_minutes: Kind::Count(1, 240), "30", "The longest call";
    Technical All voice_idle_seconds: Kind::Count(10, 3_600), "120", "A call without a word from the visitor for so long ends";
    Technical All voice_call_budget_usd: Kind::Number(0.0, 10_000.0), "0", "What one call may cost; 0 means no limit but the org's";
    Technical Org voice_calls_at_once: Kind::Count(0, 10_000), "10", "Calls at once; 0 means none";
    Technical Org max_voice_minutes_per_day: Kind::Count(0, 1_000_000), "0", "Minutes of calls in a day (UTC); 0 means no limit";
    Technical Org max_voice_minutes_per_day_mode: OWN_MODE, r#""hard""#, "What reaching the day's minutes of calls does; default means as limit_mode says";
    Technical Org max_voice_minutes_per_month: Kind::Count(0, 10_000_000), "0", "Minutes of calls in a month (UTC); 0 means no limit";
    Technical Org max_voice_minutes_per_month_mode: OWN_MODE, r#""hard""#, "What reaching the month's minutes of calls does; default means as limit_mode says";
    Business Org security_mails: Kind::Flag, "true", "Whether owners are mailed when an address becomes suspicious";
    Technical Org audit_retention_days: Kind::Count(30, 36_500), "365", "Days until a row of the audit log is removed";
    Technical Platform self_registration: Kind::Flag, "false", "Whether anybody may make an org of their own, by a link that is mailed to them";
    Technical Platform owners_set_technical: Kind::Flag, "true", "Whether owners may set technical fields of their org";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::org_settings::effective::check;

    #[test]
    fn every_default_is_allowed_and_names_are_unique() {
        let names: HashSet<_> = FIELDS.iter().map(|field| field.name).collect();

        assert_eq!(names.len(), FIELDS.len());
        for field in FIELDS {
            assert_eq!(check(field, &field.default_value()), Ok(()), "{}", field.name);
            assert!(!field.help.ends_with('.'), "{}", field.name);
        }
    }
}
