//! Where mails to visitors, replies and transcripts, are stopped: a page, and what it and mail programs post to.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::api::{Api, text};
use super::body::Body;
use super::caller::Place;
use super::error::ApiError;
use crate::limits::{Limit, Source};
use crate::refusal::ServiceError;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto;padding:0 1rem;\
                     color:#1c1c1e;background:#fff}button{font:inherit;padding:.6rem 1.2rem;border:0;\
                     border-radius:.5rem;color:#fff;background:#1f5fd6;cursor:pointer}\
                     button:disabled{background:#6b7280}@media(prefers-color-scheme:dark){\
                     body{color:#f2f2f7;background:#1c1c1e}}";
/// The token stands in the fragment, which no server and no log sees.
const SCRIPT: &str = "const [stop,back]=document.querySelectorAll('button'),s=document.querySelector('[role=status]');\
                      const act=async(b,path,done)=>{b.disabled=true;let ok=false;try{\
                      ok=(await fetch('../api/v1/mail/'+path,{method:'POST',headers:{'content-type':'application/json'},\
                      body:JSON.stringify({token:decodeURIComponent(location.hash.slice(1))})})).ok}catch{}\
                      s.textContent=ok?done:s.dataset.failed;b.disabled=false;\
                      if(ok){stop.hidden=b===stop;back.hidden=b===back;(b===stop?back:stop).focus()}};\
                      stop.hidden=false;stop.onclick=()=>act(stop,'stop',s.dataset.done);\
                      back.onclick=()=>act(back,'resume',s.dataset.undone)";

/// Words of the page in one language.
struct Words {
    language: &'static str,
    direction: &'static str,
    title: &'static str,
    question: &'static str,
    button: &'static str,
    done: &'static str,
    take_back: &'static str,
    undone: &'static str,
    failed: &'static str,
    needs_script: &'static str,
}

const ENGLISH: Words = Words {
    language: "en",
    direction: "ltr",
    title: "Stop mails",
    question: "Replies to a chat are mailed to you while you are away, and transcripts when they are asked for in a chat. \
               Do you want no more of these mails?",
    button: "Stop these mails",
    done: "Done. You will get no more of these mails.",
    take_back: "Get them again",
    undone: "Done. You will get these mails again.",
    failed: "That did not work. Please open the link of the mail again.",
    needs_script: "This page needs JavaScript.",
};
const SPANISH: Words = Words {
    language: "es",
    direction: "ltr",
    title: "No recibir más correos",
    question: "Te enviamos por correo las respuestas a un chat cuando no estás y las transcripciones que se piden en él. \
               ¿No quieres recibir más estos correos?",
    button: "No recibir más",
    done: "Hecho. No recibirás más estos correos.",
    take_back: "Volver a recibirlos",
    undone: "Hecho. Volverás a recibir estos correos.",
    failed: "No ha funcionado. Abre otra vez el enlace del correo, por favor.",
    needs_script: "Esta página necesita JavaScript.",
};
const HEBREW: Words = Words {
    language: "he",
    direction: "rtl",
    title: "הפסקת מיילים",
    question: "תשובות לצ׳אט נשלחות אליך במייל כשאינך בצ׳אט, וגם תמלילים שהתבקשו בו. להפסיק את המיילים האלה?",
    button: "להפסיק את המיילים",
    done: "בוצע. לא יישלחו אליך עוד מיילים כאלה.",
    take_back: "לקבל אותם שוב",
    undone: "בוצע. המיילים האלה יישלחו אליך שוב.",
    failed: "הפעולה לא הצליחה. אפשר לפתוח שוב את הקישור שבמייל.",
    needs_script: "הדף הזה דורש JavaScript.",
};

/// What the page may run: its own script and style, known by their hashes, and a request to this server.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    HeaderValue::from_str(&policy).expect("a policy is plain ASCII")
});

/// The page, and the address in the header of a mail.
pub(super) fn router(api: Api) -> Router {
    Router::new()
        .route("/mail/stop", get(page))
        .route("/mail/stop/{token}", get(show_page).post(stop_by_click))
        .with_state(api)
}

async fn page(headers: HeaderMap) -> Response {
    let asked = text(&headers, header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default();
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::VARY, HeaderValue::from_static("Accept-Language")),
    ];
    (headers, html(words(asked))).into_response()
}

/// The words in the first language of a browser that is one of these.
fn words(asked: &str) -> &'static Words {
    let primary = |tag: &str| tag.trim().split(['-', ';']).next().unwrap_or_default().to_ascii_lowercase();
    let known = asked.split(',').find_map(|tag| match primary(tag).as_str() {
        "en" => Some(&ENGLISH),
        "es" => Some(&SPANISH),
        "he" | "iw" => Some(&HEBREW),
        _ => None,
    });
    known.unwrap_or(&ENGLISH)
}

fn html(words: &Words) -> String {
    let Words { language, direction, title, question, button, done, take_back, undone, failed, needs_script } =
        words;
    format!(
        "<!doctype html><html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1><p>{question}</p>\
         <p><button type=\"button\" hidden>{button}</button> <button type=\"button\" hidden>{take_back}</button></p>\
         <p role=\"status\" data-done=\"{done}\" data-undone=\"{undone}\" data-failed=\"{failed}\"></p><noscript>{needs_script}</noscript></main>\
         <script>{SCRIPT}</script></body></html>"
    )
}

/// Whose mails are stopped or resumed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MailStopBody {
    /// The token from the mail's link.
    token: String,
}

/// Nothing to tell.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stopped {}

/// Stop the mails of an org to one address: replies and transcripts. Stopping them again succeeds.
#[utoipa::path(post, path = "/mail/stop", tag = "widget", security(()), request_body = MailStopBody,
    responses((status = 200, description = "the address gets no more such mails", body = Stopped)))]
pub(super) async fn stop(
    State(api): State<Api>,
    place: Place,
    body: Body<MailStopBody>,
) -> Result<Json<Stopped>, ApiError> {
    stop_with(&api, &place, &body.value.token).await?;
    Ok(Json(Stopped {}))
}

/// Resume the mails of an org to an address that stopped them. Resuming them again succeeds.
#[utoipa::path(post, path = "/mail/resume", tag = "widget", security(()), request_body = MailStopBody,
    responses((status = 200, description = "the address gets such mails again", body = Stopped)))]
pub(super) async fn resume(
    State(api): State<Api>,
    place: Place,
    body: Body<MailStopBody>,
) -> Result<Json<Stopped>, ApiError> {
    let resumed = api.notifier.resume_mails(&body.value.token).await;
    count_bad_token(&api, &place, &resumed)?;
    resumed?;
    Ok(Json(Stopped {}))
}

/// As mail programs do it, with the address in the mail's header (RFC 8058). What they post says nothing.
async fn stop_by_click(State(api): State<Api>, place: Place, Path(token): Path<String>) -> StatusCode {
    match stop_with(&api, &place, &token).await {
        Ok(()) => StatusCode::OK,
        Err(error) => StatusCode::from_u16(error.report().code.status()).unwrap_or(StatusCode::NOT_FOUND),
    }
}

/// The page that asks first: a link that is only looked at must change nothing.
async fn show_page(State(api): State<Api>, Path(token): Path<String>) -> Redirect {
    let token: String =
        token.chars().filter(|one| one.is_ascii_alphanumeric() || "._-".contains(*one)).collect();
    Redirect::to(&format!("{}/mail/stop#{token}", api.base()))
}

async fn stop_with(api: &Api, place: &Place, token: &str) -> Result<(), ServiceError> {
    let stopped = api.notifier.stop_mails(token).await;
    count_bad_token(api, place, &stopped)?;
    stopped
}

fn count_bad_token(api: &Api, place: &Place, outcome: &Result<(), ServiceError>) -> Result<(), ServiceError> {
    if matches!(outcome, Err(ServiceError::Refused(_))) {
        api.hub.base().limits.count(Limit::BadTokens, Source::Address(place.address))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_speaks_the_first_language_that_it_knows() {
        for (asked, language) in [
            ("", "en"),
            ("de-DE,de;q=0.9", "en"),
            ("de,es-MX;q=0.8,en;q=0.7", "es"),
            ("he-IL", "he"),
            ("iw,en", "he"),
        ] {
            assert_eq!(words(asked).language, language, "{asked}");
        }
    }

    #[test]
    fn the_page_holds_what_its_policy_lets_run_and_nothing_else() {
        let page = html(&HEBREW);

        assert!(page.contains(&format!("<script>{SCRIPT}</script>")) && page.contains("dir=\"rtl\""));
        assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
    }
}
