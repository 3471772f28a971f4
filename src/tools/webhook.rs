//! Webhook tools: signed requests to an org's own server, retried if the tool is idempotent.

use std::time::Duration;

use rooms::OrgId;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};
use tokio::time::Instant;
use url::Url;

use super::run::Run;
use super::toolbox::{ToolResult, Tools};
use crate::clock;
use crate::model::{OrgTool, tool_secret_field};
use crate::notify::{SignedRequest, jittered, signed_request};
use crate::outbound::{HeaderValue, OutboundError, StatusCode};
use crate::refusal::log_unanswered;
use crate::wire::Card;

const EVENT: &str = "tool.call";
/// Tries of a tool that may be called twice; any other is called once.
const ATTEMPTS_MAX: u32 = 3;
/// A visitor waits meanwhile.
const FIRST_WAIT: Duration = Duration::from_millis(300);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why one try gave no answer.
struct Failed {
    reason: String,
    may_pass: bool,
    asked_wait: Option<Duration>,
}

impl Failed {
    fn for_good(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), may_pass: false, asked_wait: None }
    }
}

/// Calls the org's webhook of a tool, at most until `deadline`.
pub(super) async fn call(
    tools: &Tools,
    tool: &OrgTool,
    arguments: &Value,
    run: &Run,
    deadline: Instant,
) -> ToolResult {
    let attempts_max = if tool.tool.is_idempotent { ATTEMPTS_MAX } else { 1 };
    let body = body(tool, arguments, run).to_string();
    for attempt in 1.. {
        let failed = match attempt_once(tools, tool, &body, run).await {
            Ok(mut answer) => {
                let cards = take_cards(tool, run, &mut answer);
                return ToolResult { attempts: attempt, cards, ..ToolResult::of(answer).by("webhook") };
            }
            Err(failed) => failed,
        };
        let wait = failed.asked_wait.unwrap_or_else(|| jittered(FIRST_WAIT, LONGEST_WAIT, attempt));
        let is_last = attempt >= attempts_max || !failed.may_pass || wait > LONGEST_WAIT;
        if is_last || clock::instant() + wait >= deadline {
            return ToolResult { attempts: attempt, ..ToolResult::failed(&failed.reason).by("webhook") };
        }
        tokio::time::sleep(wait).await;
    }
    ToolResult::failed("the tool was not tried")
}

/// What a receiver gets. A visitor's id at the site is told only where the site vouched for it.
fn body(tool: &OrgTool, arguments: &Value, run: &Run) -> Value {
    let (context, visitor) = (&run.context, &run.context.visitor);
    let mut person = json!({
        "id": visitor.id.to_string(),
        "name": visitor.name.to_string(),
        "verified": visitor.verified,
        "attributes": *visitor.attributes,
    });
    if visitor.verified
        && let Some(external_id) = &visitor.external_id
    {
        person["external_id"] = json!(external_id);
    }
    let settings =
        tool.settings.as_deref().and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    json!({
        "event": EVENT,
        "id": run.id.to_string(),
        "tool": tool.tool.name,
        "arguments": arguments,
        "settings": settings.unwrap_or_default(),
        "org_id": context.org.to_string(),
        "channel_id": run.channel().map(|id| id.to_string()),
        "session_id": run.conversation().map(|id| id.to_string()),
        "visitor": person,
        "test": run.is_test,
    })
}

/// Takes the cards out of an answer: they are for the visitor, not for the model. What cannot be shown is left out, as
/// the rest of the answer may still help.
fn take_cards(tool: &OrgTool, run: &Run, answer: &mut Value) -> Vec<Card> {
    let Some(list) = answer.as_object_mut().and_then(|object| object.remove("cards")) else {
        return Vec::new();
    };
    Card::all(&list).unwrap_or_else(|fault| {
        let org = run.context.org;
        tracing::info!(org.id = %org, "tool {} of org {org} gave cards that cannot be shown: {fault}", tool.tool.name);
        Vec::new()
    })
}

async fn attempt_once(tools: &Tools, tool: &OrgTool, body: &str, run: &Run) -> Result<Value, Failed> {
    let url = tool.url.as_deref().and_then(|url| Url::parse(url).ok());
    let url = url.ok_or_else(|| Failed::for_good("the tool has no address"))?;
    let org = run.context.org;
    let secret = secret_of(tools, tool, org).await?;
    let id = run.id.to_string();
    let what = SignedRequest {
        url: &url,
        event: EVENT,
        delivery: &id,
        body: body.to_owned(),
        secret: secret.expose_secret(),
        new_secret: None,
    };
    let mut request = signed_request(what, tools.now());
    let key = HeaderValue::from_str(&id).expect("an id is visible ASCII");
    request.headers.insert("idempotency-key", key);
    request.max_bytes = Some(tools.parts.base.settings.tool_answer_max_bytes);
    request.timeout = Some(Duration::from_secs(tools.parts.base.settings.tool_timeout_s));
    let answer = tools.parts.base.gateway.request(request).await.map_err(|error| {
        let reason = reason_of(&error);
        tracing::info!(org.id = %org, code = error.code(), "tool {} of org {org}: {reason}", tool.tool.name);
        Failed { may_pass: error.may_pass(), ..Failed::for_good(reason) }
    })?;
    if !answer.status.is_success() {
        return Err(Failed {
            reason: format!("the tool answered with status {}", answer.status.as_u16()),
            may_pass: is_worth_a_retry(answer.status),
            asked_wait: crate::outbound::retry_after(&answer.headers),
        });
    }
    object(&answer.body).ok_or_else(|| Failed::for_good("the answer of the tool is not a JSON object"))
}

/// What an org's requests for a tool are signed with.
async fn secret_of(tools: &Tools, tool: &OrgTool, org: OrgId) -> Result<SecretString, Failed> {
    let field = tool_secret_field(&tool.tool.name);
    let sealed = tools.parts.base.db.secrets().get(org, &field).await.map_err(|error| {
        log_unanswered(&error, "could not store or load tools");
        Failed::for_good("the tool cannot be used now")
    })?;
    let sealed = sealed.ok_or_else(|| Failed::for_good("the tool has no secret"))?;
    tools.parts.keys.open(&org.to_string(), &field, &sealed).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "could not open the secret of a tool");
        Failed::for_good("the tool cannot be used now")
    })
}

/// What a model is told of a request that failed.
fn reason_of(error: &OutboundError) -> &'static str {
    match error {
        OutboundError::TooLarge { .. } => "the answer of the tool is too large",
        OutboundError::TimedOut { .. } => "the tool did not answer in time",
        OutboundError::AddressRefused { .. } | OutboundError::BadUrl { .. } => {
            "the address of the tool may not be reached"
        }
        _ => "the tool could not be reached",
    }
}

fn is_worth_a_retry(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// The object of an answer; n8n may wrap one into a list.
fn object(body: &[u8]) -> Option<Value> {
    match serde_json::from_slice(body).ok()? {
        Value::Object(object) => Some(Value::Object(object)),
        Value::Array(items) => match <[Value; 1]>::try_from(items).ok()? {
            [Value::Object(object)] => Some(Value::Object(object)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_an_object_or_a_list_of_one() {
        let one = json!({"found": true});

        assert_eq!(object(br#"{"found":true}"#), Some(one.clone()));
        assert_eq!(object(br#"[{"found":true}]"#), Some(one));
        for none in ["", "null", "[]", "[1]", r#"[{"a":1},{"b":2}]"#, "\"text\"", "<html>"] {
            assert_eq!(object(none.as_bytes()), None, "{none}");
        }
    }
}
