//! Effective values of one channel, and the validation of values.

use rooms::Supervision;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::{FIELDS, Field, Kind};
use super::form::Form;
pub use super::hours::Hours;
use super::values::{check_address, check_origins, is_color, is_language};
use super::variables::unknown_variables;
use crate::wire::{parse_at_deadline, parse_reply_mode};

/// What reaching a limit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LimitMode {
    /// It warns.
    Soft,
    /// It stops the assistant; people can still be reached.
    Hard,
}

/// What reaching one limit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnLimitMode {
    /// As the org's [`LimitMode`] says.
    Default,
    /// It warns.
    Soft,
    /// It stops what it counts.
    Hard,
}

impl OwnLimitMode {
    /// Whether reaching the limit stops what it counts, in an org of this mode.
    #[must_use]
    pub fn is_hard(self, of_org: LimitMode) -> bool {
        self == Self::Hard || (self == Self::Default && of_org == LimitMode::Hard)
    }
}

/// The values that hold for one channel; the names are those of [`FIELDS`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the table of fields says what each is")]
pub struct Effective {
    pub assistant_name: String,
    pub assistant_picture: String,
    pub instructions: String,
    pub welcome_questions: Vec<String>,
    pub widget_color: String,
    pub widget_language: String,
    pub widget_greeting: String,
    pub widget_picture: String,
    pub widget_video: String,
    pub widget_position: String,
    pub widget_theme: String,
    pub launcher_label: String,
    pub offline_text: String,
    pub first_choice: bool,
    pub prechat_form: Option<Form>,
    pub offline_form: bool,
    pub show_people: bool,
    pub ask_rating: bool,
    pub frame_origins: Vec<String>,
    pub require_two_step: bool,
    pub handoff_words: Vec<String>,
    pub high_priority_words: Vec<String>,
    pub sentiment_handoff: bool,
    pub insight: String,
    pub wait_notice_minutes: u64,
    pub assign_automatically: bool,
    pub agent_capacity: u64,
    pub wait_offer_assistant: bool,
    pub hours: Option<Hours>,
    pub notify_emails: Vec<String>,
    pub enquiry_email: String,
    pub search_domains: Vec<String>,
    pub keep_page_query: bool,
    pub mask_messages: bool,
    pub consent_text: String,
    pub consent_link: String,
    pub attachment_types: Vec<String>,
    pub reply_by_mail: bool,
    pub reply_mode: String,
    pub reply_hold_seconds: u32,
    pub reply_approve_seconds: u32,
    pub reply_unapproved: String,
    pub temperature: f32,
    pub max_output_tokens: u32,
    pub max_prompt_tokens: u64,
    pub history_turns: u64,
    pub knowledge_passages: usize,
    pub tool_rounds: u32,
    pub web_search_base_url: String,
    pub web_search_model: String,
    pub embedding: String,
    pub embedding_model: String,
    pub limit_mode: LimitMode,
    pub daily_budget_usd: f64,
    pub daily_budget_usd_mode: OwnLimitMode,
    pub monthly_budget_usd: f64,
    pub monthly_budget_usd_mode: OwnLimitMode,
    pub fallback_input_usd: f64,
    pub fallback_output_usd: f64,
    pub max_tokens_per_day: u64,
    pub max_tokens_per_day_mode: OwnLimitMode,
    pub max_tokens_per_month: u64,
    pub max_tokens_per_month_mode: OwnLimitMode,
    pub max_chat_requests_per_day: u64,
    pub max_chat_requests_per_day_mode: OwnLimitMode,
    pub max_chat_requests_per_month: u64,
    pub max_chat_requests_per_month_mode: OwnLimitMode,
    pub max_embedding_tokens_per_day: u64,
    pub max_embedding_tokens_per_day_mode: OwnLimitMode,
    pub max_embedding_tokens_per_month: u64,
    pub max_embedding_tokens_per_month_mode: OwnLimitMode,
    pub voice_enabled: bool,
    pub voice: String,
    pub voice_speed: f64,
    pub voice_greets: bool,
    pub voice_greeting: String,
    pub voice_recording: bool,
    pub conversation_days: u64,
    pub voice_recording_days: u64,
    pub voice_transcribe_people: bool,
    pub voice_model: String,
    pub voice_transcription_model: String,
    pub voice_detection: String,
    pub voice_threshold: f64,
    pub voice_silence_ms: u64,
    pub voice_noise_reduction: String,
    pub voice_frames_per_append: usize,
    pub voice_max_minutes: u64,
    pub voice_idle_seconds: u64,
    pub voice_call_budget_usd: f64,
    pub voice_calls_at_once: usize,
    pub max_voice_minutes_per_day: u64,
    pub max_voice_minutes_per_day_mode: OwnLimitMode,
    pub max_voice_minutes_per_month: u64,
    pub max_voice_minutes_per_month_mode: OwnLimitMode,
    pub security_mails: bool,
    pub audit_retention_days: u64,
    pub self_registration: bool,
    pub owners_set_technical: bool,
}

impl Effective {
    /// From values by name; what is missing has its default.
    #[must_use]
    pub fn from_values(mut values: Map<String, Value>) -> Self {
        for field in FIELDS {
            let is_allowed = values.get(field.name).is_some_and(|value| check(field, value).is_ok());
            if !is_allowed {
                values.insert(field.name.to_owned(), field.default_value());
            }
        }
        serde_json::from_value(Value::Object(values)).expect("every value was checked against its field")
    }
}

impl Effective {
    /// How agents supervise the assistant's replies.
    #[must_use]
    pub fn supervision(&self) -> Supervision {
        let fallback = Supervision::AUTOMATIC;
        Supervision {
            mode: parse_reply_mode(&self.reply_mode).unwrap_or(fallback.mode),
            hold_ms: i64::from(self.reply_hold_seconds) * 1_000,
            approve_ms: i64::from(self.reply_approve_seconds) * 1_000,
            at_deadline: parse_at_deadline(&self.reply_unapproved).unwrap_or(fallback.at_deadline),
        }
    }
}

/// Whether `value` may be the value of `field`; otherwise why not, for people.
pub(super) fn check(field: &Field, value: &Value) -> Result<(), String> {
    match (field.kind, value) {
        (Kind::Text(max), Value::String(text)) => check_length(text, max),
        (Kind::Template(max), Value::String(text)) => {
            check_length(text, max)?;
            match unknown_variables(text).first() {
                Some(name) => Err(format!("names an unknown variable: {{{{{name}}}}}")),
                None => Ok(()),
            }
        }
        (Kind::Flag, Value::Bool(_)) => Ok(()),
        (Kind::Count(min, max), Value::Number(number)) => match number.as_u64() {
            Some(count) if (min..=max).contains(&count) => Ok(()),
            _ => Err(format!("must be a whole number from {min} to {max}")),
        },
        (Kind::Number(min, max), Value::Number(number)) => match number.as_f64() {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => Err(format!("must be a number from {min} to {max}")),
        },
        (Kind::List(most, max) | Kind::ListOrInherited(most, max), Value::Array(items)) => {
            check_list(items, most, max)
        }
        (Kind::Subset(choices), Value::Array(items)) => check_subset(items, choices),
        (Kind::Choice(choices), Value::String(text)) => {
            if choices.contains(&text.as_str()) {
                Ok(())
            } else {
                Err(format!("must be one of: {}", choices.join(", ")))
            }
        }
        (Kind::Hours, Value::Null) => Ok(()),
        (Kind::Hours, value) => {
            let hours: Hours = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
            hours.check()
        }
        (Kind::Address, Value::String(text)) => check_address(text),
        (Kind::Color, Value::String(text)) if is_color(text) => Ok(()),
        (Kind::Color, _) => Err("must be a colour such as #2f92ad".to_owned()),
        (Kind::Language, Value::String(text)) if text.is_empty() || is_language(text) => Ok(()),
        (Kind::Language, _) => Err("must be a language such as en or pt-BR".to_owned()),
        (Kind::Origins(most), Value::Array(items)) => check_origins(items, most),
        (Kind::Form, Value::Null) => Ok(()),
        (Kind::Form, value) => {
            let form: Form = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
            form.check()
        }
        (kind, _) => Err(format!("must be a {}", kind.name())),
    }
}

fn check_length(text: &str, max: usize) -> Result<(), String> {
    let count = text.chars().count();
    if count > max { Err(format!("has {count} characters; at most {max} are allowed")) } else { Ok(()) }
}

fn check_list(items: &[Value], most: usize, max: usize) -> Result<(), String> {
    if items.len() > most {
        return Err(format!("has {} items; at most {most} are allowed", items.len()));
    }
    items.iter().try_for_each(|item| match item.as_str().map(str::trim) {
        None | Some("") => Err("must be a list of texts that are not empty".to_owned()),
        Some(text) => check_length(text, max),
    })
}

fn check_subset(items: &[Value], choices: &[&str]) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::with_capacity(items.len());
    for item in items {
        match item.as_str() {
            Some(text) if choices.contains(&text) && !seen.contains(&text) => seen.push(text),
            _ => return Err(format!("must be a list of some of these, each once: {}", choices.join(", "))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::org_settings::field;

    #[test]
    fn without_any_value_the_defaults_hold() {
        let effective = Effective::from_values(Map::new());

        assert_eq!(effective.assistant_name, "Assistant");
        assert_eq!((effective.max_output_tokens, effective.max_prompt_tokens), (800, 3_000));
        assert!((effective.daily_budget_usd - 10.0).abs() < f64::EPSILON);
        assert_eq!(effective.limit_mode, LimitMode::Hard);
    }

    #[test]
    fn values_out_of_bounds_say_what_is_allowed() {
        for (name, value) in [
            ("temperature", json!(2.1)),
            ("temperature", json!("hot")),
            ("max_output_tokens", json!(1.5)),
            ("max_output_tokens", json!(-1)),
            ("handoff_words", json!(["ok", ""])),
            ("limit_mode", json!("none")),
            ("attachment_types", json!(["exe"])),
            ("attachment_types", json!(["pdf", "pdf"])),
            ("attachment_types", json!([1])),
            ("assistant_picture", json!("javascript:alert(1)")),
            ("instructions", json!("Hello {{secret_key}}")),
            ("hours", json!({"timezone": "Mars/Olympus", "days": {}})),
        ] {
            let field = field(name).expect("a field");
            assert!(check(field, &value).is_err(), "{name} {value}");
        }
    }
}
