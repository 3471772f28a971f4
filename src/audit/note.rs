//! A row to be, built by the service that acts.

use std::fmt::Display;

use rooms::{OrgId, Timestamp};
use serde_json::{Map, Value, json};

use super::act::Act;
use super::request::{actor_of, current};
use crate::auth::Principal;
use crate::model::{AuditActor, AuditDraft, MemberRecord};

/// A text in a row is cut after so many Unicode code points: a row says what has changed, it is no copy.
const TEXT_MAX_CHARS: usize = 500;
/// What a thing was like, or is, takes at most so many bytes of JSON.
const JSON_MAX_BYTES: usize = 8_192;

/// What is about to be done, for the audit log. Secrets and what people say in conversations do not belong into it.
#[derive(Debug, Clone)]
#[must_use = "a note is written by `Db::noting` or `Audit::record`"]
pub struct Note(AuditDraft);

impl Note {
    /// Something that a principal does in their org.
    pub fn by(principal: &Principal, act: Act, now: Timestamp) -> Self {
        Self::new(Some(principal.org), actor_of(principal), act, now)
    }

    /// Something that whoever runs the platform does to an org they are no member of: it stands in that org's log.
    pub fn by_platform(principal: &Principal, act: Act, org: OrgId, now: Timestamp) -> Self {
        let actor = match actor_of(principal) {
            shell if shell.is_shell() => shell,
            person => AuditActor { kind: "platform", ..person },
        };
        Self::new(Some(org), actor, act, now).on(org)
    }

    /// Something that a member does who is not authenticated yet, such as signing in.
    pub fn by_member(member: &MemberRecord, act: Act, now: Timestamp) -> Self {
        let actor = AuditActor { kind: "member", id: Some(member.id.to_string()), name: member.name.clone() };
        Self::new(Some(member.org), actor, act, now)
    }

    /// Something that an operator does from the shell, to an org or to the platform.
    pub fn by_shell(org: Option<OrgId>, act: Act, now: Timestamp) -> Self {
        Self::new(org, AuditActor::shell(), act, now)
    }

    /// Something that whoever asks does, as far as the request says who it is.
    pub fn by_request(act: Act, now: Timestamp) -> Self {
        let caller = current().and_then(|request| request.caller().cloned());
        match caller {
            Some((org, actor)) => Self::new(Some(org), actor, act, now),
            None => Self::new(None, AuditActor { kind: "nobody", id: None, name: String::new() }, act, now),
        }
    }

    fn new(org: Option<OrgId>, actor: AuditActor, act: Act, now: Timestamp) -> Self {
        let request = current();
        let origin = request.as_ref().map(|request| request.origin().clone()).unwrap_or_default();
        let is_written = request.map(|request| request.mark()).unwrap_or_default();
        Self(AuditDraft {
            org,
            at: now,
            act: act.name(),
            actor,
            origin,
            subject: None,
            before: None,
            after: None,
            is_written,
        })
    }

    /// Done to the platform rather than to the caller's org.
    pub fn of_platform(mut self) -> Self {
        self.0.org = None;
        self
    }

    /// Done to another org than the caller's.
    pub fn of_org(mut self, org: OrgId) -> Self {
        self.0.org = Some(org);
        self
    }

    /// The id of what it is done to.
    pub fn on(mut self, subject: impl Display) -> Self {
        self.0.subject = Some(subject.to_string());
        self
    }

    /// What a thing is like before and after; fields that stay as they are are left out.
    pub fn change(mut self, before: Value, after: Value) -> Self {
        let (before, after) = differing(before, after);
        self.0.before = Some(text_of(before));
        self.0.after = Some(text_of(after));
        self
    }

    /// What a new thing is like.
    pub fn made(mut self, after: Value) -> Self {
        self.0.after = Some(text_of(after));
        self
    }

    /// What a thing was like that is gone.
    pub fn gone(mut self, before: Value) -> Self {
        self.0.before = Some(text_of(before));
        self
    }
}

impl From<Note> for AuditDraft {
    fn from(note: Note) -> Self {
        note.0
    }
}

/// The fields that differ.
fn differing(before: Value, after: Value) -> (Value, Value) {
    let (Value::Object(mut before), Value::Object(mut after)) = (before.clone(), after.clone()) else {
        return (before, after);
    };
    let same: Vec<String> = before
        .iter()
        .filter(|(name, value)| after.get(*name) == Some(value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        before.remove(&name);
        after.remove(&name);
    }
    (Value::Object(before), Value::Object(after))
}

fn text_of(value: Value) -> String {
    let text = clipped(value).to_string();
    if text.len() <= JSON_MAX_BYTES { text } else { json!({ "left_out_bytes": text.len() }).to_string() }
}

fn clipped(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let char_count = text.chars().count();
            if char_count <= TEXT_MAX_CHARS {
                return Value::String(text);
            }
            let kept: String = text.chars().take(TEXT_MAX_CHARS).collect();
            Value::String(format!("{kept}… ({char_count} characters)"))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(clipped).collect()),
        Value::Object(fields) => Value::Object(
            fields.into_iter().map(|(name, value)| (name, clipped(value))).collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(note: Note) -> AuditDraft {
        note.into()
    }

    #[test]
    fn a_change_holds_only_what_differs() {
        let note = Note::by_shell(None, Act::MemberChanged, Timestamp(1))
            .change(json!({"name": "Ann", "role": "agent"}), json!({"name": "Ann", "role": "admin"}));

        let draft = draft(note);
        assert_eq!(draft.before.as_deref(), Some(r#"{"role":"agent"}"#));
        assert_eq!(draft.after.as_deref(), Some(r#"{"role":"admin"}"#));
    }

    #[test]
    fn long_texts_are_cut_and_what_is_still_too_long_is_left_out() {
        let long = "ä".repeat(TEXT_MAX_CHARS + 1);
        let cut =
            draft(Note::by_shell(None, Act::SettingsChanged, Timestamp(1)).made(json!({ "a": [long] })));
        let many: Vec<String> = (0..1_000).map(|number| format!("word {number}")).collect();
        let left_out =
            draft(Note::by_shell(None, Act::SettingsChanged, Timestamp(1)).made(json!({ "a": many })));

        assert!(cut.after.unwrap().ends_with("ä… (501 characters)\"]}"));
        assert!(left_out.after.unwrap().starts_with(r#"{"left_out_bytes":"#));
    }
}
