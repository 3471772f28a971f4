//! What the audit log shows of members, channels and tokens. No secret is among it.

use serde_json::{Value, json};

use crate::model::{ApiToken, ChannelChange, ChannelRecord, MemberRecord, Patch};

/// A member.
pub(super) fn of_member(member: &MemberRecord) -> Value {
    json!({
        "email": member.email,
        "name": member.name,
        "role": member.role.as_str(),
        "platform_admin": member.platform_admin,
        "active": member.active,
        "capacity": member.capacity,
    })
}

/// A channel.
fn of_channel(channel: &ChannelRecord) -> Value {
    json!({
        "name": channel.name,
        "origins": channel.origins,
        "color": channel.color,
        "greeting": channel.greeting,
        "locale": channel.locale,
        "handoff_enabled": channel.handoff_enabled,
        "handoff_words": channel.handoff_words,
        "visitor_message_max_chars": channel.visitor_message_max_chars,
        "has_assistant": channel.has_assistant,
        "issuer": channel.issuer,
        "issuer_audience": channel.issuer_audience,
        "issuer_jwks_url": channel.issuer_jwks_url,
    })
}

/// A channel before and after a change; of a secret only that there is a new one.
pub(super) fn of_channel_change(
    channel: &ChannelRecord,
    change: &ChannelChange,
    has_new_secret: bool,
) -> (Value, Value) {
    let mut changed = channel.clone();
    let ChannelChange { name, origins, color, greeting, handoff_words, .. } = change.clone();
    changed.name = name.unwrap_or(changed.name);
    changed.origins = origins.unwrap_or(changed.origins);
    changed.color = color.unwrap_or(changed.color);
    changed.greeting = greeting.unwrap_or(changed.greeting);
    changed.handoff_words = handoff_words.unwrap_or(changed.handoff_words);
    change.locale.clone().apply(&mut changed.locale);
    changed.has_assistant = change.has_assistant.unwrap_or(changed.has_assistant);
    changed.handoff_enabled = change.handoff_enabled.unwrap_or(changed.handoff_enabled);
    let max_chars = change.visitor_message_max_chars;
    changed.visitor_message_max_chars = max_chars.unwrap_or(changed.visitor_message_max_chars);
    match change.issuer.clone() {
        Patch::Keep => {}
        Patch::Clear => {
            (changed.issuer, changed.issuer_audience, changed.issuer_jwks_url) = (None, None, None)
        }
        Patch::Set((issuer, audience, jwks_url)) => {
            (changed.issuer, changed.issuer_audience) = (Some(issuer), Some(audience));
            changed.issuer_jwks_url = jwks_url;
        }
    }
    let (before, mut after) = (of_channel(channel), of_channel(&changed));
    if has_new_secret {
        after["issuer_secret"] = "set".into();
    }
    (before, after)
}

/// An API token.
pub(super) fn of_token(token: &ApiToken) -> Value {
    json!({
        "name": token.name,
        "kind": if token.member.is_some() { "agent" } else { "server" },
        "member_id": token.member.map(|member| member.to_string()),
    })
}
