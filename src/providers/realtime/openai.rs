//! What the two protocols of OpenAI have in common: addresses, sound as text, and which failures are for good.

use url::Url;

/// Connections that were closed instead of set up, after which no other is asked for as much.
pub(super) const CLOSED_MAX: u32 = 2;

/// Codes after which trying the same provider again is useless.
const FINAL_CODES: [&str; 6] = [
    "insufficient_quota",
    "invalid_api_key",
    "account_deactivated",
    "billing_hard_limit_reached",
    "model_not_found",
    "access_denied",
];

/// Whether trying the same provider again is useless after an error with this code.
pub(super) fn is_final(code: &str) -> bool {
    FINAL_CODES.contains(&code)
}

/// Whether a connection that is closed with this code before it is set up was refused: 1001, 1011 and 1012 are no
/// refusals.
pub(super) fn is_refusal(close_code: u16) -> bool {
    matches!(close_code, 1_002 | 1_003 | 1_007 | 1_008 | 4_000..)
}

/// A base URL as the address of a WebSocket; `None` where it cannot be one.
pub(super) fn websocket(base: &Url) -> Option<Url> {
    let mut url = base.clone();
    let scheme = match base.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return None,
    };
    url.set_scheme(scheme).ok()?;
    Some(url)
}

/// An event that carries PCM16 behind `head`, which ends in an open quotation mark. The hot path: no JSON tree, one
/// allocation.
pub(super) fn sound(head: &str, pcm: &[u8]) -> String {
    let mut text = String::with_capacity(head.len() + pcm.len().div_ceil(3) * 4 + 2);
    text.push_str(head);
    audio::encode_base64(pcm, &mut text);
    text.push_str("\"}");
    text
}
